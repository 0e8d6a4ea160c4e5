"""Which source type is read how. Adding a type is a model in `pipelines.sources`, a module here, and one line here."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from pipelines.collect.source_types import archive_pages, ccnews, feed, folder, site, sitemap, warc_source, wayback
from pipelines.collect.source_types.listing import Poll, SourceType, Visit, candidates_of

SOURCE_TYPES: Mapping[str, SourceType] = MappingProxyType(
    {
        "feed": feed.entries,
        "sitemap": sitemap.entries,
        "site": site.entries,
        "archive": archive_pages.entries,
        "wayback": wayback.entries,
        "warc": warc_source.entries,
        "ccnews": ccnews.entries,
        "folder": folder.entries,
    }
)


def poll(visit: Visit) -> Poll:
    """The candidates a source lists or holds now; an undated one belongs to today (UTC).

    Raises `CollectError` when the source itself cannot be had; a part that is broken is counted in `Poll.failures`.
    """
    read = SOURCE_TYPES[visit.source.type]
    return candidates_of(visit, read(visit))
