"""The ledger of WARC files that sources name: which were read to their end, and what was in them. Reads no file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from pipelines.collect.source_types.listing import FileRead
from pipelines.collect.state import State


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """A file of a source. `read_at` is null until it was read to its end; counts are of the last time it was read."""

    file: str
    read_at: datetime | None
    pages: int
    left_out: dict[str, int]


class WarcLedger:
    """What became of each file. One that was read whole stays so, whatever a later visit meets."""

    def __init__(self, state: State) -> None:
        self._state = state

    def note(self, source_id: str, files: Mapping[str, FileRead]) -> None:
        """Take up what a visit has met."""
        now = datetime.now(UTC).isoformat()
        self._state.run_many(
            "insert into warc_files values (?, ?, ?, ?, ?) on conflict (source_id, file) do update set "
            "read_at = excluded.read_at, pages = excluded.pages, left_out = excluded.left_out "
            "where excluded.read_at is not null or warc_files.read_at is null",
            [
                (source_id, file, now if read.is_whole else None, read.pages, json.dumps(dict(read.left_out)))
                for file, read in files.items()
            ],
        )

    def read(self, source_id: str) -> list[LedgerRow]:
        """The files of a source by name; those that were not read whole come first."""
        rows = self._state.all(
            "select file, read_at, pages, left_out from warc_files where source_id = ? "
            "order by read_at is null desc, file",
            source_id,
        )
        return [
            LedgerRow(file, datetime.fromisoformat(at) if at else None, pages, json.loads(left_out))
            for file, at, pages, left_out in rows
        ]
