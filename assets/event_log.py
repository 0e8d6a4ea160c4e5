"""Dagster's event log in SQLite files, as it is by itself, in a third of the time for each event.

Dagster makes a database engine for each event, which compiles each statement anew, and stores what a run plans event by
event. A daily run has some six hundred events, most of them about data tests. `dagster.yaml` of a home names this
class; the files are the same.
"""

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import dagster as dg
from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._serdes import ConfigurableClassData
from sqlalchemy import Connection, Engine, NullPool, create_engine

SECONDS_LOCKED = 30
"""How long another process may hold a file before an event cannot be stored; Dagster's own figure."""


@lru_cache(maxsize=32)
def engine(address: str) -> Engine:
    """The engine of a file. It keeps statements and no connection."""
    return create_engine(address, poolclass=NullPool, connect_args={"timeout": SECONDS_LOCKED})


class EventLog(SqliteEventLogStorage):
    """One SQLite file for each run and one for all assets, in `history/runs` of Dagster's home."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        self._batch = threading.local()
        super().__init__(base_dir, inst_data)

    @classmethod
    def config_type(cls) -> Mapping[str, Any]:
        return {"home": dg.StringSource}

    @classmethod
    def from_config_value(  # type: ignore[override]
        cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, str]
    ) -> "EventLog":
        return cls(str(Path(config_value["home"], "history", "runs")), inst_data)

    def store_event(self, event: dg.EventLogEntry) -> None:
        self.store_event_batch([event])

    def store_event_batch(self, events: Sequence[dg.EventLogEntry]) -> None:
        """All events or none, in one transaction for each file."""
        with self._db_lock, ExitStack() as self._batch.stack:
            self._batch.connections = {}
            try:
                for event in events:
                    super().store_event(event)
            finally:
                del self._batch.connections

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        batch: dict[str, Connection] | None = getattr(self._batch, "connections", None)
        if batch is None:
            with self._db_lock, self._begin(shard) as connection:
                yield connection
        else:  # this thread has the lock
            if shard not in batch:
                batch[shard] = self._batch.stack.enter_context(self._begin(shard))
            yield batch[shard]

    @contextmanager
    def _begin(self, shard: str) -> Iterator[Connection]:
        own = engine(self.conn_string_for_shard(shard))
        if shard not in self._initialized_dbs:
            self._initdb(own)
            self._initialized_dbs.add(shard)
        with own.begin() as connection:
            yield connection
