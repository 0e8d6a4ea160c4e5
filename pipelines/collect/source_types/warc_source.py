"""WARC files on disk as a source: which files there are, and which pages of them are wanted. Reads no record itself."""

from __future__ import annotations

import glob
import json
import os
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

from pipelines.collect.archive.held import fetched_of, place_in
from pipelines.collect.archive.spool import left_out_beside
from pipelines.collect.archive.warc_reading import (
    WARC_ENDINGS,
    Response,
    has_own_place,
    is_packed_whole,
    read_responses,
)
from pipelines.collect.archive.warc_writing import page_records, payload_digest
from pipelines.collect.pages.page_files import file_state, page_failure
from pipelines.collect.pages.page_language import page_language
from pipelines.collect.source_types.listing import Entry, FileRead, Visit
from pipelines.collect.web.exchange import Validators
from pipelines.durable import finish, part_of, replace_file
from pipelines.errors import CollectError
from pipelines.records import Failure
from pipelines.sources import AnySource, CcNewsSource, WarcSource

MARKED = {"sites", "languages", "include", "exclude"}
"""Settings of a source that decide what is taken from a file: with others, it must be read again."""


def entries(visit: Visit) -> Iterator[Entry]:
    """The wanted pages of all new and changed WARC files, of the day and time at which they were archived.

    Raises `CollectError` if `paths` names no file at all; what is broken is counted.
    """
    source = visit.source
    assert isinstance(source, WarcSource)
    files, missing = _files(source.paths)
    if not files:
        message = f"{', '.join(source.paths)}: there is no WARC file ({', '.join(WARC_ENDINGS)}) by this name."
        raise CollectError(Failure.UNREADABLE_FILE, f"{message} Correct `paths` of source '{source.id}'.")
    if missing:
        visit.fail(Failure.UNREADABLE_FILE, missing)
    for path in files:
        yield from file_entries(visit, path)


def file_entries(visit: Visit, path: Path) -> Iterator[Entry]:
    """The wanted pages of one file unless it was read before; a file that cannot be read is counted."""
    key = place_in(path)
    try:
        mark = file_mark(file_state(path), visit.source)
    except OSError:
        visit.fail(Failure.UNREADABLE_FILE)
        visit.files[key] = FileRead(left_out={Failure.UNREADABLE_FILE.value: 1})
        return
    if visit.known(key) == mark:
        visit.unmodified += 1
        return

    def found() -> Iterator[Entry]:
        yield from page_entries(visit, _with_places(visit, path, mark))

    yield from visit.read_file(key, mark, found())


def page_entries(visit: Visit, path: Path) -> Iterator[Entry]:
    """The wanted pages of one file; a page that cannot be found again at its place is counted as bad_warc_record."""
    place = place_in(path)
    with path.open("rb") as file:
        for response in wanted_pages(visit, path):
            if has_own_place(file, response):
                yield Entry(response.url, listed_at=response.date, held_at=f"{place}#{response.offset}")
            else:
                visit.fail(Failure.BAD_WARC_RECORD)


def wanted_pages(visit: Visit, path: Path) -> Iterator[Response]:
    """The HTML responses with status 200 of the sites and in the languages that a source wants."""
    source = visit.source
    assert isinstance(source, WarcSource | CcNewsSource)
    sites, languages = frozenset(source.sites), frozenset(source.languages)

    def wanted(url: str) -> bool:
        is_wanted = not sites or _is_of(url, sites)
        if not is_wanted:
            visit.fail(Failure.EXCLUDED)
        return is_wanted

    limit = visit.fetcher.http.max_bytes
    for response in read_responses(path, visit.failures, wanted=wanted, max_payload=limit):
        if response.status != 200:
            continue
        failure = page_failure(response.body, response.content_type)
        if failure is None and languages:
            # A page that does not tell its language is left to the parser, which reads it whole.
            language = page_language(response.headers, response.body)
            failure = Failure.EXCLUDED if language and language not in languages else None
        if failure is None:
            yield response
        else:
            visit.fail(failure)


def copy_wanted(visit: Visit, path: Path, target: Path) -> None:
    """Write the wanted pages of one file to another, record by record; it appears when it is complete. What was left
    out is written beside it, for a visit that finds the copy made."""
    target.parent.mkdir(parents=True, exist_ok=True)
    before = Counter(visit.failures)
    with part_of(target).open("wb") as file:
        for response in wanted_pages(visit, path):
            day = response.date.date()
            page = fetched_of(response, response.url, source_id=visit.source.id, archive_date=day)
            file.write(page_records(page, payload_digest(page.body))[0])
    left_out = json.dumps(visit.failures - before)
    replace_file(left_out_beside(target), lambda part: part.write_text(left_out, encoding="utf-8"))
    finish(target)


def recall_left_out(visit: Visit, copy: Path) -> None:
    """Count what an interrupted visit has left out of a copy that it has made."""
    with suppress(OSError, ValueError):
        visit.failures.update(json.loads(left_out_beside(copy).read_text(encoding="utf-8")))


def spooled_name(name: str, origin: str, source: AnySource) -> str:
    """A file name for what is copied from `origin`: tells what it is, stays in its folder, and is like no other."""
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "-_.") else "_" for c in Path(name).name)
    stem = plain.removesuffix(".gz").removesuffix(".warc").lstrip(".")[:100] or "warc"
    return f"{stem}-{_number(f'{origin} {settings_mark(source)}')}.warc.gz"


def file_mark(state: os.stat_result, source: AnySource) -> Validators:
    """What tells that a file was read before, as it is now and for what the source wants now."""
    return Validators(etag=f"{state.st_size}-{state.st_mtime_ns}-{settings_mark(source)}")


def settings_mark(source: AnySource) -> str:
    """Changes with the settings that decide what is taken from a file."""
    return _number(source.model_dump_json(include=MARKED))


def _number(text: str) -> str:
    return f"{zlib.crc32(text.encode()):08x}"


def _is_of(url: str, sites: frozenset[str]) -> bool:
    """Whether a URL's host, or a domain above it, is one of the sites."""
    try:
        host = urlsplit(url).hostname
    except ValueError:
        return False
    while host:
        if host in sites:
            return True
        host = host.partition(".")[2]
    return False


def _with_places(visit: Visit, path: Path, mark: Validators) -> Path:
    """The file, or a copy of what is wanted of it where it is packed in one piece (`gzip x.warc`)."""
    if visit.spool is None or not is_packed_whole(path):
        return path
    origin = f"{place_in(path)} {mark.etag}"
    copy = visit.spool / visit.source.id / spooled_name(path.name, origin, visit.source)
    copy_wanted(visit, path, copy)
    return copy


def _files(patterns: tuple[str, ...]) -> tuple[list[Path], int]:
    """Every file that `paths` means, once, and how many of them mean nothing."""
    found: dict[Path, None] = {}
    missing = 0
    for pattern in patterns:
        path = Path(pattern).expanduser()
        names = [str(path)] if path.exists() else sorted(glob.glob(str(path), recursive=True))  # noqa: PTH207 (absolute)
        files = [file for name in names for file in _files_below(Path(name))]
        missing += not files
        found.update(dict.fromkeys(file.resolve() for file in files))
    return list(found), missing


def _files_below(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    return sorted(p for p in path.rglob("*") if p.name.lower().endswith(WARC_ENDINGS) and not p.is_dir())
