"""The exception tree, drawn once.

ClaimhouseError
├── UsageError             the caller asked for something that cannot be (exit code 2)
│   └── SettingsError      a settings file says something it may not; names file, line and key
├── CollectError           a source could not be polled or a page not fetched; carries a `Failure`
├── CollectBusy            another process collects into this home; names it
├── WarehouseError
│   ├── WarehouseBusy      another process holds the file; names it
│   ├── QueryError         SQL on the published file failed
│   └── NothingPublished   no snapshot yet
└── ModelsFailed           dbt ended with failures; names them
"""

from __future__ import annotations

from pipelines.records import Failure


class ClaimhouseError(Exception):
    """Anything a user can understand and mend; the message says both."""


class UsageError(ClaimhouseError):
    """The call itself is wrong: an unknown path, an empty folder, dates the wrong way round."""


class SettingsError(UsageError):
    """A settings file is not as it must be. The message names file, line and key."""


class CollectError(ClaimhouseError):
    """A source or a page could not be had, for the reason in `failure`."""

    def __init__(self, failure: Failure, message: str) -> None:
        super().__init__(message)
        self.failure = failure


class CollectBusy(ClaimhouseError):
    """Another process was still collecting into this home when the wait ended."""


class WarehouseError(ClaimhouseError):
    """The warehouse file cannot be used as asked."""


class NoWarehouse(WarehouseError):
    """There is no working warehouse yet."""


class WarehouseBusy(WarehouseError):
    """Another process still held the warehouse when the wait ended."""


class QueryError(WarehouseError):
    """The SQL was refused or failed."""


class NothingPublished(WarehouseError):
    """There is no published snapshot under this home yet."""


class ModelsFailed(ClaimhouseError):
    """dbt ended with failing models or tests."""
