"""Files a user already has (HTML, text, WARC) into the archive. Finds and judges files; parses no article."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from pipelines.collect.archive.archive import Archive, Writers
from pipelines.collect.archive.held import fetched_of, fetched_of_file
from pipelines.collect.archive.page_index import PageIndex
from pipelines.collect.archive.page_writing import aliases_of, named_address
from pipelines.collect.archive.warc_reading import WARC_ENDINGS, Response, read_responses
from pipelines.collect.archive.warc_writing import payload_digest
from pipelines.collect.erasing.tombstones import Tombstones
from pipelines.collect.pages.page_files import PAGE_ENDINGS, file_state, page_failure, read_page_file, unreadable
from pipelines.collect.web.exchange import Fetched
from pipelines.collect.web.urls import page_address
from pipelines.errors import CollectError, UsageError
from pipelines.records import Failure

ENDINGS = (*PAGE_ENDINGS, *WARC_ENDINGS)

IMPORT = "import"
"""The source under which a user's own files are kept."""
MAX_PROBLEMS = 100
"""Problems told one by one; the counts are always complete."""

WARC_REASONS = {
    Failure.BAD_WARC_RECORD.value: "has broken WARC records; the rest was read",
    Failure.EMPTY_PAGE.value: "has empty pages",
    Failure.ERASED.value: "has pages that were erased",
    Failure.TOO_LARGE.value: "has pages that are too large",
    Failure.BAD_ENCODING.value: "has pages in a coding that cannot be undone",
}


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did: files read, pages added, pages that were there already, and what went wrong by reason.

    `problems` names the files, one sentence each; of `unreadable` ones nothing was read.
    """

    files: int
    pages: int
    duplicates: int
    failures: Mapping[str, int] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    unreadable: tuple[Path, ...] = ()


def importable_files(paths: Sequence[Path]) -> list[Path]:
    """The files an import of `paths` reads: folders with all below them, in order of their names.

    Raises `UsageError` for a path that does not exist or is of a kind not understood, and for a folder without any.
    """
    understood = f"Understood are files ending in {', '.join(ENDINGS)}, and folders of them."
    files: dict[Path, None] = {}
    for path in paths:
        if not path.exists():
            raise UsageError(f"{path}: there is no such file or folder. {understood}")
        if path.is_dir():
            found = sorted(inner for inner in path.rglob("*") if is_importable(inner) and not inner.is_dir())
            if not found:
                raise UsageError(f"{path}: nothing in this folder can be imported. {understood}")
        elif is_importable(path):
            found = [path]
        else:
            raise UsageError(f"{path}: files of this kind cannot be imported. {understood}")
        files.update(dict.fromkeys(found))
    if not files:
        raise UsageError(f"Nothing to import was named. {understood}")
    return list(files)


def is_importable(path: Path) -> bool:
    """Whether a file is of a kind that is understood, by its name."""
    return path.name.lower().endswith(ENDINGS)


def import_paths(
    paths: Sequence[Path],
    archive: Archive,
    *,
    archive_date: date,
    source_id: str = "import",
    on_file: Callable[[Path], None] | None = None,
) -> ImportReport:
    """Copy the pages of files and folders into the archive, under one archive date; call `on_file` after each file.

    An HTML page goes by its canonical link, else, like a text, by its file:// URL. A page whose URL and content are
    in the archive already, of any date, is a duplicate; the same URL with other content is a new version.
    Of WARC files the HTML responses with status 200 are taken. Raises `UsageError` as `importable_files`.
    """
    files = importable_files(paths)
    with archive.writers() as writers:
        run = _Import(writers, archive.index, archive.tombstones, archive_date, source_id)
        for path in files:
            run.read(path)
            if on_file:
                on_file(path)
    return run.report(len(files))


class _Import:
    def __init__(
        self, writers: Writers, index: PageIndex, erased: Tombstones, day: date, source_id: str
    ) -> None:  # fmt: skip
        self._writers, self._index, self._erased, self._day, self._source_id = writers, index, erased, day, source_id
        self._pages = self._duplicates = 0
        self._failures: Counter[str] = Counter()
        self._problems: list[str] = []
        self._unreadable: list[Path] = []

    def report(self, files: int) -> ImportReport:
        problems = self._problems[:MAX_PROBLEMS]
        if len(self._problems) > MAX_PROBLEMS:
            problems.append(f"… and {len(self._problems) - MAX_PROBLEMS} more")
        failures = dict(sorted(self._failures.items()))
        return ImportReport(files, self._pages, self._duplicates, failures, tuple(problems), tuple(self._unreadable))

    def read(self, path: Path) -> None:
        try:
            if path.name.lower().endswith(WARC_ENDINGS):
                self._read_warc(path)
            else:
                self._read_page(path)
        except CollectError as error:
            self._failures[error.failure.value] += 1
            self._problems.append(str(error))
            self._unreadable.append(path)

    def _read_page(self, path: Path) -> None:
        page = read_page_file(path)
        self._keep(fetched_of_file(page, page.url, source_id=self._source_id, archive_date=self._day))

    def _read_warc(self, path: Path) -> None:
        failures: Counter[str] = Counter()
        try:
            for response in _responses(path, failures):
                if response.status != 200:
                    continue
                if failure := page_failure(response.body, response.content_type):
                    failures[failure.value] += 1
                    continue
                self._keep(fetched_of(response, response.url, source_id=self._source_id, archive_date=self._day))
        finally:
            self._count(path, failures)

    def _count(self, path: Path, failures: Counter[str]) -> None:
        for reason, count in failures.items():
            self._failures[reason] += count
            # Pictures and scripts in a WARC are no problem of the file, only counted.
            if reason != Failure.NOT_HTML.value:
                self._problems.append(f"{path}: {WARC_REASONS.get(reason, reason)} ({count}×)")

    def _keep(self, page: Fetched) -> None:
        url, digest = page_address(page.url), payload_digest(page.body)
        named = named_address(url, page.body)
        if self._erased.covers_link(self._source_id, digest, *aliases_of(page, named)):
            self._failures[Failure.ERASED.value] += 1
        elif self._index.has_version(url, digest):
            self._duplicates += 1
        else:
            self._writers.of(self._day, self._source_id).write(page, named)
            self._pages += 1


def _responses(path: Path, failures: Counter[str]) -> Iterator[Response]:
    """The responses of a WARC file. Only an error in reading is the file's: writing fails where a disk is full."""
    try:
        file_state(path)
        yield from read_responses(path, failures)
    except OSError as error:
        raise unreadable(path, error) from error
