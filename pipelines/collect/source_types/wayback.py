"""A site's history in a web archive with a CDX server, by default the Wayback Machine: captures to entries.

https://github.com/internetarchive/wayback/tree/master/wayback-cdx-server; pywb's servers, which answer in lines of
JSON objects, are read as well.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from urllib.parse import urlencode

from pipelines.collect.source_types.listing import Entry, Visit
from pipelines.errors import CollectError
from pipelines.records import Failure
from pipelines.sources import WaybackSource

ROWS = 5_000
"""Captures asked for at a time: about half a megabyte."""
MAX_ANSWERS = 40
"""Answers read in one visit. Of a window that holds more, the rest is counted (too_large): cut it into several."""

FIELDS = "timestamp,original,mimetype,statuscode,digest,length"
Row = Mapping[str, str]


def entries(visit: Visit) -> Iterator[Entry]:
    """The captures of pages in the window, of each URL the first, under the day of the capture.

    Raises `CollectError` if the server cannot be had or answers with something else; a broken row is counted.
    """
    source = visit.source
    assert isinstance(source, WaybackSource)
    replay = str(source.replay).rstrip("/")
    resume: str | None = None
    for _ in range(MAX_ANSWERS):
        url = question(source, visit, resume)
        fetched = visit.get(url)
        if fetched is None:
            return
        visit.forget(url)  # an archive takes in captures of any time at any time
        try:
            rows, following = read_answer(fetched.body)
        except ValueError as error:
            message = f"{fetched.final_url}: {error}. Correct `endpoint` of source '{source.id}'."
            raise CollectError(Failure.BAD_FEED, message) from error
        for row in rows:
            entry = _entry(row, replay)
            if entry is None:
                visit.fail(Failure.BAD_FEED)
            else:
                yield entry
        if following is None or following == resume:
            return
        resume = following
    visit.fail(Failure.TOO_LARGE)


def question(source: WaybackSource, visit: Visit, resume: str | None) -> str:
    """The URL that asks for the window's captures of web pages that were there."""
    site = source.site.removeprefix("https://").removeprefix("http://")
    kind = "domain" if site.startswith("*.") else "prefix" if "/" in site.rstrip("/") else "host"
    pairs = [
        ("url", site.removeprefix("*.")), ("matchType", kind),
        ("from", f"{visit.window.first:%Y%m%d}"), ("to", f"{visit.window.last:%Y%m%d}"),
        ("output", "json"), ("fl", FIELDS), ("filter", "statuscode:200"), ("filter", "mimetype:text/html"),
        ("collapse", "urlkey"), ("limit", str(ROWS)), ("showResumeKey", "true"),
    ]  # fmt: skip
    return f"{source.endpoint}?{urlencode(pairs + ([('resumeKey', resume)] if resume else []))}"


def read_answer(body: bytes) -> tuple[list[Row], str | None]:
    """The rows of an answer, broken ones empty, and the key with which to go on. Raises `ValueError` for no answer."""
    text = body.decode("utf-8", errors="replace").strip()
    if not text:
        return [], None
    if text.startswith("{"):
        return [_object(line) for line in text.splitlines() if line.strip()], None
    try:
        rows = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError("it is no answer of a CDX server in JSON") from error
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise ValueError("it is JSON, but no answer of a CDX server")
    resume = None
    if len(rows) >= 2 and rows[-2] == [] and len(rows[-1]) == 1:
        resume = str(rows[-1][0])
        rows = rows[:-2]
    header, *lines = rows or [[]]
    names = [str(name) for name in header]
    return [dict(zip(names, map(str, line), strict=False)) for line in lines], resume


def _object(line: str) -> Row:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return {str(name): str(value) for name, value in row.items()} if isinstance(row, dict) else {}


def _entry(row: Row, replay: str) -> Entry | None:
    stamp, original = row.get("timestamp", ""), row.get("original") or row.get("url", "")
    if len(stamp) != 14 or not stamp.isascii() or not stamp.isdecimal() or not original:
        return None
    try:
        captured = datetime.strptime(stamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None
    held_at = f"{replay}/{stamp}id_/{original}"
    return Entry(original, listed_at=captured, day=captured.date(), held_at=held_at)
