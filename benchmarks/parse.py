"""How well and how fast articles are parsed, beside other parsers, on the labelled pages of `shared/corpora/parse`.

`make bench-parse` runs it and writes the tables of docs/benchmarks.md. Every measurement is a process of its own in one
environment; the scores are those of `shared/tools/score_parse.py`. Speed is of this machine, now: compare the rows of
one run, not runs. Two workers and memory are measured in `benchmarks.parse_load`.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pipelines.terminal import progress

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "benchmarks.md"
ROUNDS, ENOUGH = 4, 30.0
"""Contestants take turns for so many rounds; who has used so many CPU seconds sits out the rest: a pass that long
varies little, and the whole must be done in minutes."""
LIMIT = 240.0
"""Seconds for one measurement; newspaper4k takes 70."""
MISSING = "–"

Row = dict[str, Any]
"""What the scorer says of one set of pages."""


@dataclass(frozen=True)
class Contestant:
    name: str
    function: str
    package: str | None
    """Its distribution; None is this checkout."""
    reads: frozenset[str]
    """The fields it gives. The others are not scored."""


def contestant(name: str, function: str, package: str | None, reads: str) -> Contestant:
    return Contestant(name, function, package, frozenset(reads.split()))


CONTESTANTS = (
    contestant("claimhouse", "pipelines.parse:parse_article", None, "text title date authors"),
    contestant("trafilatura", "benchmarks.parse_peers:trafilatura", "trafilatura", "text title date authors"),
    contestant(
        "trafilatura, fast", "benchmarks.parse_peers:trafilatura_fast", "trafilatura", "text title date authors"
    ),
    contestant("newspaper4k", "benchmarks.parse_peers:newspaper4k", "newspaper4k", "text title date authors"),
    contestant("readability-lxml", "benchmarks.parse_peers:readability_lxml", "readability-lxml", "text title authors"),
    contestant("resiliparse", "benchmarks.parse_peers:resiliparse", "resiliparse", "text title"),
    contestant("lexbor alone", "benchmarks.parse_peers:lexbor", "selectolax", ""),
)
METADATA = (
    ("segments", "title"), ("segments", "date"), ("segments", "authors_f1"), ("segments", "authors_invented"),
    ("silver", "title"), ("silver", "date"), ("silver", "authors_f1"),
)  # fmt: skip


@dataclass(frozen=True)
class Result:
    """All rounds of one contestant."""

    sets: Mapping[str, Row]
    """The scores by set of pages; every round has the same."""
    speed: float
    """Pages per CPU second over all sets, in the best round of each set."""


def result(rounds: Sequence[Sequence[Row]]) -> Result:
    best: dict[str, float] = {}
    for row in (row for rows in rounds for row in rows):
        best[row["set"]] = min(row["cpu_seconds"], best.get(row["set"], row["cpu_seconds"]))
    sets = {row["set"]: row for row in rounds[-1]}
    return Result(sets, sum(row["pages"] for row in sets.values()) / sum(best.values()))


# --- measuring ---


def measured(command: Sequence[object]) -> str:
    """Standard output of one measuring process; its failure ends the benchmark with what it said."""
    try:
        done = subprocess.run(
            [sys.executable, *map(str, command)], cwd=ROOT, capture_output=True, text=True, timeout=LIMIT, check=False
        )
    except subprocess.TimeoutExpired:
        sys.exit(f"more than {LIMIT:.0f} s: {' '.join(map(str, command))}")
    if done.returncode:
        sys.exit(f"{done.stderr[-2000:]}\nfailed: {' '.join(map(str, command))}")
    return done.stdout


def score(function: str, scorer: Path) -> list[Row]:
    """One pass over all sets after a warm-up."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "scores.json"
        measured([scorer, function, "--repeats", 1, "--json", out])
        rows: list[Row] = json.loads(out.read_text())
        return rows


def turns(spent: Mapping[str, float]) -> Iterator[Contestant]:
    """Whose turn it is, round by round. `spent` is read at every turn."""
    for _ in range(ROUNDS):
        yield from (one for one in CONTESTANTS if spent[one.name] < ENOUGH)


