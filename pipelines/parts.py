"""A date in parts that other processes do, on this machine or another with the same home; and putting them together.

What a part gave lies in `HOME/parts` for a day and is in its place by then; between processes go descriptions only.
"""

from __future__ import annotations

import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeVar
from uuid import uuid4

import pyarrow as pa

from pipelines.annotating import Staged, annotate_batches, annotated_by, keep_annotated
from pipelines.collect import Archive, State
from pipelines.errors import ClaimhouseError
from pipelines.parse import parser_version
from pipelines.reading import Read, Tick, alone_with, keep_read, read_files
from pipelines.records import SourceLog, StoredArticle
from pipelines.settings import Settings
from pipelines.warehouse import AnnotationStore, ArticleStore, Provenance, read_provenance

Kept = TypeVar("Kept")
PACKED = 4_000_000
"""Bytes of archived files that are worth a part of their own: a hundred pages, and some seconds of work."""
MOST = 200
"""Parts of a run: what is known of all of them goes along with each step."""
FORGOTTEN = 86_400
"""Seconds after which nobody will ask for what a part has left. Not sooner: a step may be done twice."""


@dataclass(frozen=True, slots=True)
class PagesPart:
    """Archived files of a date, relative to the archive, and the number of the archive's changes that they show."""

    archive_date: date
    files: tuple[str, ...]
    changes: int


@dataclass(frozen=True, slots=True)
class ArticlesPart:
    """Row groups of a date's articles, and which file of articles that is."""

    archive_date: date
    groups: range
    of: str


@dataclass(frozen=True, slots=True)
class DonePart:
    """What became of a part: a folder in `HOME/parts`, what made it, and discards by source."""

    archive_date: date
    folder: str
    provenance: Provenance
    failures: dict[str, Counter[str]]
    of: str = ""


