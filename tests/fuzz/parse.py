"""Mutated pages against the parser for a minute: `python -m tests.fuzz.parse [SECONDS] [SEED]` (`make nightly`).

Every page must give a sound article, twice the same, in bounded time. A page that does not is made as small as
hypothesis can and kept in a file. Not part of `make test`.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path

from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from pipelines.demo.press import Press
from pipelines.parse import parse_article
from tests.unit.parse.pages import article, page, paragraphs
from tests.unit.parse.test_bytes import HOSTILE, check

SECONDS_PER_PAGE = 1.0
"""Processor time one page may take, however it was mutated."""

BATCH = 200
"""Pages between two looks at the clock."""

MAX_BYTES = 200_000
"""Mutated pages are cut there, so that many fit into a minute."""

URL = "https://x.example/2024/05/14/a"
TOKENS = [
    b"\x00", b"\xff\xfe", b"\xef\xbf\xbd", b"\xed\xa0\x80", b"\xc3", b"<", b">", b"</", b"<!--", b"-->",
    b"<![CDATA[", b"]]>",
    b"&#xD800;", b"&#0;", b"&#x110000;", b"&nbsp", b"\xe2\x80\xa8", b"<script>", b"</script>", b"<template>", b"<svg>",
    b"<math>", b"<select>", b"<table>", b"<plaintext>", b"<textarea>", b"<frameset>", b"<p", b"<br>",
    b"<b id=1>", b"</p>",
    b'<script type="application/ld+json">', b'{"@type":"NewsArticle","headline":', b'"datePublished":"9999-99-99"',
    b"[" * 2000,
    b'<meta charset="utf-7">', b'<meta charset="shift_jis">', b'<base href="//[">', b'<link rel=next href="http://[">',
    b'<time datetime="0000-00-00T99:99:99+99:99">', b"Mehr zum Thema", b"Von Lena Brandt", b"31.02.2024, 25:61 Uhr",
]  # fmt: skip


def written_pages() -> list[bytes]:
    """Pages we wrote: the embedded press's, the tests' and the hostile ones."""
    sites = Press().sites.values()
    return [
        *(resource.body for site in sites for resource in site.values() if b"<html" in resource.body[:200]),
        page(article(*paragraphs())),
        *(hostile[:20_000] for hostile in HOSTILE.values()),
    ]


def mutations(pages: list[bytes]) -> st.SearchStrategy[Callable[[bytes], bytes]]:
    """Functions from page to page. Places are given in parts of the page, so that they survive its shrinking."""
    part = st.floats(0, 1)
    length = st.sampled_from([1, 2, 8, 64, 512, 4096])
    nesting = st.sampled_from([3, 40, 600, 5000])
    tag = st.sampled_from([b"div", b"span", b"b", b"p", b"td", b"table", b"li", b"ul", b"a", b"svg", b"font color=1"])

    def splice(at: float, size: int, piece: bytes, times: int = 1) -> Callable[[bytes], bytes]:
        return lambda data: data[: (i := int(at * len(data)))] + piece * times + data[i + size :]

    def from_other(at: float, size: int, number: int, where: float) -> Callable[[bytes], bytes]:
        other = pages[number]
        return splice(at, 0, other[(i := int(where * len(other))) : i + size])

    def duplicate(at: float, size: int, times: int) -> Callable[[bytes], bytes]:
        return lambda data: splice(at, 0, data[(i := int(at * len(data))) : i + size], times)(data)

    def flip(at: float, bit: int) -> Callable[[bytes], bytes]:
        return lambda data: splice(at, 1, bytes([(data[int(at * len(data)) :][:1] or b" ")[0] ^ 1 << bit]))(data)

    def recode(encoding: str) -> Callable[[bytes], bytes]:
        return lambda data: data.decode("utf-8", "replace").encode(encoding, "replace")

    def wrap(at: float, name: bytes, times: int) -> Callable[[bytes], bytes]:
        return splice(at, 0, b"<" + name + b">", times)

    return st.one_of(
        st.builds(from_other, part, length, st.integers(0, len(pages) - 1), part),
        st.builds(duplicate, part, length, nesting),
        st.builds(splice, part, length, st.just(b"")),
        st.builds(splice, part, st.sampled_from([0, 1, 30]), st.sampled_from(TOKENS), st.sampled_from([1, 1, 1, 50])),
        st.builds(flip, part, st.integers(0, 7)),
        st.builds(wrap, part, tag, nesting),
        st.builds(recode, st.sampled_from(["cp1252", "utf-16", "utf-16-le", "shift_jis", "gb18030", "utf-32"])),
        st.builds(lambda at: lambda data: data[: int(at * len(data))], part),
    )


def mutated(pages: list[bytes]) -> st.SearchStrategy[bytes]:
    def apply(number: int, steps: list[Callable[[bytes], bytes]]) -> bytes:
        data = pages[number]
        for step in steps:
            data = step(data)[:MAX_BYTES]
        return data

    return st.builds(apply, st.integers(0, len(pages) - 1), st.lists(mutations(pages), min_size=1, max_size=6))


def say(line: str) -> None:
    sys.stdout.write(f"fuzz: {line}\n")
    sys.stdout.flush()


def main(seconds: float, first_seed: int) -> int:
    pages = written_pages()
    read, slowest, last = 0, 0.0, b""

    def look(data: bytes) -> None:
        nonlocal read, slowest, last
        last = data
        start = time.process_time()
        found = parse_article(data, URL)
        took = time.process_time() - start
        read, slowest = read + 1, max(slowest, took)
        check(found)
        assert found == parse_article(data, URL), "not twice the same"
        assert took < SECONDS_PER_PAGE, f"took {took:.2f} s"

    say(f"{len(pages)} written pages, seed {first_seed}")
    every_page = settings(max_examples=BATCH, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    end = time.monotonic() + seconds
    for number in count(first_seed):
        try:
            seed(number)(every_page(given(mutated(pages))(look)))()
        except Exception as failure:
            kept = Path(tempfile.mkdtemp(prefix="fuzz-")) / "page.html"
            kept.write_bytes(last)
            say(f"{read} pages, slowest {slowest:.2f} s, FAILED: {failure!r}")
            say(f"the page is {kept}; again with: python -m tests.fuzz.parse {seconds:g} {number}")
            return 1
        if time.monotonic() > end:
            say(f"{read} pages, slowest {slowest:.2f} s, no failures")
            return 0
    return 0


if __name__ == "__main__":
    given_seconds, given_seed, *_ = [*sys.argv[1:], None, None]
    sys.exit(main(float(given_seconds or 60), int(given_seed or random.randrange(1 << 32))))
