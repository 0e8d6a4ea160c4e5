"""One erasure in what collecting keeps: finding what it is about, then blanking, removing and forgetting it.

What makes two pages the same article, or whose article a page is, is said by who asks (`Wanted.is_same`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from pipelines.collect.archive.archive import SUFFIX, date_of, source_of
from pipelines.collect.archive.warc_reading import WARC_ENDINGS
from pipelines.collect.archive.warc_writing import payload_digest
from pipelines.collect.erasing.blanking import blank, is_erased_whole, shrink
from pipelines.collect.erasing.forgetting import addresses_of, forget, links_of_source
from pipelines.collect.erasing.scanning import Search, find_places
from pipelines.collect.erasing.tombstones import Erasure, Place, Plan
from pipelines.collect.importing import IMPORT, is_importable
from pipelines.collect.pages.page_files import read_page_file
from pipelines.collect.state import State
from pipelines.collect.web.urls import page_address
from pipelines.errors import CollectError
from pipelines.home import Home
from pipelines.records import Page


@dataclass(slots=True)
class Wanted:
    """What is to go: addresses, a source with all it brought, and pages of which `is_same` says so.

    Only pages in whose bytes one of `needles` stands are put to `is_same`.
    """

    urls: set[str]
    source_id: str | None = None
    is_same: Callable[[Page], bool] | None = None
    needles: Callable[[set[str]], Iterable[bytes]] = lambda _: ()


@dataclass(slots=True)
class FoundPages:
    """What was found: records by file and whole files, both relative to HOME; every address and digest of the pages."""

    records: dict[str, tuple[Place, ...]] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)
    urls: set[str] = field(default_factory=set)
    digests: set[str] = field(default_factory=set)
    links: int = 0

    @property
    def pages(self) -> int:
        return sum(place.is_page for places in self.records.values() for place in places)

    @property
    def dates(self) -> set[date]:
        """The archive dates of the records."""
        return {date.fromisoformat(name.split("/")[1]) for name in self.records if name.startswith("warc/")}


class Eraser:
    """Finds and erases below a home. Call it as the one who collects, after `Archive.recover`."""

    def __init__(self, home: Home, state: State) -> None:
        self._home, self._state = home, state

    def find(self, wanted: Wanted) -> FoundPages:
        """Read the archive, the spool and the inbox. Pages found there may bring further addresses, under which others
        are filed; so it is done again until there are none."""
        while True:
            wanted.urls |= addresses_of(self._state, wanted.urls)
            found = self._find(wanted)
            if found.urls <= wanted.urls:
                found.urls = wanted.urls
                found.links = links_of_source(self._state, wanted.source_id, wanted.urls)
                return found
            wanted.urls |= found.urls

    def addresses(self, url: str) -> set[str]:
        """All addresses known to lead where this one leads."""
        return addresses_of(self._state, {url})

    def _find(self, wanted: Wanted) -> FoundPages:
        def covers(*names: str) -> bool:
            return not wanted.urls.isdisjoint(names)

        found = FoundPages()
        search = Search(covers, wanted.needles(wanted.urls), wanted.is_same)
        for path, day, source_id in self._warcs():
            goes = source_id == wanted.source_id
            places = find_places(path, lambda record: search.judge(record, day, source_id, goes=goes))  # noqa: B023
            if places:
                found.records[path.relative_to(self._home.path).as_posix()] = tuple(places)
        for path in self._page_files():
            if wanted.source_id == IMPORT or _goes(path, covers, search.digests, wanted.is_same):
                found.files.append(path.relative_to(self._home.path).as_posix())
        found.digests = search.digests
        found.urls = search.urls | {page_address(url) for url in search.urls}
        return found

    def _warcs(self) -> Iterator[tuple[Path, date, str]]:
        """All WARC files of the home with the date and source of their pages."""
        today = datetime.now(UTC).date()
        for path in sorted(self._home.warc.glob(f"*/*/*{SUFFIX}")):
            yield path, date_of(path), source_of(path)
        for path in sorted(self._home.spool.glob("*/*")):
            if path.name.endswith(WARC_ENDINGS):
                yield path, today, path.parent.name
        for path in sorted(self._home.inbox.rglob("*")):
            if path.is_file() and path.name.lower().endswith(WARC_ENDINGS):
                yield path, today, IMPORT

    def _page_files(self) -> Iterator[Path]:
        for path in sorted(self._home.inbox.rglob("*")):
            if path.is_file() and is_importable(path) and not path.name.lower().endswith(WARC_ENDINGS):
                yield path

    def carry_out(self, erasure: Erasure, plan: Plan) -> None:
        """Do what the plan says, also if some of it was done before."""
        for name, places in plan.records.items():
            path = self._home.path / name
            if not path.exists() or is_erased_whole(path):
                continue
            blank(path, places)
            if path.is_relative_to(self._home.warc) and is_erased_whole(path):
                shrink(path)
        for name in plan.files:
            (self._home.path / name).unlink(missing_ok=True)
        forget(self._state, erasure, plan.dates)
        self._state.scrub()


def _goes(
    path: Path, covers: Callable[..., bool], digests: set[str], is_same: Callable[[Page], bool] | None
) -> bool:  # fmt: skip
    try:
        file = read_page_file(path)
    except CollectError:
        return False
    if covers(file.url, page_address(file.url)) or payload_digest(file.body) in digests:
        return True
    page = Page(IMPORT, file.modified.date(), file.url, 200, file.content_type, file.body, file.modified)
    return is_same is not None and is_same(page)
