"""How long readers wait: for every page of the explorer and every question of docs/questions.sql, on a home of any
size; and twenty readers while a snapshot is published.

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
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx

from benchmarks.parse import processor, table, write_part
from pipelines.demo import SOURCES
from pipelines.explore.examples import read_examples
from pipelines.settings import Settings, load_settings
from pipelines.warehouse import Reader, publish

TIMES, READERS = 15, 20
MEDIAN_BAR, WORST_BAR = 0.3, 1.0
STARTED = 60.0


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


def pages(settings: Settings) -> list[str]:
    """An address of each page, each about what there is most of: the slowest of its kind."""
    reader = Reader(settings)
    try:
        company = reader.ask("select company_id, name from companies order by mention_count desc limit 1")[0]
        source = reader.ask("select source_id from sources order by attribution_count desc limit 1")[0]["source_id"]
        move = reader.ask("select real_move_id, first_article_id from moves order by claim_count desc limit 1")[0]
    finally:
        reader.close()
    return [
        "/claims", "/claims?page=40", "/claims?q=insolvenz", "/claims?type=acquisition&certainty=announced",
        f"/claims?company={company['name']}", "/claims?market=China&since=2020-01-01", "/companies",
        "/companies?name=ma", f"/company/{company['company_id']}", f"/move/{move['real_move_id']}", "/rivals",
        "/rivals?market=China", "/sources", f"/source/{source}", f"/article/{move['first_article_id']}",
    ]  # fmt: skip


def wait_for_pages(client: httpx.Client, addresses: Sequence[str]) -> list[Waited]:
    """Each page some times."""
    return [Waited(address, tuple(_get(client, address) for _ in range(TIMES))) for address in addresses]


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
    """Twenty readers, each with half a second between two pages, until a snapshot is published."""
    found: list[float] = []
    errors: list[str] = []
    stop = threading.Event()

    def read(number: int) -> None:
        with httpx.Client(base_url=client.base_url, timeout=STARTED) as own:
            while not stop.is_set():
                address = addresses[(number + len(found)) % len(addresses)]
                try:
                    found.append(_get(own, address))
                except httpx.HTTPError:
                    errors.append(address)
                time.sleep(0.5)  # a reader reads

    threads = [threading.Thread(target=read, args=(number,)) for number in range(READERS)]
    for thread in threads:
        thread.start()
    began = time.perf_counter()
    publish(settings)
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
{READERS} readers during a publication of {during.took:.0f} s opened {len(reading.seconds)} pages, \
{during.errors} more failed: \
median {reading.median:.2f} s, worst {reading.worst:.2f} s (bar: 1).

{table(("page or question", "median s", "worst s"), rows)}
"""


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("home", type=Path)
    settings = load_settings(parser.parse_args().home, SOURCES)
    addresses = pages(settings)
    with explorer(settings) as (client, start):
        waits = [*wait_for_pages(client, addresses), *wait_for_questions(client)]
        during = wait_during_publication(client, settings, addresses)
    write_part("explore", render(settings, start, waits, during))


if __name__ == "__main__":
    main()
