"""Pages that files hold: writing down where one lies (`held_at`), and reading it from there. Lists no files."""

from __future__ import annotations

from datetime import date
from os import fsdecode
from pathlib import Path
from urllib.parse import unquote_to_bytes, urlsplit

from pipelines.collect.archive.warc_reading import Response, read_response_at
from pipelines.collect.pages.page_files import PageFile, file_state, page_failure, read_page_file, unreadable
from pipelines.collect.web.exchange import Fetched
from pipelines.collect.web.inflate import BodyError
from pipelines.collect.web.urls import canonical_url
from pipelines.errors import CollectError
from pipelines.records import Failure

MEND = "Poll its source again if the file was changed or moved, or leave the page out."


def place_in(path: Path) -> str:
    """`held_at` of a page file; for a WARC file `#` and the offset of the response record come behind it."""
    return path.resolve().as_uri()


def read_held(held_at: str, candidate_url: str, *, source_id: str, archive_date: date, max_bytes: int) -> Fetched:
    """The page that a file holds at `held_at`, as if it had been fetched from `candidate_url` at the time it carries.

    Raises `CollectError`: unreadable_file, bad_warc_record, too_large, bad_encoding, not_html, empty_page. A file that
    now holds another page there counts as unreadable_file (bad_warc_record in a WARC file).
    """
    path, offset = _place(held_at)
    try:
        if offset is not None:
            response = _response(path, offset, candidate_url, max_bytes)
            return fetched_of(response, candidate_url, source_id=source_id, archive_date=archive_date)
        page = read_page_file(path, max_bytes)
        if candidate_url not in (page.url, canonical_url(page.url)):
            raise CollectError(Failure.UNREADABLE_FILE, f"{path}: now holds {page.url} instead of {candidate_url}")
    except CollectError as error:
        raise CollectError(error.failure, f"{error}. {MEND}") from error
    return fetched_of_file(page, candidate_url, source_id=source_id, archive_date=archive_date)


def fetched_of(response: Response, url: str, *, source_id: str, archive_date: date) -> Fetched:
    """A response of a WARC file as a fetched page: with its headers and its date, and without a request."""
    return Fetched(
        source_id, archive_date, url, url, response.status, response.reason, response.headers, (), response.body,
        response.date, response.content_type,
    )  # fmt: skip


def fetched_of_file(page: PageFile, url: str, *, source_id: str, archive_date: date) -> Fetched:
    """A page file as a fetched page: of the time at which it was changed, and without a request."""
    headers = (("Content-Type", page.content_type),)
    return Fetched(
        source_id, archive_date, url, url, 200, "OK", headers, (), page.body, page.modified, page.content_type
    )  # fmt: skip


def _place(held_at: str) -> tuple[Path, int | None]:
    parts = urlsplit(held_at)
    if parts.scheme != "file" or parts.netloc or not (parts.fragment == "" or parts.fragment.isdecimal()):
        raise CollectError(Failure.UNREADABLE_FILE, f"{held_at}: is no place in a file. {MEND}")
    return Path(fsdecode(unquote_to_bytes(parts.path))), int(parts.fragment) if parts.fragment else None


def _response(path: Path, offset: int, url: str, max_bytes: int) -> Response:
    try:
        file_state(path)
        response = read_response_at(path, offset, max_payload=max_bytes)
    except OSError as error:
        raise unreadable(path, error) from error
    except BodyError as error:
        raise CollectError(error.failure, f"{path}: record at {offset}: {error}") from error
    if url not in (response.url, canonical_url(response.url)) or response.status != 200:
        message = f"{path}: the record at {offset} is {response.status} {response.url} instead of {url}"
        raise CollectError(Failure.BAD_WARC_RECORD, message)
    if failure := page_failure(response.body, response.content_type):
        raise CollectError(failure, f"{path}: the record at {offset} is {failure.value.replace('_', ' ')}")
    return response
