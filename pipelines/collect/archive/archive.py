"""The archive: WARC files under `ROOT/<archive date>/<source>/NNNNN.warc.gz`. Knows places and names, not the web."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from pipelines.collect.archive.page_index import PageIndex
from pipelines.collect.archive.page_writing import PageWriter, new_writer
from pipelines.collect.archive.reindexing import index_file, whole_length
from pipelines.collect.archive.warc_reading import read_responses
from pipelines.collect.erasing.tombstones import ErasureStore
from pipelines.collect.state import EVERY_FILE, State
from pipelines.durable import PART, finish, part_of
from pipelines.records import Page

SUFFIX = ".warc.gz"
FULL = 100_000_000
"""Bytes from which on a file takes no more pages. Files are what several machines share a date by."""
SYNCING = 16
"""Files synced side by side."""
SOURCE_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
"""As in `sources.AnySource.id`; here it becomes a folder name, so it is checked once more."""


class Archive:
    """Every page ever fetched, as it came. One process writes at a time (`State.collecting`); any number read."""

    def __init__(self, root: Path, state: State) -> None:
        self.root, self._state = root, state
        self.index = PageIndex(state)
        self.tombstones = ErasureStore(state.folder).tombstones()

    def recover(self) -> int:
        """Finish what a killed process left unfinished. Returns how many files that were.

        Of a file that was being written everything whole stays. Call it as the one who collects, before writing.
        """
        names = {name for (name,) in self._state.all("select name from open_files")}
        if EVERY_FILE in names:
            names = {self._name(_final(path)) for path in self.root.glob(f"*/*/*{SUFFIX}*")}
        for name in sorted(names):
            self._recover(self.root / name)
        self._state.run("delete from open_files where name = ?", EVERY_FILE)
        return len(names)

    def _recover(self, final: Path) -> None:
        part, name = part_of(final), self._name(final)
        if part.is_file():
            _finish(final, whole_length(part))
        self.index.forget_behind(name, final.stat().st_size if final.is_file() else 0)
        if final.is_file():
            index_file(final, name, self.index)
            self.index.mark_readable(final.parent.parent.name)
        self._state.run("delete from open_files where name = ?", name)

    @contextmanager
    def writers(self) -> Iterator[Writers]:
        """New files for any dates and sources, each begun when it is first asked for; they appear, synced, at exit if
        anything was written. Also on an exception what was written whole is kept."""
        writers = Writers(self, self._state)
        try:
            yield writers
        finally:
            writers.finish()

    def pages(self, archive_date: date, *, failures: Counter[str]) -> Iterator[Page]:
        """The pages of a date in the order they came, by source; broken records are counted in `failures`."""
        return self.pages_in(self.root, self.files(archive_date), failures)

    @staticmethod
    def pages_in(root: Path, files: Iterable[Path], failures: Counter[str]) -> Iterator[Page]:
        """The same of some files of an archive, for those who have nothing of it but these.

        `warc_file` is relative to the root, `warc_offset` the place of the response record in it.
        """
        for path in files:
            for response in read_responses(path, failures):
                if response.status != 200:
                    continue
                yield Page(
                    source_of(path), date_of(path), response.url, response.status, response.content_type,
                    response.body, response.date, path.relative_to(root).as_posix(), response.offset,
                )  # fmt: skip

    def files(self, archive_date: date) -> list[Path]:
        """The files of a date, by source and in the order in which they were written."""
        return sorted((self.root / archive_date.isoformat()).glob(f"*/*{SUFFIX}"))

    def folder(self, archive_date: date, source_id: str) -> Path:
        if not SOURCE_ID.fullmatch(source_id):
            raise ValueError(f"'{source_id}' is no source id (lower-case letters, digits, hyphens)")
        return self.root / archive_date.isoformat() / source_id

    def _name(self, path: Path) -> str:
        return path.relative_to(self.root).as_posix()


class Writers:
    """The files that one run writes: one for each date and source, and the next when it is full."""

    def __init__(self, archive: Archive, state: State) -> None:
        self._archive, self._state = archive, state
        self._open: dict[Path, PageWriter] = {}
        self._full: list[PageWriter] = []

    def of(self, archive_date: date, source_id: str) -> PageWriter:
        """The writer of a date and source; safe to call from any thread."""
        folder = self._archive.folder(archive_date, source_id)
        if (writer := self._open.get(folder)) is not None and writer.whole < FULL:
            return writer
        with self._state.transaction():
            writer = self._open.get(folder)
            if writer is None or writer.whole >= FULL:
                self._full += [] if writer is None else [writer]
                self._open[folder] = self._begin(folder, source_id)
        return self._open[folder]

    def _begin(self, folder: Path, source_id: str) -> PageWriter:
        numbers = (path.name[:5] for path in folder.glob(f"[0-9][0-9][0-9][0-9][0-9]{SUFFIX}*"))
        final = folder / f"{max(map(int, numbers), default=-1) + 1:05d}{SUFFIX}"
        name = final.relative_to(self._archive.root).as_posix()
        self._state.run("insert or ignore into open_files values (?)", name)
        return new_writer(part_of(final), name, source_id, self._archive.index)

    def finish(self) -> None:
        """Give the files their names, synced; files in which nothing was written vanish.

        Several at a time: waiting for the disk is most of it, and it syncs many files as fast as one.
        """
        with ThreadPoolExecutor(SYNCING) as pool:
            list(pool.map(self._finish_one, [*self._full, *self._open.values()]))

    def _finish_one(self, writer: PageWriter) -> None:
        final = self._archive.root / writer.name
        _finish(final, writer.end())
        with self._state.transaction():
            self._archive.index.mark_readable(final.parent.parent.name)
            self._state.run("delete from open_files where name = ?", writer.name)


def source_of(path: Path) -> str:
    """Of which source an archived file is."""
    return path.parent.name


def date_of(path: Path) -> date:
    """Under which date it is archived."""
    return date.fromisoformat(path.parent.parent.name)


def _finish(final: Path, whole: int) -> None:
    if whole:
        finish(final, whole)
    else:
        part_of(final).unlink(missing_ok=True)


def _final(path: Path) -> Path:
    return path.with_name(path.name.removesuffix(PART))
