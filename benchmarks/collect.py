"""How fast pages are collected, beside bare downloads of the same pages with httpx and aiohttp. `make bench-collect`.

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
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

from benchmarks.press import HOSTS, PAGES_PER_HOST, hosts

DAY = date(2026, 1, 2)
WORKERS = 16
PAGES = HOSTS * PAGES_PER_HOST
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
    from pipelines.collect import Archive, CandidateStore, Fetcher, State, collect_pages
    from pipelines.records import Candidate
    from pipelines.settings import Http
    from pipelines.sources import FeedSource

    def run() -> int:
        http = Http(delay=0, allow_loopback=True, concurrency=WORKERS)
        source = FeedSource(id="bench", name="Bench", type="feed", url="http://bench.example/feed", language="en")
        with tempfile.TemporaryDirectory() as folder, State(Path(folder) / "state") as state:
            CandidateStore(state).add(Candidate("bench", url, DAY) for url in urls(port))
            archive = Archive(Path(folder) / "warc", state)
            with Fetcher(http, state=state) as fetcher:
                logs = collect_pages([source], DAY, DAY, state=state, archive=archive, fetcher=fetcher)
            return logs[0].fetched

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


def measure(name: str, port: int) -> dict[str, float]:
    """One contestant in this process, its imports done: pages, wall and CPU seconds, peak memory in MB."""
    run = CONTESTANTS[name](port)
    usage = resource.getrusage(resource.RUSAGE_SELF)
    before, began = usage.ru_utime + usage.ru_stime, time.perf_counter()
    pages = run()
    took = time.perf_counter() - began
    usage = resource.getrusage(resource.RUSAGE_SELF)
    cpu = usage.ru_utime + usage.ru_stime - before
    return {"pages": pages, "seconds": took, "cpu": cpu, "memory": usage.ru_maxrss / 1024}


def main() -> None:
    if len(sys.argv) == 3:
        sys.stdout.write(json.dumps(measure(sys.argv[1], int(sys.argv[2]))))
        return
    out = sys.stdout
    out.write(
        f"{PAGES} pages of ~100 KB on {HOSTS} hosts, {WORKERS} at a time, {datetime.now(UTC):%Y-%m-%d %H:%M} UTC\n"
    )
    out.write(f"{'':<16}{'pages/s':>10}{'CPU ms/page':>14}{'peak MB':>10}\n")
    with press() as port:
        for name in CONTESTANTS:
            command = [sys.executable, "-m", "benchmarks.collect", name, str(port)]
            result = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
            assert result["pages"] == PAGES, f"{name} had {result['pages']} of {PAGES} pages"
            speed, cpu = PAGES / result["seconds"], result["cpu"] / PAGES * 1000
            out.write(f"{name:<16}{speed:>10.0f}{cpu:>14.2f}{result['memory']:>10.0f}\n")


if __name__ == "__main__":
    main()
