"""How each source has been doing: when it was looked at, what was wrong, how long it has brought nothing new."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pipelines.collect.state import State

SILENT_DAYS = 3
"""Days without anything new after which a source is worth a look. Weekly magazines are silent for longer."""


@dataclass(frozen=True, slots=True)
class Health:
    """The last look at a source. `problem` is None if it could be read; `listed` and `new` are links."""

    source_id: str
    polled_at: datetime
    problem: str | None
    listed: int
    new: int
    last_new_at: datetime | None
    silent_days: int

    @property
    def is_silent(self) -> bool:
        return self.silent_days >= SILENT_DAYS


def read_health(state: State, now: datetime) -> dict[str, Health]:
    """By source id, for every source that was ever looked at."""
    rows = state.all("select source_id, polled_at, problem, listed, new, last_new_at, first_at from polls")
    found = {}
    for source_id, polled_at, problem, listed, new, last_new_at, first_at in rows:
        since = datetime.fromisoformat(last_new_at or first_at)
        found[source_id] = Health(
            source_id, datetime.fromisoformat(polled_at), problem, listed, new,
            datetime.fromisoformat(last_new_at) if last_new_at else None, max((now - since).days, 0),
        )  # fmt: skip
    return found
