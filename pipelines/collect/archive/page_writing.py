"""Appending pages to one WARC file of the archive and to its index. Where files lie is the archive's business."""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from pipelines.collect.archive.page_index import Known, PageIndex
from pipelines.collect.archive.warc_writing import (
    LEADS_TO,
    hop_records,
    metadata_record,
    page_records,
    payload_digest,
    revisit_record,
    warcinfo_record,
)
from pipelines.collect.pages.links import canonical_link
from pipelines.collect.web.exchange import Fetched
from pipelines.collect.web.urls import own_address, page_address


class PageWriter:
    """One WARC file being written, safe to share between threads. A page is in it whole or not at all.

    The file is opened for each page anew: a run over ten thousand sources writes as many files side by side.
    """

    def __init__(self, part: Path, name: str, index: PageIndex, *, begin: bytes) -> None:
        self._part, self.name, self._index = part, name, index
        self._begin = begin
        self._lock = threading.Lock()
        self.whole = 0
        """Bytes up to the end of the last record that was written whole."""
        self.pages = 0
        self._has_ended = False

    def end(self) -> int:
        """Take no more pages. Returns the length of the file; what a late thread still brings is an `OSError`."""
        with self._lock:
            self._has_ended = True
            return self.whole

    def write(self, page: Fetched, named: str | None) -> None:
        """A page and the redirects that led to it. `named` is what `named_address` reads from it."""
        url = page_address(page.final_url)
        digest = payload_digest(page.body)
        records, response_at = page_records(page, digest)
        way = _way_to(page)
        known = Known(url, page.archive_date, page.source_id, digest, page.fetched_at, page.validators)
        offset = self._append(way + records) + len(way) + response_at
        self._index.add_version(known, self.name, offset, aliases_of(page, named))
        with self._lock:
            self.pages += 1

    def write_unchanged(self, page: Fetched, known: Known) -> None:
        """A page that was looked at again and is as it was: a WARC revisit record without its body."""
        revisit = revisit_record(replace(page, final_url=known.url), known.digest, known.fetched_at)
        self._append(_way_to(page) + revisit)
        self._index.add_visit(known.url, page.fetched_at, unchanged=True)

    def write_same(self, page: Fetched, page_url: str) -> None:
        """A page that is in the archive under another address: only the way that led to it is kept."""
        note = metadata_record(page.final_url, page.fetched_at, {LEADS_TO: page_url})
        self._append(_way_to(page) + note)
        self._index.add_aliases(aliases_of(page), page_url)

    def write_notice(self, page: Fetched, fields: dict[str, str]) -> None:
        """That a page exists, the way that led to it, and why its text is not kept."""
        note = metadata_record(page.final_url, page.fetched_at, fields)
        self._append(_way_to(page) + note)

    def _append(self, data: bytes) -> int:
        with self._lock:
            if self._has_ended:
                raise OSError(errno.EBADF, "the file is finished", str(self._part))
            begin = b"" if self.whole else self._begin
            offset = self.whole + len(begin)
            # Unbuffered: a buffer that could not be written would be written once more behind the cut.
            with self._part.open("ab", buffering=0) as file:
                rest = memoryview(begin + data)
                try:
                    while rest:
                        rest = rest[file.write(rest) :]
                except OSError:
                    os.truncate(self._part, self.whole)  # a full disk may have taken half a record
                    raise
            self.whole = offset + len(data)
            return offset


def named_address(url: str, body: bytes) -> str | None:
    """Another address that the page at `url` names as its own, if it can be believed."""
    return own_address(url, canonical_link(body))


def aliases_of(page: Fetched, named: str | None = None) -> Iterable[str]:
    """Every address under which a page was asked for, was met on the way, was had, or says that it is to be found."""
    urls = [page.url, *(hop.url for hop in page.hops), page.final_url, *([named] if named else [])]
    return dict.fromkeys(alias for url in urls for alias in spellings(url))


def spellings(url: str) -> tuple[str, str]:
    """An address as it was met, and in its canonical form."""
    return url, page_address(url)


def _way_to(page: Fetched) -> bytes:
    """The records of the redirects that led to a page."""
    return b"".join(hop_records(hop) for hop in page.hops)


def new_writer(part: Path, name: str, source_id: str, index: PageIndex) -> PageWriter:
    """A writer of an empty file."""
    part.parent.mkdir(parents=True, exist_ok=True)
    part.write_bytes(b"")
    return PageWriter(part, name, index, begin=warcinfo_record(Path(name).name, source_id))
