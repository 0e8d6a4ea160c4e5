"""Which source type polls how. Adding a type is one module with a `poll` and one line here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from pipelines.collect import feed, sitemap
from pipelines.collect.fetch import Fetcher
from pipelines.collect.listing import Poll, SourceType
from pipelines.settings import Source

SOURCE_TYPES: Mapping[str, SourceType] = MappingProxyType({"feed": feed.poll, "sitemap": sitemap.poll})


def poll(source: Source, fetcher: Fetcher, *, today: date) -> Poll:
    """The candidates a source lists now; an undated one belongs to `today` (UTC).

    Raises `CollectError` when the source itself cannot be had; a part that is broken is counted in `Poll.failures`.
    """
    return SOURCE_TYPES[source.type](source, fetcher, today=today)
