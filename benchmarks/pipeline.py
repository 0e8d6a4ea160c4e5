"""The whole way of a WARC file: read, parse, annotate, load, derive, publish, with time and memory of each step; and
other parsers on the same records, only parsing.

`make bench-pipeline` writes its part of docs/benchmarks.md. Each size is a process of its own, so that its memory is.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Event, Thread

from benchmarks.parse import processor, table, write_part
from benchmarks.warc import write
from pipelines import steps
from pipelines.demo import SOURCES
from pipelines.settings import Settings, load_settings
from pipelines.side_by_side import annotate_dates, parse_dates
from pipelines.warehouse import build_models, publish

DAY = date(2026, 3, 12)
SIZES = ((20_000, 100), (5_000, 370), (100_000, 100))
"""Records, and kilobytes of a page."""
PEERS = {"bench": ("ours", "trafilatura", "newspaper4k"), "peers": ("Fundus", "news-please")}
"""Who else parses, by the environment under .venv that has them."""
PARSED_BY_OTHERS = 1_000
"""Records that other parsers get: they are slow."""
STEPS = ("read", "parse", "annotate", "load", "derive", "publish")
BAR, MEMORY = 200, 2.0
"""Articles a second, gigabytes."""
LIMIT = "1200MB"
"""Of DuckDB's memory, so that all of a process stays below two gigabytes."""
POLL = 1.0


@dataclass
class Way:
    """What a file took: seconds and CPU seconds by step, and the most memory that all processes had together."""

    records: int
    kilobytes: int
    seconds: dict[str, float] = field(default_factory=dict)
    cpu: dict[str, float] = field(default_factory=dict)
    memory: dict[str, float] = field(default_factory=dict)
    articles: int = 0

    @property
    def per_second(self) -> float:
        return self.articles / sum(self.seconds.values())

    @property
    def work(self) -> float:
        """CPU seconds for an article."""
        return sum(self.cpu.values()) / self.articles


class Watch:
    """What this process and all that it starts take meanwhile: the most gigabytes at a time of what is theirs alone
    (PSS), and CPU seconds. Looked at every second, so that a process may have taken up to one more."""

    def __init__(self) -> None:
        self.gigabytes = 0.0
        self._ticks: dict[int, int] = {}
        self._before = self._look()
        self._stop = Event()
        self._thread = Thread(target=self._watch, daemon=True)

    @property
    def cpu(self) -> float:
        taken = sum(self._ticks.values()) - sum(self._before.values())
        return taken / os.sysconf("SC_CLK_TCK")

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        self._look()

    def _watch(self) -> None:
        while not self._stop.wait(POLL):
            self.gigabytes = max(self.gigabytes, sum(map(_proportional, _family(os.getpid()))) / 1e6)
            self._look()

    def _look(self) -> dict[int, int]:
        for pid in _family(os.getpid()):
            try:
                fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            self._ticks[pid] = int(fields[11]) + int(fields[12])
        return dict(self._ticks)


def _family(pid: int) -> Iterator[int]:
    yield pid
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return
    for child in children:
        yield from _family(int(child))


