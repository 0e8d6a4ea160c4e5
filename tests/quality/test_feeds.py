"""The corpus of real and malformed feeds, measured against feedparser.

The corpus is for measuring only and lies beside the project; without it these tests are skipped.
"""

from __future__ import annotations

import html
import io
import re
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urljoin

import feedparser
import pytest

from pipelines.collect.source_types.feed import parse_feed

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpora" / "feeds"
pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason=f"the corpus of feeds is not at {CORPUS}")
FLOOR = 0.97
LONGEST_TITLE = 10_000
"""Characters; the corpus has files of a few kilobytes, so more means that something was expanded."""
FORBIDDEN = ("open", "os.open", "socket.", "urllib.", "subprocess.", "os.system", "ftplib.", "http.client.")


@pytest.fixture(scope="module")
def watched() -> list[list[str]]:
    """While it holds a list, what is opened or connected to goes there: a hook sees it whichever library does it."""
    lists: list[list[str]] = []

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        # Python loads modules, its codecs among them, when they are first needed.
        if lists and event.startswith(FORBIDDEN) and not str(arguments[0]).endswith((".py", ".pyc", ".so")):
            lists[-1].append(f"{event} {arguments[0]}")

    sys.addaudithook(watch)  # it cannot be taken off again, so it is idle when the list is empty
    return lists


@contextmanager
def nothing_reached(watched: list[list[str]]) -> Iterator[list[str]]:
    watched.append([])
    try:
        yield watched[-1]
    finally:
        watched.pop()


def test_the_watch_sees_what_is_opened(watched, tmp_path):
    with nothing_reached(watched) as reached:
        (tmp_path / "a").write_text("")
    assert any(event.startswith("open") for event in reached)


def test_every_feed_is_read_without_crash_expansion_file_or_network(watched):
    bodies = {path.name: path.read_bytes() for path in sorted(CORPUS.glob("*.xml"))}
    refused = []
    with nothing_reached(watched) as reached:
        for name, body in bodies.items():
            try:
                entries = parse_feed(body, failures=Counter())
            except ValueError:
                refused.append(name)
                continue
            assert all(len(entry.title or "") < LONGEST_TITLE for entry in entries), name
    assert reached == []
    assert len(bodies) > 900
    assert len(refused) <= len(bodies) // 100, refused


def plain(title: str | None) -> str:
    return " ".join(html.unescape(re.sub(r"<[^<>]*>", "", title or "")).split())


def test_what_feedparser_finds_in_well_formed_feeds_is_found():
    links = titles = entries = 0
    missed = []
    for path in sorted(CORPUS.glob("*.xml")):
        theirs = feedparser.parse(io.BytesIO(path.read_bytes()))
        if theirs.bozo or not theirs.entries:
            continue
        try:
            ours = parse_feed(path.read_bytes(), failures=Counter())
        except ValueError:
            ours = []
        for item in theirs.entries:
            link, title = dict.get(item, "link"), plain(item.get("title"))
            has_link = not link or any(entry.link and urljoin(link, entry.link) == link for entry in ours)
            has_title = not title or any(plain(entry.title) == title for entry in ours)
            entries, links, titles = entries + 1, links + has_link, titles + has_title
            if not (has_link and has_title):
                missed.append(path.name)
    assert entries > 600
    assert links / entries >= FLOOR, missed
    assert titles / entries >= FLOOR, missed
