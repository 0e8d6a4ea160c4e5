"""Letting go of the spool: copies of downloaded WARC records whose pages are all in the archive. Makes no copies."""

from __future__ import annotations

from pathlib import Path

from pipelines.collect.archive.held import place_in
from pipelines.collect.archive.warc_reading import WARC_ENDINGS
from pipelines.collect.candidates import LOCAL
from pipelines.collect.state import State


def sweep_spool(spool: Path, state: State) -> int:
    """Delete the spooled files to which no pending link leads. Returns how many that were.

    Call it as the one who collects: a poll that is under way has copies whose links are not stored yet.
    """
    swept = 0
    for path in sorted(spool.glob("*/*")):
        if path.name.endswith(WARC_ENDINGS) and not _is_needed(path, state):
            path.unlink()
            left_out_beside(path).unlink(missing_ok=True)
            swept += 1
    return swept


def left_out_beside(copy: Path) -> Path:
    """Where it stands what was left out of a copy, by reason."""
    return copy.with_name(f"{copy.name}.json")


def _is_needed(path: Path, state: State) -> bool:
    place = place_in(path)
    return state.one(
        "select 1 from links left join visited using (url) where visited.page_url is null and links.host = ? "
        "and substr(links.held_at, 1, ?) = ? limit 1",
        LOCAL, len(place), place,
    ) is not None  # fmt: skip