def parts_of_pages(settings: Settings, dates: Iterable[date]) -> Iterator[PagesPart]:
    """The archived files of some dates in parts; one without files for a date that has none."""
    _sweep(settings.home.parts)
    with State(settings.home.collection) as state:
        archive = Archive(settings.home.warc, state)
        found = {day: (archive.index.changes_of(day), archive.files(day)) for day in dates}
        least = max(PACKED, sum(path.stat().st_size for _, files in found.values() for path in files) // MOST)
        for day, (changes, files) in found.items():
            for some in _by_size(files, least):
                yield PagesPart(day, tuple(path.relative_to(archive.root).as_posix() for path in some), changes)


def _by_size(files: Iterable[Path], least: int) -> list[list[Path]]:
    parts: list[list[Path]] = [[]]
    size = 0
    for path in files:
        if size >= least:
            parts.append([])
            size = 0
        parts[-1].append(path)
        size += path.stat().st_size
    return parts


def parse_part(settings: Settings, part: PagesPart) -> DonePart:
    """Read the pages of a part."""
    failures: dict[str, Counter[str]] = {}

    def articles() -> Iterator[StoredArticle]:
        for some in read_files(settings, (settings.home.warc / name for name in part.files)):
            failures.setdefault(some.source_id, Counter()).update(some.failures)
            yield from some.articles

    folder, provenance = uuid4().hex, Provenance(parser_version(), part.changes)
    ArticleStore(settings.home.parts / folder).write(part.archive_date, articles(), provenance)
    return DonePart(part.archive_date, folder, provenance, failures)


def join_parsed(settings: Settings, parts: Sequence[DonePart], tick: Tick) -> dict[date, list[SourceLog]]:
    """Put the articles of dates together from what all their parts gave, as `parse_date` would have left them.

    Raises `ClaimhouseError` when workers of different versions read parts of a date, when a part is gone, and when
    another run has read newer pages meanwhile: an older state must not take the place of a newer one.
    """

    def join(day: date, own: Sequence[DonePart]) -> list[SourceLog]:
        with State(settings.home.collection) as state, alone_with(settings, day):
            made, path = _made_alike(own), ArticleStore(settings.home.articles).path(day)
            standing = read_provenance(path)
            if standing and standing.changes > made.changes:
                raise ClaimhouseError(f"{path}: another run has read newer pages meanwhile. Run the date again.")
            return keep_read(settings, day, state, made, _read(settings, own), tick)

    return _join(parts, join)


def _read(settings: Settings, parts: Iterable[DonePart]) -> Iterator[Read]:
    for part in parts:
        left = ArticleStore(settings.home.parts / part.folder)
        _check_there(left.path(part.archive_date), part)
        for articles in left.batches(part.archive_date):
            for source_id in dict.fromkeys(stored.source_id for stored in articles):
                yield Read(source_id, [stored for stored in articles if stored.source_id == source_id])
        for source_id, failures in part.failures.items():
            yield Read(source_id, (), failures)


def parts_of_articles(settings: Settings, dates: Iterable[date]) -> Iterator[ArticlesPart]:
    """The articles of some dates in parts; an empty one for a date that has none."""
    articles = ArticleStore(settings.home.articles)
    found = {day: (_mark(articles.path(day)), articles.groups(day)) for day in dates}
    each = 1 + sum(groups for _, groups in found.values()) // MOST
    for day, (mark, groups) in found.items():
        for first in range(0, max(groups, 1), each):
            yield ArticlesPart(day, range(first, min(first + each, groups)), mark)


def annotate_part(settings: Settings, part: ArticlesPart) -> DonePart:
    """Annotate the articles of a part. Raises `ClaimhouseError` when they were replaced since the parts were made."""
    articles = ArticleStore(settings.home.articles)
    _check_mark(articles.path(part.archive_date), part.of)
    provenance = annotated_by(settings, articles.provenance(part.archive_date))
    failed = Counter[str]()

    def tables() -> Iterator[Mapping[str, pa.Table]]:
        batches = articles.batches(part.archive_date, part.groups)
        for some, failed_here in annotate_batches(settings, provenance, batches):
            failed.update(failed_here)
            yield some

    folder = uuid4().hex
    AnnotationStore(settings.home.parts / folder).write_tables(part.archive_date, tables(), provenance)
    return DonePart(part.archive_date, folder, provenance, {"annotator": failed}, part.of)


def join_annotated(settings: Settings, parts: Sequence[DonePart], tick: Tick) -> dict[date, dict[str, int]]:
    """Put the annotations of dates together, as `annotate_date` would have left them. Raises `ClaimhouseError` when
    the articles were replaced meanwhile, a part is gone, or workers of different versions annotated parts of a date."""

    def join(day: date, own: Sequence[DonePart]) -> dict[str, int]:
        with alone_with(settings, day):
            _check_mark(ArticleStore(settings.home.articles).path(day), own[0].of)
            return keep_annotated(settings, day, _made_alike(own), _annotated(settings, own), tick)

    return _join(parts, join)


def _annotated(settings: Settings, parts: Iterable[DonePart]) -> Iterator[Staged]:
    for part in parts:
        left = AnnotationStore(settings.home.parts / part.folder)
        _check_there(left.path(part.archive_date, "articles"), part)
        yield left.read(part.archive_date), part.failures["annotator"]


def _join(parts: Sequence[DonePart], join: Callable[[date, Sequence[DonePart]], Kept]) -> dict[date, Kept]:
    """Join each date's parts. They stay where they are, so that a step which is done twice finds them."""
    days = sorted({part.archive_date for part in parts})
    return {day: join(day, [part for part in parts if part.archive_date == day]) for day in days}


def _check_there(path: Path, part: DonePart) -> None:
    if not path.exists():
        raise ClaimhouseError(
            f"{path.parent}: what a worker made of {part.archive_date} is not here. Workers need the same home, and "
            "`claimhouse erase` takes parts away; run the date again."
        )


def _made_alike(parts: Sequence[DonePart]) -> Provenance:
    made = {part.provenance for part in parts}
    if len(made) > 1:
        raise ClaimhouseError(
            f"{parts[0].archive_date}: workers of different versions, or with other seeds or own companies, did parts "
            "of it. Give all machines the same version and the same home, then run it again."
        )
    return made.pop()


def _mark(path: Path) -> str:
    """Tells a file from the one that will replace it."""
    if not path.exists():
        return ""
    found = path.stat()
    return f"{found.st_size}-{found.st_mtime_ns}"


def _check_mark(path: Path, mark: str) -> None:
    if _mark(path) != mark:
        raise ClaimhouseError(f"{path}: another run has replaced it meanwhile. Run the date again.")


def _sweep(folder: Path) -> None:
    """Remove what parts have left whose run ended long ago."""
    for path in folder.glob("*"):
        with suppress(FileNotFoundError):  # another run sweeps too
            if path.stat().st_mtime < time.time() - FORGOTTEN:
                shutil.rmtree(path, ignore_errors=True)
