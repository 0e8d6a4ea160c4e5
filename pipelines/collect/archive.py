"""The archive: WARC files under `ROOT/<archive date>/<source>/NNNNN.warc.gz`. Knows places and names, not the web."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import BinaryIO

from pipelines.collect.durable import PART, sync_folder
from pipelines.collect.fetch import Exchange, Fetched
from pipelines.collect.warc_reading import read_responses
from pipelines.collect.warc_writing import hop_records, page_records, payload_digest, warcinfo_record
from pipelines.records import Page

SUFFIX = ".warc.gz"
SOURCE_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
"""As in `settings.Source.id`; here it becomes a folder name, so it is checked once more."""


class PageWriter:
    """One WARC file being written. A page is in it whole or not at all."""

    def __init__(self, file: BinaryIO, name: str, source_id: str) -> None:
        self._file, self._name, self._source_id = file, name, source_id
        self.pages = 0
        self.whole = 0
        """Bytes up to the end of the last record that was written whole."""

    def write(self, page: Fetched) -> int:
        """Append a page and the redirects that led to it; returns the offset of its response record."""
        for hop in page.hops:
            self._append(hop_records(hop))
        records, response_at = page_records(page)
        offset = self._append(records) + response_at
        self.pages += 1
        return offset

    def write_hops(self, hops: tuple[Exchange, ...]) -> None:
        """Append redirects alone, for a page that is here already under its own URL."""
        for hop in hops:
            self._append(hop_records(hop))

    def _append(self, data: bytes) -> int:
        if self.whole == 0:
            data_before = warcinfo_record(self._name, self._source_id)
            self._file.write(data_before)
            self.whole = len(data_before)
        offset = self.whole
        self._file.write(data)
        self._file.flush()
        self.whole = offset + len(data)
        return offset


class Archive:
    """Every page ever fetched, as it came. One writer per date and source at a time; any number of readers."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @contextmanager
    def writer(self, archive_date: date, source_id: str) -> Iterator[PageWriter]:
        """A new file for the folder of a date and source; it appears, synced, at exit if anything was written.

        Also on an exception what was written whole is kept. After a crash nothing half stands under a final name;
        the `.part` file it left is removed by the next writer.
        """
        folder = self._folder(archive_date, source_id)
        folder.mkdir(parents=True, exist_ok=True)
        for left in folder.glob(f"*{PART}"):
            left.unlink()
        taken = [int(path.name[:5]) for path in folder.glob(f"[0-9][0-9][0-9][0-9][0-9]{SUFFIX}")]
        final = folder / f"{max(taken, default=-1) + 1:05d}{SUFFIX}"
        part = final.with_name(final.name + PART)
        with part.open("wb") as file:
            writer = PageWriter(file, final.name, source_id)
            try:
                yield writer
            finally:
                # After a failed write (disk full) the file may end in half a record.
                file.truncate(writer.whole)
                os.fsync(file.fileno())
                if writer.whole:
                    part.replace(final)
                    sync_folder(folder)
                else:
                    part.unlink(missing_ok=True)

    def sources(self, archive_date: date) -> list[str]:
        """The sources of which pages are kept under a date."""
        return sorted(folder.name for folder in (self.root / archive_date.isoformat()).glob("*") if folder.is_dir())

    def urls(self, archive_date: date, source_id: str) -> set[str]:
        """Every URL answered on that date for that source, redirects included; broken records do not count."""
        return {url for url, _ in self.statuses(archive_date, source_id)}

    def statuses(self, archive_date: date, source_id: str) -> Iterator[tuple[str, int]]:
        """URL and HTTP status of every response of a date and source."""
        for path in self._files(archive_date, source_id):
            for response in read_responses(path, Counter()):
                yield response.url, response.status

    def pages(self, archive_date: date, source_id: str | None = None, *, failures: Counter[str]) -> Iterator[Page]:
        """The pages of a date in the order they came, by source, streaming; broken records are counted in `failures`.

        `warc_file` is relative to the root, `warc_offset` the place of the response record in it.
        """
        for path in self._files(archive_date, source_id):
            name = path.relative_to(self.root).as_posix()
            for response in read_responses(path, failures):
                if response.status != 200:
                    continue
                yield Page(
                    path.parent.name, archive_date, response.url, response.status, response.content_type,
                    response.body, response.date, name, response.offset,
                )  # fmt: skip

    def versions(self) -> set[tuple[str, str]]:
        """URL and payload digest of every page of every date: what an import compares with."""
        found: set[tuple[str, str]] = set()
        for path in sorted(self.root.glob(f"*/*/*{SUFFIX}")):
            for response in read_responses(path, Counter()):
                if response.status == 200:
                    found.add((response.url, response.digest or payload_digest(response.body)))
        return found

    def _files(self, archive_date: date, source_id: str | None) -> list[Path]:
        if source_id is not None:
            return sorted(self._folder(archive_date, source_id).glob(f"*{SUFFIX}"))
        return sorted((self.root / archive_date.isoformat()).glob(f"*/*{SUFFIX}"))

    def _folder(self, archive_date: date, source_id: str) -> Path:
        if not SOURCE_ID.fullmatch(source_id):
            raise ValueError(f"'{source_id}' is no source id (lower-case letters, digits, hyphens)")
        return self.root / archive_date.isoformat() / source_id
