"""How fast pages are collected, beside bare downloads of the same pages with httpx and aiohttp; feeds; memory.

`make bench-collect` runs it.

Every contestant is a process of its own against one server process, over loopback. Ours does the whole job (robots,
guard, digest, WARC, index) with pacing off; the others only download. Times are of this machine, now: compare the
columns of one run, not runs.
"""

from __future__ import annotations

import asyncio
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

from benchmarks.press import HOSTS, PAGES_PER_HOST, hosts

DAY = date(2026, 1, 2)
WORKERS = 2
"""Threads, or requests at a time: as many as cores. More threads only wait for each other when no server is slow."""
PAGES = HOSTS * PAGES_PER_HOST
FEEDS, ENTRIES = 3_000, 30
FEW, MANY = 5_000, 50_000
Run = Callable[[], int]
"""Gets every page and says how many it had."""


def urls(port: int) -> list[str]:
    """Every page, hosts taking turns."""
    return [f"http://{host}:{port}/page/{n}.html" for n in range(PAGES_PER_HOST) for host in hosts()]


@contextmanager
def press() -> Iterator[int]:
    """The server in a process of its own; its port."""
    server = subprocess.Popen([sys.executable, "-m", "benchmarks.press"], stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        yield int(server.stdout.readline())
    finally:
        server.terminate()
        server.wait(10)


def ours(port: int) -> Run:
    """Robots, guard, digest, WARC and index; every page is in the archive afterwards."""
    return collecting(urls(port))


def collecting(links: Iterable[str]) -> Run:
    from pipelines.collect import Archive, CandidateStore, Fetcher, State, collect_pages
    from pipelines.records import Candidate
    from pipelines.settings import Http
    from pipelines.sources import FeedSource

    def run() -> int:
        http = Http(delay=0, allow_loopback=True, concurrency=WORKERS)
        source = FeedSource(id="bench", name="Bench", type="feed", url="http://bench.example/feed", language="en")
        with tempfile.TemporaryDirectory() as folder, State(Path(folder) / "state") as state:
            CandidateStore(state).add(Candidate("bench", url, DAY) for url in links)
            archive = Archive(Path(folder) / "warc", state)
            with Fetcher(http, state=state) as fetcher:
                logs = collect_pages([source], DAY, DAY, state=state, archive=archive, fetcher=fetcher)
            return logs[0].fetched

    return run


def few_candidates(port: int) -> Run:
    return collecting(small_pages(port, FEW))


def many_candidates(port: int) -> Run:
    return collecting(small_pages(port, MANY))


def small_pages(port: int, count: int) -> Iterator[str]:
    return (f"http://{hosts()[n % HOSTS]}:{port}/small/{n}" for n in range(count))


def feeds(_: int) -> Run:
    """The same feed over and over: 30 entries as news sites write them."""
    from pipelines.collect.source_types.feed import parse_feed

    item = (
        "<item><title>Bank &amp; Söhne: quarter {n}</title><link>https://news.example/2026/01/{n}.html?utm_source=rss"
        "</link><guid isPermaLink='false'>news-{n}</guid><pubDate>Fri, 02 Jan 2026 10:{n}:00 +0100</pubDate>"
        "<category>Business</category><description><![CDATA[<p>An invented sentence about an invented company that "
        "says what its quarter brought, long enough to be a teaser of the usual length.</p>]]></description></item>"
    )
    items = "".join(item.replace("{n}", str(n)) for n in range(10, 10 + ENTRIES))
    body = (
        f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>News</title>{items}</channel></rss>'
    )
    data = body.encode()

    def run() -> int:
        return sum(len(parse_feed(data, failures=Counter())) == ENTRIES for _ in range(FEEDS))

    return run


def httpx_threads(port: int) -> Run:
    import httpx

    def run() -> int:
        limits = httpx.Limits(max_connections=WORKERS)
        with httpx.Client(limits=limits) as client, ThreadPoolExecutor(WORKERS) as pool:
            return sum(len(response.content) > 0 for response in pool.map(client.get, urls(port)))

    return run


def httpx_async(port: int) -> Run:
    import httpx

    async def run() -> int:
        gate = asyncio.Semaphore(WORKERS)
        async with httpx.AsyncClient() as client:

            async def get(url: str) -> bool:
                async with gate:
                    return len((await client.get(url)).content) > 0

            return sum(await asyncio.gather(*map(get, urls(port))))

    return lambda: asyncio.run(run())


def aiohttp_async(port: int) -> Run:
    import aiohttp

    async def run() -> int:
        gate = asyncio.Semaphore(WORKERS)
        async with aiohttp.ClientSession() as session:

            async def get(url: str) -> bool:
                async with gate, session.get(url) as response:
                    return len(await response.read()) > 0

            return sum(await asyncio.gather(*map(get, urls(port))))

    return lambda: asyncio.run(run())


CONTESTANTS = {
    "claimhouse": ours,
    "httpx threads": httpx_threads,
    "httpx async": httpx_async,
    "aiohttp": aiohttp_async,
}
OTHERS = {"feeds": feeds, "few candidates": few_candidates, "many candidates": many_candidates}


def measure(name: str, port: int) -> dict[str, float]:
    """One contestant in this process, its imports done: pages, wall and CPU seconds, peak memory in MB."""
    run = (CONTESTANTS | OTHERS)[name](port)
    usage = resource.getrusage(resource.RUSAGE_SELF)
    before, began = usage.ru_utime + usage.ru_stime, time.perf_counter()
    pages = run()
    took = time.perf_counter() - began
    usage = resource.getrusage(resource.RUSAGE_SELF)
    cpu = usage.ru_utime + usage.ru_stime - before
    return {"pages": pages, "seconds": took, "cpu": cpu, "memory": usage.ru_maxrss / 1024}


def measured(name: str, port: int, expected: int) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.collect", name, str(port)]
    result: dict[str, float] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    assert result["pages"] == expected, f"{name} had {result['pages']} of {expected}"
    return result


def main() -> None:
    if len(sys.argv) == 3:
        sys.stdout.write(json.dumps(measure(sys.argv[1], int(sys.argv[2]))))
        return
    out = sys.stdout
    with press() as port:
        out.write(f"{PAGES} pages of ~100 KB on {HOSTS} hosts, {WORKERS} at a time, {datetime.now(UTC):%Y-%m-%d} UTC\n")
        out.write(f"{'':<16}{'pages/s':>10}{'CPU ms/page':>14}{'peak MB':>10}\n")
        for name in CONTESTANTS:
            result = measured(name, port, PAGES)
            speed, cpu = PAGES / result["seconds"], result["cpu"] / PAGES * 1000
            out.write(f"{name:<16}{speed:>10.0f}{cpu:>14.2f}{result['memory']:>10.0f}\n")
        result = measured("feeds", port, FEEDS)
        out.write(f"feeds of {ENTRIES} entries: {FEEDS / result['cpu']:.0f} per CPU second\n")
        few, many = (measured(f"{name} candidates", port, n)["memory"] for name, n in (("few", FEW), ("many", MANY)))
        out.write(f"peak memory: {few:.0f} MB with {FEW:,} candidates, {many:.0f} MB with {MANY:,}\n")


if __name__ == "__main__":
    main()
