"""WARC files as others write them, byte by byte, for the tests of reading them."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

from pydantic import TypeAdapter

from pipelines.collect import Fetcher, Visit, Window
from pipelines.collect.web.exchange import Validators
from pipelines.settings import Http
from pipelines.sources import Source

GERMAN = "Der Hersteller will im kommenden Jahr ein Werk in Sachsen bauen und dort Maschinen fertigen, teilte er mit."
ENGLISH = "The maker wants to build a plant in the north next year and to make machines there, it said on Monday."


def html(text: str, lang: str | None = None, head: str = "") -> bytes:
    tag = f'<html lang="{lang}">' if lang else "<html>"
    return f"<!doctype html>{tag}<head><title>T</title>{head}</head><body><p>{text}</p></body></html>".encode()


def record(
    url: str, body: bytes, *, status: str = "200 OK", date: str = "2024-05-02T10:00:00Z", kind: str = "response",
    headers: str = "Content-Type: text/html\r\n",
) -> bytes:  # fmt: skip
    """One record, not packed."""
    block = f"HTTP/1.1 {status}\r\n{headers}\r\n".encode() + body
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:uuid:{abs(hash((url, date, kind)))}>\r\n"
        f"WARC-Date: {date}\r\nWARC-Target-URI: {url}\r\nContent-Type: application/http; msgtype={kind}\r\n"
        f"Content-Length: {len(block)}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


def write_warc(path: Path, *records: bytes, packed: Callable[[bytes], bytes] = gzip.compress) -> Path:
    """A file of records, each packed by itself."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"".join(map(packed, records)))
    return path


def visit(
    fetcher: Fetcher, window: Window, *, known: dict[str, Validators] | None = None, spool: Path | None = None,
    **settings: object,
) -> Visit:  # fmt: skip
    """A visit of a source with these settings; `known` is what an earlier visit remembered."""
    values = {"id": "example", "name": "Example", "language": "en", **settings}
    source = TypeAdapter(Source).validate_python(values)
    return Visit(source, fetcher, window, known=(known or {}).get, spool=spool)


HTTP = Http(user_agent="claimhouse/test (tests)", delay=0, max_bytes=100_000)
