"""What is a page and what is not: HTML and text files that hold one each, and responses. Opens no WARC file."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pipelines.collect.pages.links import canonical_link
from pipelines.collect.pages.sniff import is_binary, is_html
from pipelines.errors import CollectError
from pipelines.records import Failure

HTML_ENDINGS = (".html", ".htm")
TEXT_ENDINGS = (".txt",)
PAGE_ENDINGS = (*HTML_ENDINGS, *TEXT_ENDINGS)

MAX_FILE_BYTES = 10_000_000
"""Of an HTML or text file; the default of `http.max_bytes`."""


@dataclass(frozen=True, slots=True)
class PageFile:
    """One page on disk. `url` is its canonical link, else, as for every text, its file:// URL."""

    url: str
    body: bytes
    content_type: str
    modified: datetime


def read_page_file(path: Path, max_bytes: int = MAX_FILE_BYTES) -> PageFile:
    """The page in an HTML or text file. Raises `CollectError` saying what the file is instead, without a mend."""
    try:
        modified = datetime.fromtimestamp(file_state(path).st_mtime, UTC)
        with path.open("rb") as file:
            body = file.read(max_bytes + 1)
    except OSError as error:
        raise unreadable(path, error) from error
    is_text = path.name.lower().endswith(TEXT_ENDINGS)
    if len(body) > max_bytes:
        raise CollectError(Failure.TOO_LARGE, f"{path}: is larger than {max_bytes:,} bytes")
    if not body.strip():
        raise CollectError(Failure.EMPTY_PAGE, f"{path}: is empty")
    if is_binary(body) if is_text else not is_html(body, "text/html"):
        detail = ", but binary data" if is_binary(body) else ": it has no tags"
        raise CollectError(Failure.NOT_HTML, f"{path}: is no HTML{detail}")
    url = (None if is_text else canonical_link(body)) or path.resolve().as_uri()
    return PageFile(url, body, "text/plain" if is_text else "text/html", modified)


def file_state(path: Path) -> os.stat_result:
    """Size and times of a regular file; `OSError` for anything else (a pipe would be waited for for ever)."""
    state = path.stat()
    if not stat.S_ISREG(state.st_mode):
        raise OSError("no regular file")
    return state


def unreadable(path: Path, error: OSError) -> CollectError:
    return CollectError(Failure.UNREADABLE_FILE, f"{path}: cannot be read ({error.strerror or error})")


def page_failure(body: bytes, content_type: str | None) -> Failure | None:
    """Why the body of a response with status 200 is no page; None if it is one."""
    if not body.strip():
        return Failure.EMPTY_PAGE
    return None if is_html(body, content_type) else Failure.NOT_HTML
