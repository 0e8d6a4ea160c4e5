"""A shared warehouse beside a file, and two loading processes beside one: the same records, seconds of each.

`make bench-lake` writes its part of docs/benchmarks.md. It starts a PostgreSQL of its own on a loopback port.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from benchmarks.parse import processor, table, write_part
from benchmarks.warc import write
from pipelines import steps
from pipelines.demo import SOURCES
from pipelines.settings import CATALOG, LAKE, Settings, load_settings
from pipelines.warehouse import build_models, publish
from tests.servers import postgres_server

RECORDS = 1_000
"""Of each of two archive dates."""
DAYS = (date(2026, 3, 12), date(2026, 3, 13))
TIMES = 3


def settings_of(home: Path, lake: Mapping[str, str]) -> Settings:
    """One process for parsing and annotating: what is compared is how many processes load."""
    found = load_settings(home, SOURCES, lake)
    return replace(found, file=found.file.model_copy(update={"workers": 1}))


def make(settings: Settings, file: Path, day: date) -> None:
    """A date from its WARC file to the raw tables."""
    steps.import_files(settings, [file], day)
    steps.parse_date(settings, day)
    steps.annotate_date(settings, day)
    steps.load(settings, [day], f"benchmark {day}")


def in_processes(jobs: Sequence[tuple[Path, Path, date]], lake: Mapping[str, str]) -> float:
    """Seconds until all are done; each (home, file, date) in a process of its own, all at once."""
    began = time.perf_counter()
    running = [
        subprocess.Popen([sys.executable, "-m", "benchmarks.lake", "--make", str(home), str(file), str(day)],
                         env=os.environ | lake)
        for home, file, day in jobs
    ]  # fmt: skip
    if any(process.wait() for process in running):
        raise SystemExit("a process failed; its message stands above")
    return time.perf_counter() - began


def finished(settings: Settings) -> tuple[float, float]:
    """Seconds to derive and to publish."""
    began = time.perf_counter()
    build_models(settings)
    derived = time.perf_counter()
    publish(settings)
    return derived - began, time.perf_counter() - derived


def once(folder: Path, files: Sequence[Path], catalog: str) -> dict[str, float]:
    """Everything one time, in homes of its own."""
    first, second = DAYS
    nowhere: dict[str, str] = {CATALOG: "", LAKE: ""}
    lake = {CATALOG: catalog, LAKE: str(folder / "files")}
    found = {}
    found["file, one process"] = in_processes([(folder / "file", files[0], first)], nowhere) + in_processes(
        [(folder / "file", files[1], second)], nowhere
    )
    found["file, derive"], found["file, publish"] = finished(settings_of(folder / "file", nowhere))
    found["lake, two processes"] = in_processes(
        [(folder / "a", files[0], first), (folder / "b", files[1], second)], lake
    )
    found["lake, derive"], found["lake, publish"] = finished(settings_of(folder / "a", lake))
    return found


def render(measured: Sequence[Mapping[str, float]]) -> str:
    """The part of docs/benchmarks.md: medians."""
    middle = {name: sorted(one[name] for one in measured)[len(measured) // 2] for name in measured[0]}
    gain = middle["file, one process"] / middle["lake, two processes"]
    rows = [[name, f"{seconds:.1f}", f"{2 * RECORDS / seconds:.0f}"] for name, seconds in middle.items()]
    return f"""
Measured on {datetime.now(UTC):%Y-%m-%d}: {processor()}, {os.cpu_count()} cores; medians of {len(measured)}; two dates \
of {RECORDS:,} records. Two processes that load a lake are **{gain:.2f} times** as quick as one that loads a file; \
deriving is for one process in both, and takes **{middle["lake, derive"] / middle["file, derive"]:.2f} times** as long \
in the lake.

{table(("what", "seconds", "articles/s"), rows)}
"""


def main() -> None:
    """Measure, or make one date for `in_processes`."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--make", nargs=3, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.make:
        home, file, day = given.make
        make(settings_of(Path(home), os.environ), Path(file), date.fromisoformat(day))
        return
    with tempfile.TemporaryDirectory() as name, postgres_server(Path(name) / "postgres") as postgres:
        Path(name).chmod(0o755)  # PostgreSQL runs as somebody else
        files = [Path(name) / f"{day}.warc.gz" for day in DAYS]
        for number, file in enumerate(files):
            write(file, RECORDS, 100, seed=number)
        measured = []
        for number in range(TIMES):
            measured.append(once(Path(name) / str(number), files, postgres.create(f"lake{number}")))
            sys.stderr.write(json.dumps(measured[-1]) + "\n")
    write_part("lake", render(measured))


if __name__ == "__main__":
    main()
