"""`claimhouse parse`: one page as the parser sees it, from a file, an archive, standard input or the web."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from pipelines import report
from pipelines.collect import WARC_ENDINGS, BodyError, Fetcher, read_response_at
from pipelines.errors import ClaimhouseError, UsageError
from pipelines.page_view import as_data, clean, show_page
from pipelines.parse import PageReading, is_plain, parse_plain, read_page
from pipelines.settings import load_settings
from pipelines.terminal import JsonOption, SourcesOption, errors_explained, out

MAX_FILE_BYTES = 20_000_000
"""Read of a file; the parser itself stops earlier and says so."""


def parse(
    page: Annotated[
        str,
        typer.Argument(
            metavar="PAGE", help="A file, an http(s) URL, WARC#OFFSET, or - for standard input.", show_default=False
        ),
    ],
    url: Annotated[str | None, typer.Option("--url", metavar="URL", help="The address of a page in a file.")] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Show every block that is left out, and show it whole.")
    ] = False,
    sources: SourcesOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show one page as the parser sees it: its fields and who says so, its paragraphs and what is left out, and why.

    Ends with 1 if the page gives no text. Example: `claimhouse parse saved.html --url https://example.org/news/1`
    """
    with errors_explained():
        is_remote = page.startswith(("http://", "https://"))
        if is_remote and url:
            raise UsageError("--url is the address of a page in a file; of a URL it is the URL. Leave it out.")
        reading = _fetch(page, sources) if is_remote else _read(page, url)
        if as_json:
            typer.echo(report.to_json(as_data(reading)).encode("utf-8", "backslashreplace").decode())
        else:
            show_page(reading, out, everything)
        if not reading.article.text:
            faults = ", ".join(fault.replace("_", " ") for fault in reading.article.faults) or "no text"
            raise ClaimhouseError(f"{clean(page)}: gives no text ({faults}).")


def _fetch(url: str, sources: Path | None) -> PageReading:
    """A page from the web, with the manners of collecting. It is not kept."""
    with Fetcher(load_settings(None, sources).file.http) as fetcher:
        today = datetime.now(UTC).date()
        fetched = fetcher.fetch(url, archive_date=today, source_id="parse")
    return _reading(fetched.body, fetched.final_url, fetched.content_type, fetched.fetched_at)


def _read(page: str, url: str | None) -> PageReading:
    if page == "-":
        return _reading(sys.stdin.buffer.read(MAX_FILE_BYTES), url, None, None)
    path, mark, offset = page.rpartition("#")
    if mark and offset.isdecimal() and path.lower().endswith(WARC_ENDINGS):
        return _read_record(Path(path), int(offset), url)
    try:
        with Path(page).open("rb") as file:
            body = file.read(MAX_FILE_BYTES)
            changed = datetime.fromtimestamp(os.fstat(file.fileno()).st_mtime, UTC)
    except (OSError, ValueError) as error:
        raise _unreadable(page, error) from error
    if page.lower().endswith(WARC_ENDINGS):
        raise UsageError(f"{page}: is a WARC file. Say which page: {page}#OFFSET, with articles.warc_offset.")
    return _reading(body, url, "text/plain" if page.lower().endswith(".txt") else None, changed)


def _read_record(path: Path, offset: int, url: str | None) -> PageReading:
    """A page in a WARC file, at the place that `articles.warc_file` and `articles.warc_offset` name."""
    try:
        response = read_response_at(path, offset)
    except OSError as error:
        raise _unreadable(str(path), error) from error
    except BodyError as error:
        raise UsageError(f"{path}: at {offset}: {error}. Take an offset from articles.warc_offset.") from error
    return _reading(response.body, url or response.url, response.content_type, response.date)


def _unreadable(page: str, error: Exception) -> UsageError:
    if isinstance(error, IsADirectoryError):
        return UsageError(f"{page}: is a folder. Give one file; for all of them: claimhouse import {page}")
    if isinstance(error, FileNotFoundError):
        return UsageError(f"{page}: there is no such file. Give a file, an address with https:// before it, or -.")
    return UsageError(f"{page}: cannot be read ({getattr(error, 'strerror', None) or error}). Give another file.")


def _reading(body: bytes, url: str | None, content_type: str | None, fetched_at: datetime | None) -> PageReading:
    """As in a run: what is sent as plain text is read as such."""
    if is_plain(content_type):
        return PageReading(parse_plain(body, url, content_type))
    return read_page(body, url, content_type=content_type, fetched_at=fetched_at)
