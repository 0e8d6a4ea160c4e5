"""Pages that tests put into an archive."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from pipelines.collect import Archive, PageWriter


@contextmanager
def new_file(archive: Archive, archive_date: date, source_id: str) -> Iterator[PageWriter]:
    """A new file for the folder of a date and source, there at the end of the block."""
    with archive.writers() as writers:
        yield writers.of(archive_date, source_id)
