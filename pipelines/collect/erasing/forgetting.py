"""The rows of the collection state that are about erased pages. Only hashes say which these are, so all are asked."""

from __future__ import annotations

from collections.abc import Iterable

from pipelines.collect.erasing.tombstones import Erasure, Kind, Tombstones
from pipelines.collect.state import State
from pipelines.collect.web.urls import page_address

ADDRESSES = (
    ("links", "url"), ("discoveries", "url"), ("pages", "url"), ("versions", "url"), ("visited", "url"),
    ("visited", "page_url"), ("opt_outs", "url"),
)  # fmt: skip
"""Every table and column that holds the address of a page."""
OF_SOURCE = ("pages", "opt_outs", "validators", "polls", "discoveries")
PASS_ON = """
update links set (source_id, listed_at, title) = (
    select source_id, listed_at, title from discoveries where discoveries.url = links.url order by found_at limit 1)
where source_id = ? and exists (select 1 from discoveries where discoveries.url = links.url)
"""
"""A link that another source lists too is that one's from now on."""


def addresses_of(state: State, urls: Iterable[str]) -> set[str]:
    """These addresses in every spelling, the pages they lead to, and all addresses that lead to these pages."""
    found = {spelling for url in urls for spelling in (url, page_address(url))}
    pages = found | {page for url in found for (page,) in state.all("select page_url from visited where url = ?", url)}
    aliases = dict(state.all("select url, page_url from visited"))
    return pages | {url for url, page in aliases.items() if page in pages}


def links_of_source(state: State, source_id: str | None, urls: set[str]) -> int:
    """How many links that sources have listed lead to these addresses, or are of this source."""
    rows = state.all("select url, source_id from links")
    return sum(url in urls or (source_id is not None and source == source_id) for url, source in rows)


def forget(state: State, erasure: Erasure, dates: Iterable[str]) -> None:
    """Delete all rows about what was erased; the dates count as changed, so that nothing made of them is current."""
    tombstones = Tombstones([erasure])
    with state.transaction():
        for table, column in ADDRESSES:
            urls = [url for (url,) in state.all(f"select distinct {column} from {table}") if tombstones.covers(url)]
            state.run_many(f"delete from {table} where {column} = ?", [(url,) for url in urls])
        if erasure.kind is Kind.SOURCE:
            for table in OF_SOURCE:
                state.run(f"delete from {table} where source_id = ?", erasure.rule)
            state.run("delete from versions where warc_file glob '*/' || ? || '/*'", erasure.rule)
            state.run(PASS_ON, erasure.rule)
            state.run("delete from links where source_id = ?", erasure.rule)
        for day in dates:
            state.run("insert into changed_dates values (?, 1, 0) on conflict do update set changes = changes + 1", day)
