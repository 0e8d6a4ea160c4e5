"""How long readers wait: for every page of the explorer and every question of docs/questions.sql, on a home of any
size; and twenty readers while a snapshot is published.

An explorer remembers what it answered, so no page is opened twice: of each kind those are measured that are about what
there is most of, the readers open the others.

`make bench-explore ARCHIVE=DIR` writes its part of docs/benchmarks.md. A home of 200 000 articles is what
`make bench-orchestration ARCHIVE=DIR` leaves behind.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from urllib.parse import quote

import httpx

from benchmarks.parse import processor, table, write_part
from pipelines.demo import SOURCES
from pipelines.explore.examples import read_examples
from pipelines.settings import Settings, load_settings
from pipelines.warehouse import Reader

TIMES, READERS = 15, 20
OF_A_KIND = 100
LOOKS = 2.0
"""Seconds for which a reader looks at a page before opening the next one."""
MEDIAN_BAR, WORST_BAR = 0.3, 1.0
STARTED = 60.0
PUBLISH = """
import sys
from pathlib import Path
from pipelines.settings import load_settings
from pipelines.warehouse import publish
publish(load_settings(Path(sys.argv[1]), Path(sys.argv[2])))
"""


@dataclass(frozen=True, slots=True)
class Waited:
    """Seconds until each answer was there."""

    what: str
    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)

    @property
    def worst(self) -> float:
        return max(self.seconds)


@contextmanager
def explorer(settings: Settings) -> Iterator[tuple[httpx.Client, float]]:
    """A running explorer, and the seconds from its start to its first page."""
    began = time.perf_counter()
    command = [Path(sys.executable).with_name("claimhouse"), "explore", "--port", "0", "--home", settings.home.path]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        address = process.stdout.readline().split("/ ")[0]
        try:
            with httpx.Client(base_url=address, timeout=STARTED) as client:
                client.get("/claims").raise_for_status()
                yield client, time.perf_counter() - began
        finally:
            process.terminate()


def pages(settings: Settings) -> dict[str, list[str]]:
    """Addresses by kind of page, no two with the same answer; first those about what there is most of."""
    reader = Reader(settings)

    def ids(sql: str) -> list[str]:
        rows = reader.ask(f"select id from ({sql}) as found (id, weight) order by weight desc, id limit {OF_A_KIND}")
        return [quote(row["id"], safe="") for row in rows]

    try:
        companies = ids("select company_id, mention_count from companies")
        sources = ids("select source_id, attribution_count from sources")
        moves = ids("select real_move_id, claim_count from moves")
        articles = ids("select article_id, count(*) from market_moves group by article_id")
        markets = ids("select market, count(*) from market_moves where market is not null group by market")
        words = ids("select name, mention_count from companies")
        types = ids("select move_type, count(*) from market_moves group by move_type")
    finally:
        reader.close()
    days = [f"1990-{1 + n // 28:02}-{1 + n % 28:02}" for n in range(OF_A_KIND)]
    syllables = [f"{a}{b}" for a in "aeioumnrst" for b in "abdegilnort"]
    kinds = {
        "/claims?since={}": days, "/claims?page={}": [str(40 + n) for n in range(OF_A_KIND)],
        "/claims?q={}": [f"insolvenz {word}" for word in words], "/claims?company={}": words,
        "/claims?type={}&certainty=announced": types, "/claims?market={}&since=2020-01-01": markets,
        "/companies?name={}": syllables, "/company/{}": companies, "/move/{}": moves, "/rivals?name={}": syllables,
        "/rivals?market={}": markets, "/sources?name={}": syllables, "/source/{}": sources, "/article/{}": articles,
    }  # fmt: skip
    return {kind: [kind.format(one) for one in of_kind] for kind, of_kind in kinds.items()}


def wait_for_pages(client: httpx.Client, kinds: Mapping[str, Sequence[str]]) -> list[Waited]:
    """Pages of each kind, the longest first."""
    return [Waited(kind, tuple(_get(client, one) for one in of_kind[:TIMES])) for kind, of_kind in kinds.items()]


def wait_for_questions(client: httpx.Client) -> list[Waited]:
    """Each example question in the explorer's SQL box, some times."""
    return [
        Waited(example.question, tuple(_get(client, f"/sql?{httpx.QueryParams(sql=example.sql)}") for _ in range(5)))
        for example in read_examples()
    ]


@dataclass(frozen=True, slots=True)
class Publication:
    """What readers met while a snapshot was published, and the seconds that took."""

    waited: Waited
    errors: int
    took: float


def wait_during_publication(client: httpx.Client, settings: Settings, addresses: Sequence[str]) -> Publication:
    """Twenty readers who look at each page for a while, until a process of its own has published a snapshot."""
    found: list[float] = []
    errors: list[str] = []
    stop, ahead = threading.Event(), iter(addresses)

    def read(number: int) -> None:
        time.sleep(number * LOOKS / READERS)  # they did not all come in by the same train
        with httpx.Client(base_url=client.base_url, timeout=STARTED) as own:
            while not stop.is_set():
                address = next(ahead)
                try:
                    found.append(_get(own, address))
                except httpx.HTTPError:
                    errors.append(address)
                time.sleep(LOOKS)

    threads = [threading.Thread(target=read, args=(number,)) for number in range(READERS)]
    for thread in threads:
        thread.start()
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", PUBLISH, settings.home.path, settings.sources_path], check=True)
    took = time.perf_counter() - began
    stop.set()
    for thread in threads:
        thread.join()
    return Publication(Waited(f"{READERS} readers", tuple(found)), len(errors), took)


def _get(client: httpx.Client, address: str) -> float:
    began = time.perf_counter()
    client.get(address).raise_for_status()
    return time.perf_counter() - began


def render(settings: Settings, start: float, waits: Sequence[Waited], during: Publication) -> str:
    """The part of docs/benchmarks.md."""
    reader = Reader(settings)
    (size,) = reader.ask("select (select count(*) from articles) as a, (select count(*) from market_moves) as m")
    reader.close()
    late = [waited for waited in waits if waited.median > MEDIAN_BAR or waited.worst > WORST_BAR]
    reading = during.waited
    rows = [[f"`{one.what}`", f"{one.median:.3f}", f"{one.worst:.3f}"] for one in waits]
    return f"""
Measured on {datetime.now(UTC):%Y-%m-%d}: {size["a"]:,} articles, {size["m"]:,} moves; {processor()}, \
{os.cpu_count()} cores.

From the command to the first page it takes {start:.1f} s (bar: 3). Of {len(waits)} pages and questions \
{len(waits) - len(late)} are there within {MEDIAN_BAR:g} s at the median and {WORST_BAR:g} s at the worst. \
{READERS} readers, each with {LOOKS:g} s for a page, opened {len(reading.seconds)} different pages during a \
publication of {during.took:.0f} s, {during.errors} more failed: \
median {reading.median:.2f} s, worst {reading.worst:.2f} s (bar: 1).

{table(("page or question", "median s", "worst s"), rows)}
"""


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("home", type=Path)
    settings = load_settings(parser.parse_args().home, SOURCES)
    kinds = pages(settings)
    unread = [address for of_kind in kinds.values() for address in of_kind[TIMES:]]
    Random(0).shuffle(unread)
    with explorer(settings) as (client, start):
        waits = [*wait_for_pages(client, kinds), *wait_for_questions(client)]
        during = wait_during_publication(client, settings, unread)
    write_part("explore", render(settings, start, waits, during))


if __name__ == "__main__":
    main()
