"""Claimhouse's parser under load: with two worker processes beside one, and with a page of 20 MB.

`benchmarks.parse` runs it: `python -m benchmarks.parse_load workers|memory CORPUS` prints one JSON object.
"""

from __future__ import annotations

import gc
import gzip
import json
import re
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from ctypes import CDLL
from functools import cache
from multiprocessing import get_context
from pathlib import Path

from pipelines.parse import parse_article

MB = 1024 * 1024
SHARES = 40
"""Tasks that the pages are split into, so that two workers end at about the same time."""
ROUNDS = 5
BIG = 20 * MB
REPEATS = 5


def pages(corpus: Path) -> Iterator[tuple[bytes, str | None]]:
    with (corpus / "pages.jsonl").open(encoding="utf-8") as lines:
        for page in map(json.loads, lines):
            yield gzip.decompress((corpus / page["html"]).read_bytes()), page["url"]


@cache
def loaded(corpus: Path) -> list[tuple[bytes, str | None]]:
    """The pages as one worker holds them: reading them is not measured."""
    return list(pages(corpus))


def parse_share(corpus: Path, share: int) -> int:
    """Parse every `SHARES`-th page and say how many there were."""
    return len([parse_article(html, url) for html, url in loaded(corpus)[share::SHARES]])


def workers(corpus: Path) -> dict[str, float]:
    """Wall seconds for all pages with one and with two workers, each the best of rounds that alternate."""
    spawn = get_context("spawn")
    tasks = [corpus] * SHARES, range(SHARES)
    with ProcessPoolExecutor(1, spawn) as one, ProcessPoolExecutor(2, spawn) as two:
        for pool in (one, two):  # every worker loads the pages and has run the code once
            count = sum(pool.map(parse_share, *tasks))
        best = dict.fromkeys((one, two), float("inf"))
        for _ in range(ROUNDS):
            for pool in best:
                began = time.perf_counter()
                assert sum(pool.map(parse_share, *tasks)) == count
                best[pool] = min(best[pool], time.perf_counter() - began)
    return {"pages": count, "one": best[one], "two": best[two]}


def big_page() -> bytes:
    """One article of 20 MB: invented paragraphs, each with its number and a link."""
    paragraph = (
        "<p>The board of the invented company number {0} said that its quarter was better than expected, as "
        '<a href="/news/{0}">a report</a> had foreseen, and that it would build a plant for 250 people.</p>\n'
    )
    size = len(paragraph.format(100_000))
    body = "".join(paragraph.format(100_000 + n) for n in range(BIG // size))
    return f"<html><head><title>A long page</title></head><body><article>{body}</article></body></html>".encode()


def resident(what: str = "VmRSS") -> float:
    """Resident memory of this process in MB, after a collection."""
    gc.collect()
    found = re.search(rf"^{what}:\s+(\d+) kB$", Path("/proc/self/status").read_text(), re.MULTILINE)
    assert found is not None
    return int(found.group(1)) / 1024


def trimmed() -> float:
    """Resident MB without what the C library holds back of freed memory: what is really in use."""
    gc.collect()
    CDLL(None).malloc_trim(0)
    return resident()


def memory(corpus: Path) -> dict[str, float]:
    """Resident MB around the parsing of a page of 20 MB, which is held all the time, after one pass over the others."""
    count = len([len(parse_article(html, url).text) for html, url in pages(corpus)])
    page = big_page()
    before = trimmed()
    Path("/proc/self/clear_refs").write_text("5")  # the peak so far is forgotten
    assert parse_article(page).text
    peak, after = resident("VmHWM"), resident()
    for _ in range(REPEATS):
        parse_article(page)
    return {
        "pages": count, "page": len(page) / MB, "repeats": REPEATS,
        "before": before, "peak": peak, "after": after, "again": resident(), "used": trimmed(),
    }  # fmt: skip


if __name__ == "__main__":
    measurement = {"workers": workers, "memory": memory}[sys.argv[1]]
    sys.stdout.write(json.dumps(measurement(Path(sys.argv[2]))))