def _proportional(pid: int) -> int:
    """Kilobytes: what it shares with others counts by its share."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def go(settings: Settings, file: Path, records: int, kilobytes: int) -> Way:
    """Send a file the whole way, into a home that has nothing yet."""
    way = Way(records, kilobytes)

    def step(name: str, work: Callable[[], object]) -> None:
        began = time.perf_counter()
        with Watch() as watch:
            work()
        way.seconds[name] = time.perf_counter() - began
        way.cpu[name], way.memory[name] = watch.cpu, watch.gigabytes

    step("read", lambda: steps.import_files(settings, [file], DAY))
    step("parse", lambda: list(parse_dates(settings, [DAY], steps.no_tick)))
    step("annotate", lambda: list(annotate_dates(settings, [DAY], steps.no_tick)))
    step("load", lambda: steps.load(settings, [DAY], "benchmark"))
    step("derive", lambda: build_models(settings))
    step("publish", lambda: setattr(way, "articles", publish(settings).rows["articles"]))
    return way


def measure(folder: Path, records: int, kilobytes: int) -> Way:
    """The same in a process of its own."""
    file = folder / f"{records}-{kilobytes}.warc.gz"
    write(file, records, kilobytes)
    command = [
        sys.executable,
        "-m",
        "benchmarks.pipeline",
        "--one",
        file,
        str(records),
        str(kilobytes),
        folder / "home",
    ]
    done = subprocess.run([*map(str, command)], check=True, stdout=subprocess.PIPE, text=True)
    shutil.rmtree(folder / "home")
    file.unlink()
    return Way(**json.loads(done.stdout.splitlines()[-1]))


def others(folder: Path) -> list[list[str]]:
    """Rows of parsers on records like those: CPU milliseconds of one page, one process, one thread."""
    file = folder / "others.warc.gz"
    write(file, PARSED_BY_OTHERS, 100)
    rows: list[list[str]] = []
    for environment, names in PEERS.items():
        command = [f".venv/{environment}/bin/python", "-m", "benchmarks.pipeline_peers", str(file), *names]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        rows += [line.split("\t") for line in done.stdout.splitlines()]
    return rows


def render(ways: list[Way], peers: list[list[str]]) -> str:
    """The part of docs/benchmarks.md."""
    rows = [
        [f"{way.records:,}", str(way.kilobytes), f"{way.per_second:.0f}", f"{max(way.memory.values()):.2f}",
         *(f"{way.seconds[name]:.0f} ({way.seconds[name] / sum(way.seconds.values()):.0%})" for name in STEPS)]
        for way in ways
    ]  # fmt: skip
    costs = [
        [f"{way.records:,} of {way.kilobytes} KB", *(f"{1000 * way.cpu[name] / way.articles:.2f}" for name in STEPS)]
        for way in ways
    ]
    return f"""
Measured on {datetime.now(UTC):%Y-%m-%d}: {processor()}, {os.cpu_count()} cores; DuckDB may take {LIMIT}. Bars: {BAR} \
articles a second, {MEMORY:g} GB in all.{_growth(ways)}

{table(("records", "KB", "articles/s", "GB at most", *(f"{name} s" for name in STEPS)), rows)}

CPU milliseconds for an article, in all processes together:

{table(("file", *STEPS), costs)}

Parsing alone, on {PARSED_BY_OTHERS:,} such records, CPU milliseconds for a page in one process:

{table(("parser", "ms", "articles/s"), peers)}
"""


def _growth(ways: list[Way]) -> str:
    """How much slower an article is in the largest file than in the smallest of the same pages."""
    of_100 = {way.records: way for way in ways if way.kilobytes == 100}
    small, large = of_100[min(of_100)], of_100[max(of_100)]
    if small is large:
        return ""
    growth, work = small.per_second / large.per_second, large.work / small.work
    return (
        f" An article of {large.records:,} takes {growth:.2f} times as long as one of {small.records:,} (bar: 1.15), "
        f"and {work:.2f} times the CPU seconds."
    )


def main() -> None:
    """Measure all sizes, or one of them for `measure`."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--one", nargs=4, help=argparse.SUPPRESS)
    parser.add_argument("--sizes", nargs="*", metavar="RECORDSxKB", help="others than 20000x100 5000x370 100000x100")
    given = parser.parse_args()
    if given.one:
        file, records, kilobytes, home = given.one
        settings = load_settings(Path(home), SOURCES, {})
        limited = settings.file.warehouse.model_copy(update={"memory_limit": LIMIT})
        own = replace(settings, file=settings.file.model_copy(update={"warehouse": limited}))
        sys.stdout.write(json.dumps(asdict(go(own, Path(file), int(records), int(kilobytes)))) + "\n")
        return
    with tempfile.TemporaryDirectory() as name:
        chosen = [tuple(map(int, size.split("x"))) for size in given.sizes] if given.sizes else SIZES
        ways = []
        for size in chosen:
            ways.append(measure(Path(name), size[0], size[1]))
            sys.stderr.write(f"{ways[-1]}\n")
        peers = others(Path(name))
    write_part("pipeline", render(ways, peers))


if __name__ == "__main__":
    main()
