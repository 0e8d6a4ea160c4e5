"""What running it every day costs: importing the definitions, a daily run, a year, and a day that is added to
a warehouse of 200 000 articles beside the same day added to a small one.

`make bench-orchestration` writes its part of docs/benchmarks.md. The commands run as users run them, over the
demo's press, served by this process on a loopback address.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median

import yaml

from benchmarks.parse import ROOT, processor, table, write_part
from benchmarks.synthetic import PER_DAY, build_archive
from benchmarks.timing import Took, timed
from pipelines.collect import IMPORT
from pipelines.demo import DEMO_END, DEMO_START, SOURCES, Story, all_stories, serve_press, stretched
from pipelines.launch import dagster_environment
from pipelines.records import SourceLog
from pipelines.settings import Settings, load_settings
from pipelines.terminal import progress
from pipelines.warehouse import (
    build_models,
    check_claims_per_article,
    check_every_date,
    check_missing_fields,
    check_raw_tables,
    check_silent_sources,
    load_dates,
    publish,
    read_loads,
)

COMMAND = Path(sys.executable).with_name("claimhouse")
TIMES = 3
"""How often everything but the year and the archive is measured; the median counts."""
YEAR = 365
ARCHIVE = 200_000
"""Articles."""
DAYS_AHEAD = 12
"""Days staged beside an archive, so that one that is kept can be measured more than once."""


@dataclass(frozen=True, slots=True)
class Growth:
    """A day added to a warehouse: seconds for load, models and checks; and its publication."""

    articles: int
    load: float
    models: float
    checks: float
    bytes: int
    publish: float

    @property
    def day(self) -> float:
        return self.load + self.models + self.checks


def middle(measured: Sequence[Took]) -> Took:
    return Took(median(one.wall for one in measured), median(one.cpu for one in measured))


def run(*command: object, settings: Settings) -> None:
    """A command that must end well. Raises `CalledProcessError`, and its log stands above."""
    done = subprocess.run(
        [*map(str, command)], cwd=ROOT, env=dagster_environment(settings), capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.stderr.write(done.stderr[-4000:])
    done.check_returncode()


@contextmanager
def home_with(folder: Path, stories: Sequence[Story]) -> Iterator[Settings]:
    """A home that collects from a press with these stories while the block lasts."""
    with serve_press(stories=stories) as press:
        sources = yaml.safe_load(SOURCES.read_text(encoding="utf-8"))
        sources["http"]["proxy"] = press.proxy_url
        sources["start_date"] = DEMO_END - timedelta(days=YEAR - 1)
        folder.mkdir()
        (folder / "sources.yaml").write_text(yaml.safe_dump(sources), encoding="utf-8")
        yield load_settings(folder / "home", folder / "sources.yaml", {})


def claimhouse(settings: Settings, *arguments: object) -> None:
    run(COMMAND, *arguments, "--home", settings.home.path, "--sources", settings.sources_path, settings=settings)


# --- what users wait for ---


def importing(settings: Settings) -> Took:
    """The definitions, in processes of their own."""
    command = [sys.executable, "-c", "import assets.definitions"]
    return middle([timed(lambda: run(*command, settings=settings)) for _ in range(TIMES)])


def daily(folder: Path) -> Took:
    """The press's last day by `claimhouse run`, on a home that has the days before."""
    with home_with(folder, all_stories()) as settings:
        claimhouse(settings, "backfill", "--from", DEMO_START, "--to", DEMO_END - timedelta(days=1))
        shutil.copytree(settings.home.path, folder / "before", symlinks=True)
        measured = []
        for _ in range(TIMES):
            shutil.rmtree(settings.home.path)
            shutil.copytree(folder / "before", settings.home.path, symlinks=True)
            measured.append(timed(lambda: claimhouse(settings, "run", "--date", DEMO_END)))
        return middle(measured)


def year(folder: Path) -> tuple[int, Took]:
    """The press over a year in one backfill: articles that came out of it, and what it took."""
    first = DEMO_END - timedelta(days=YEAR - 1)
    with home_with(folder, stretched(all_stories(), first, YEAR)) as settings:
        took = timed(lambda: claimhouse(settings, "backfill", "--from", first, "--to", DEMO_END))
        return publish(settings).rows["articles"], took


# --- what an archive costs ---


