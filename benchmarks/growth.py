"""What a day costs by the size of the archive to which it is added: `make bench-growth`, into docs/benchmarks.md.

The smallest warehouse is made of synthetic articles and derived; the others are the same, multiplied.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import median

from benchmarks.multiplied import multiply
from benchmarks.orchestration import COMMAND, load_and_derive, run
from benchmarks.parse import processor, table, write_part
from benchmarks.synthetic import PER_DAY, build_archive
from pipelines.demo import SOURCES
from pipelines.settings import Settings, load_settings
from pipelines.warehouse import build_models
from pipelines.warehouse.connection import open_warehouse

ARTICLES = 10_000
TIMES = (10, 100)
DAYS_AHEAD = 4
"""Days staged for each warehouse: three that are measured, and one before them that is not."""
BAR = 1.5

Cost = tuple[int, float, float, float]
"""Articles before; seconds for loading, deriving and checking a day."""


def derived(folder: Path, press: Path, articles: int) -> Settings:
    """A home of so many articles with all models, and days to add."""
    settings = load_settings(folder, SOURCES, {})
    build_archive(settings, press, articles, DAYS_AHEAD)
    build_models(settings)
    return settings


def costs(settings: Settings) -> Cost:
    """The medians of three days. The day before them finds a file system that has not read the warehouse yet."""
    with open_warehouse(settings) as connection:
        (articles,) = connection.execute("select count(*) from main.articles").fetchone() or (0,)
    folders = settings.home.annotations.iterdir()
    first, *days = sorted(date.fromisoformat(path.name) for path in folders if path.is_dir())
    load_and_derive(settings, first)
    took = [load_and_derive(settings, day) for day in days]
    return articles, *(median(seconds) for seconds in zip(*took, strict=True))


def render(found: Sequence[Cost]) -> str:
    totals = [sum(seconds) for _, *seconds in found]
    rows = [
        [f"{articles:,}", *(f"{one:.2f}" for one in seconds), f"{total:.2f}", f"{total / totals[0]:.2f}"]
        for (articles, *seconds), total in zip(found, totals, strict=True)
    ]
    names = ", ".join(f'"{articles:,}"' for articles, *_ in found)
    return f"""
Measured on {datetime.now(UTC):%Y-%m-%d}: {processor()}, {os.cpu_count()} cores; medians of three days of {PER_DAY} \
articles, added one after the other. The larger warehouses are the smallest one, multiplied in SQL: each company in \
them has as many times the rows. From the smallest to the largest a day costs \
**{totals[-1] / totals[0]:.2f} times** as much (bar: {BAR}).

{table(("articles before", "load s", "models s", "checks s", "together s", "times the smallest"), rows)}

```mermaid
xychart-beta
    title "Seconds for a day, by articles in the archive"
    x-axis [{names}]
    y-axis "seconds" 0 --> {max(totals) * 1.2:.0f}
    bar [{", ".join(f"{total:.2f}" for total in totals)}]
```
"""


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--articles", type=int, default=ARTICLES, help="of the smallest warehouse")
    arguments.add_argument("--times", type=int, nargs="*", default=TIMES, help="how often it is in the others")
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder, found = Path(name), []
        press = load_settings(folder / "press", SOURCES, {})
        run(COMMAND, "demo", "--home", press.home.path, settings=press)
        first = derived(folder / "first", press.home.warehouse, given.articles)
        for times in (1, *given.times):
            shutil.copytree(first.home.path, folder / "home", symlinks=True)
            settings = load_settings(folder / "home", SOURCES, {})
            multiply(settings, times)
            found.append(costs(settings))
            sys.stderr.write(f"{found[-1]}\n")
            shutil.rmtree(folder / "home")
    write_part("growth", render(found))


if __name__ == "__main__":
    main()