def measure(shared: Path) -> tuple[dict[str, Result], Row, Row]:
    """The results by contestant, then what `benchmarks.parse_load` says of workers and of memory."""
    corpus, scorer = shared / "corpora" / "parse", shared / "tools" / "score_parse.py"
    rounds: dict[str, list[list[Row]]] = {one.name: [] for one in CONTESTANTS}
    spent = dict.fromkeys(rounds, 0.0)
    with progress() as display:
        # The total is known when everybody has had a turn; until then it is the most that it can be.
        task = display.add_task("", total=ROUNDS * len(CONTESTANTS) + 2)
        loads = []
        for kind in ("workers", "memory"):
            display.update(task, description=kind)
            loads.append(json.loads(measured(["-m", "benchmarks.parse_load", kind, corpus])))
            display.advance(task)
        for one in turns(spent):
            display.update(task, description=one.name)
            rounds[one.name].append(score(one.function, scorer))
            spent[one.name] += sum(row["cpu_seconds"] for row in rounds[one.name][-1])
            display.advance(task)
        display.update(task, description="done", total=display.tasks[task].completed)
    return {name: result(rows) for name, rows in rounds.items()}, loads[0], loads[1]


# --- telling ---


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [header, ["---", *["--:"] * (len(header) - 1)], *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def share(value: float) -> str:
    """As scores are written here: .947."""
    return f"{value:.3f}".removeprefix("0")


def text_row(one: Contestant, found: Result) -> list[str]:
    sets = [found.sets[name] for name in ("body", "segments", "silver")]
    scores = [share(row["f1"]) if "text" in one.reads else MISSING for row in sets]
    installed = version(one.package) if one.package else "this checkout"
    return [one.name, installed, *scores, str(sum(row["errors"] for row in sets)), f"{found.speed:.0f}"]


def metadata_row(one: Contestant, found: Result) -> list[str]:
    fields = [share(found.sets[kind][key]) if key.split("_")[0] in one.reads else MISSING for kind, key in METADATA]
    return [one.name, *fields]


def with_part(page: str, name: str, told: str) -> str:
    """The page with the part between comments with this name replaced; ValueError if it has not just one."""
    part = re.compile(f"(?<=<!-- {name} -->\n).*?(?=<!-- /{name} -->)", re.DOTALL)
    written, parts = part.subn(lambda _: told, page)
    if parts != 1:
        raise ValueError(f"{PAGE.name} has {parts} parts between <!-- {name} --> and <!-- /{name} -->, not one")
    return written


def write_part(name: str, told: str) -> None:
    """Replace a part of docs/benchmarks.md, and print it."""
    PAGE.write_text(with_part(PAGE.read_text(encoding="utf-8"), name, told), encoding="utf-8")
    sys.stdout.write(told)


def processor() -> str:
    models = re.search(r"^model name\s*: (.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    return models.group(1) if models else platform.machine()


def render(results: Mapping[str, Result], workers: Row, memory: Row) -> str:
    sets = results[CONTESTANTS[0].name].sets.values()
    pages, megabytes = sum(row["pages"] for row in sets), sum(row["mb"] for row in sets)
    seen = [(one, results[one.name]) for one in CONTESTANTS]
    text = ("parser", "version", "body F1", "segments F1", "silver F1", "pages failed", "pages per CPU second")
    metadata = ("parser", "title", "date", "authors F1", "invented", "silver title", "silver date", "silver authors F1")
    one, two = workers["pages"] / workers["one"], workers["pages"] / workers["two"]
    return f"""
Measured on {datetime.now(UTC):%Y-%m-%d}: {pages} pages, {megabytes:.0f} MB; {processor()}, {os.cpu_count()} cores; \
Python {platform.python_version()} on {platform.system()}.

{table(text, [text_row(*pair) for pair in seen])}
{table(metadata, [metadata_row(*pair) for pair in seen if pair[0].reads])}
Two worker processes: {two:.0f} pages a second of wall time, one: {one:.0f}. That is {two / one:.2f} times as fast.

Memory of a process that has parsed {memory["pages"]} ordinary pages and holds a page of {memory["page"]:.0f} MB: \
{memory["before"]:.0f} MB before that page is parsed, {memory["peak"]:.0f} MB at the peak, {memory["after"]:.0f} MB \
when its article is dropped, {memory["again"]:.0f} MB after {memory["repeats"]} more times, and \
{memory["used"]:.0f} MB without the freed memory that the C library holds back.

"""


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--shared", type=Path, default=ROOT.parent / "shared", help="folder of the yardsticks")
    shared = arguments.parse_args().shared.resolve()
    for needed in (shared / "corpora" / "parse" / "pages.jsonl", shared / "tools" / "score_parse.py"):
        if not needed.is_file():
            sys.exit(
                f"{needed} is missing. The labelled pages are not part of the project; --shared says where they are."
            )
    told = render(*measure(shared))
    write_part("parse", told)


if __name__ == "__main__":
    main()