def load_and_derive(settings: Settings, day: date) -> tuple[float, float, float]:
    """Load a staged day, derive, check: seconds for each."""
    now = datetime.now(UTC)
    began = time.perf_counter()
    load_dates(settings, {day: [SourceLog(IMPORT, day)]}, "benchmark")
    loaded = time.perf_counter()
    build_models(settings)
    derived = time.perf_counter()
    check_raw_tables(settings)
    check_every_date(settings, now)
    for check in (check_silent_sources, check_missing_fields, check_claims_per_article):
        check(settings)
    return loaded - began, derived - loaded, time.perf_counter() - derived


def add_day(settings: Settings, day: date, articles: int) -> Growth:
    """The same, and its publication."""
    seconds = load_and_derive(settings, day)
    began = time.perf_counter()
    published = publish(settings)
    return Growth(articles, *seconds, published.bytes, time.perf_counter() - began)


def growing(folder: Path, press: Path, articles: int, tick: Callable[[], None]) -> Growth:
    """Days added to an archive of so many articles that has been derived: the one in the middle of them by seconds."""
    settings = load_settings(folder, SOURCES, {})
    if not settings.home.warehouse.exists():
        build_archive(settings, press, articles, DAYS_AHEAD)
    tick()
    build_models(settings)
    tick()
    measured = [add_day(settings, day, articles) for day in days_ahead(settings)]
    tick()
    return sorted(measured, key=lambda one: one.day)[len(measured) // 2]


def days_ahead(settings: Settings) -> list[date]:
    """The next days that are staged and not loaded, one for each time."""
    loaded = max(read_loads(settings))
    staged = sorted(date.fromisoformat(path.name) for path in settings.home.annotations.iterdir() if path.is_dir())
    ahead = [day for day in staged if day > loaded][:TIMES]
    if len(ahead) < TIMES:
        sys.exit(f"{settings.home.path}: all its days have been added. Give another home.")
    return ahead


# --- telling ---


def render(imported: Took, daily_run: Took, of_year: tuple[int, Took], small: Growth, large: Growth) -> str:
    articles, backfill = of_year
    waits = [
        ["importing the definitions", f"{imported.wall:.1f}", f"{imported.cpu:.1f}", "6"],
        ["`claimhouse run`, the press's last day on a home with the days before",
         f"{daily_run.wall:.1f}", f"{daily_run.cpu:.1f}", "25"],
        [f"`claimhouse backfill`, the press over {YEAR} days ({articles:,} articles)",
         f"{backfill.wall:.0f}", f"{backfill.cpu:.0f}", "180"],
    ]  # fmt: skip
    growth = [
        [f"{one.articles:,}", f"{one.load:.2f}", f"{one.models:.2f}", f"{one.checks:.2f}", f"{one.day:.2f}",
         f"{one.bytes / 1e6:,.0f}", f"{one.bytes / 1e6 / one.publish:.0f}"]
        for one in (small, large)
    ]  # fmt: skip
    return f"""
Measured on {datetime.now(UTC):%Y-%m-%d}: {processor()}, {os.cpu_count()} cores; \
Python {platform.python_version()} on {platform.system()}. Commands are whole processes, as typed.

{table(("what", "seconds", "CPU seconds", "bar"), waits)}

A day of {PER_DAY} articles added to warehouses of different sizes costs \
**{large.day / small.day:.2f} times** as much in the larger one (bar: 1.5); a snapshot is to be copied, digested and \
audited at 200 MB/s:

{table(("articles before", "load s", "models s", "checks s", "together s", "snapshot MB", "published MB/s"), growth)}
"""


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--articles", type=int, default=ARCHIVE, help="articles of the large warehouse")
    arguments.add_argument(
        "--archive", type=Path, metavar="HOME", help="home of the large warehouse; made where there is none, and kept"
    )
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as name, progress() as display:
        folder, task = Path(name), display.add_task("a daily run", total=9)
        daily_run = daily(folder / "daily")
        settings = load_settings(folder / "daily" / "home", folder / "daily" / "sources.yaml", {})
        display.update(task, description="importing", advance=1)
        imported = importing(settings)
        display.update(task, description="a year", advance=1)
        of_year = year(folder / "year")
        display.update(task, description="an archive", advance=1)
        homes = {PER_DAY: folder / "small", given.articles: given.archive or folder / "large"}
        sizes = [
            growing(home, settings.home.warehouse, articles, lambda: display.advance(task))
            for articles, home in homes.items()
        ]
    told = render(imported, daily_run, of_year, *sizes)
    write_part("orchestration", told)


if __name__ == "__main__":
    main()
