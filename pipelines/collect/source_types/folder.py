"""Folders of HTML and text files as a source: which files there are, and which page each holds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pipelines.collect.archive.held import place_in
from pipelines.collect.pages.page_files import PAGE_ENDINGS, file_state, read_page_file
from pipelines.collect.source_types.listing import Entry, Visit
from pipelines.collect.source_types.warc_source import file_mark
from pipelines.errors import CollectError
from pipelines.records import Failure
from pipelines.sources import FolderSource


def entries(visit: Visit) -> Iterator[Entry]:
    """The pages of all new and changed files below a folder, each of the day on which its file was last changed.

    Raises `CollectError` if there is no such folder; files that hold no page are counted.
    """
    source = visit.source
    assert isinstance(source, FolderSource)
    folder = Path(source.path).expanduser()
    if not folder.is_dir():
        message = f"{folder}: there is no such folder. Correct `path` of source '{source.id}'."
        raise CollectError(Failure.UNREADABLE_FILE, message)
    max_bytes = visit.fetcher.http.max_bytes
    for path in sorted(p for p in folder.rglob("*") if p.name.lower().endswith(PAGE_ENDINGS) and not p.is_dir()):
        place = place_in(path)
        try:
            mark = file_mark(file_state(path), source)
            if visit.known(place) == mark:
                visit.unmodified += 1
                continue
            page = read_page_file(path, max_bytes)
        except OSError:
            visit.fail(Failure.UNREADABLE_FILE)
            continue
        except CollectError as error:
            visit.fail(error.failure)
            if error.failure is Failure.UNREADABLE_FILE:
                continue
        else:
            yield Entry(page.url, listed_at=page.modified, held_at=place)
        visit.remember(place, mark)
