"""The index of the archive: which addresses lead to which page, its versions, when it was looked at and is due again.

Every row can be made again from the WARC files; `archive` does so after a crash.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from pipelines.collect.state import State
from pipelines.collect.web.exchange import Validators


@dataclass(frozen=True, slots=True)
class Known:
    """A page that is in the archive: enough to ask whether it has changed."""

    url: str
    archive_date: date
    source_id: str
    digest: str
    fetched_at: datetime
    validators: Validators


class PageIndex:
    """Look-ups by address over all dates. Adding what is there already changes nothing."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._met: set[int] = set()

    def add_version(
        self, known: Known, warc_file: str, warc_offset: int, aliases: Iterable[str] = ()
    ) -> None:  # fmt: skip
        """A page's content was stored; `aliases` are the other addresses that led to it."""
        urls = [known.url, *aliases]
        self._met.update(map(hash, urls))
        self._state.later(ADD_VERSION, (
            known.url, known.digest, known.archive_date.isoformat(), known.source_id, warc_file, warc_offset,
            known.fetched_at.isoformat(), known.validators.etag, known.validators.last_modified, urls,
        ))  # fmt: skip

    def add_aliases(self, urls: Iterable[str], page_url: str) -> None:
        """These addresses need not be fetched: they lead to `page_url`. The first that is said of an address stays."""
        for url in urls:
            self._met.add(hash(url))
            self._state.later(ADD_ALIAS, (url, page_url))

    def add_visit(self, url: str, visited_at: datetime, *, unchanged: bool) -> None:
        """A page was looked at again."""
        at = visited_at.isoformat()
        self._state.run(
            "update pages set visited_at = ?, unchanged = unchanged + ? where url = ? and visited_at < ?",
            at, int(unchanged), url, at,
        )  # fmt: skip

    def forget_behind(self, warc_file: str, length: int) -> None:
        """Forget versions behind the end of a file: a power cut may take records of which the index knows already."""
        behind = "from versions where warc_file = ? and warc_offset >= ?"
        with self._state.transaction():
            lost = self._state.all(f"select distinct url {behind}", warc_file, length)
            self._state.run(f"delete {behind}", warc_file, length)
            for (url,) in lost:
                if self._state.one("select 1 from versions where url = ?", url):  # the next visit takes what it gets
                    sql = "update pages set digest = '', etag = null, last_modified = null where url = ?"
                    self._state.run(sql, url)
                else:
                    self._state.run("delete from visited where page_url = ?", url)
                    self._state.run("delete from pages where url = ?", url)

    def has_met(self, url: str) -> bool:
        """Whether an address was added through this index, as cheaply as can be; of what was there before, nothing."""
        return hash(url) in self._met and self.page_of(url) is not None

    def page_of(self, url: str) -> str | None:
        """The page an address is known to lead to."""
        row = self._state.one("select page_url from visited where url = ?", url)
        return row[0] if row else None

    def has_version(self, url: str, digest: str) -> bool:
        return self._state.one("select 1 from versions where url = ? and digest = ?", url, digest) is not None

    def page(self, url: str) -> Known | None:
        rows = self._state.all(f"{SELECT} where url = ?", url)
        return _known(rows[0]) if rows else None

    def count(self, archive_date: date, source_id: str) -> tuple[int, int]:
        """Pages of a date and source, and visits that found one unchanged."""
        row = self._state.one(
            "select count(*), coalesce(sum(unchanged), 0) from pages where archive_date = ? and source_id = ?",
            archive_date.isoformat(), source_id,
        )  # fmt: skip
        return (row[0], row[1]) if row else (0, 0)

    def changed_dates(self) -> dict[date, int]:
        """The dates with pages, or links that led nowhere, that are not in the warehouse yet, and how often each has
        changed."""
        sql = "select archive_date, changes from changed_dates where changes > loaded order by archive_date"
        return {date.fromisoformat(day): changes for day, changes in self._state.all(sql)}

    def changes_of(self, day: date) -> int:
        """How often a date has changed: a number that grows with pages, links that led nowhere, and files that
        got their names."""
        row = self._state.one("select changes from changed_dates where archive_date = ?", day.isoformat())
        return row[0] if row else 0

    def mark_readable(self, day: str) -> None:
        """A file of the date got its name. Who parsed the date while it was written has not seen its pages, although
        `changed_dates` counted them already."""
        self._state.run(
            "update changed_dates set changes = changes + 1 where archive_date = ? and changes > loaded", day
        )

    def mark_loaded(self, day: date, changes: int) -> None:
        """The date's pages are in the warehouse as they were when `changes_of` gave this number. A date that got
        pages since then stays changed, and so does one whose files are being written by another run."""
        self._state.run(
            "update changed_dates set loaded = max(loaded, ?) where archive_date = ? and not exists "
            "(select 1 from open_files where name glob archive_date || '/*')",
            changes, day.isoformat(),
        )  # fmt: skip

    def due(self, first: date, last: date, after_days: Sequence[int], now: datetime) -> Iterator[Known]:
        """The pages of a range of dates that are to be looked at again.

        A page is due when one of `after_days` has passed since it was fetched first and it was not looked at since.
        A page that was fetched longer after its date than the longest of them, by a backfill, is history: never due.
        Neither is one that a file or a web archive held: its own server was never asked for it.
        """
        if not after_days:
            return
        for ordinal in range(first.toordinal(), last.toordinal() + 1):
            yield from self._due_of(date.fromordinal(ordinal), after_days, now)

    def _due_of(self, day: date, after_days: Sequence[int], now: datetime) -> Iterator[Known]:
        rows = self._state.all(
            f"{SELECT} where archive_date = ? and not exists "
            "(select 1 from links where links.url = pages.url and links.held_at is not null)",
            day.isoformat(),
        )  # fmt: skip
        for row in rows:
            fetched, visited = datetime.fromisoformat(row[4]), datetime.fromisoformat(row[5])
            known = _known(row)
            if (fetched.date() - known.archive_date).days > max(after_days):
                continue
            if any(visited < fetched + timedelta(days=days) <= now for days in after_days):
                yield known


ADD_VERSION = (
    """
    insert into changed_dates (archive_date, changes, loaded)
    select row.value ->> 2, count(*), 0 from json_each(?) as row
    where not exists (select 1 from versions where url = row.value ->> 0 and digest = row.value ->> 1)
    group by 1 on conflict do update set changes = changes + excluded.changes
    """,
    """
    insert or ignore into versions
    select value ->> 0, value ->> 1, value ->> 2, value ->> 4, value ->> 5 from json_each(?)
    """,
    """
    insert into pages
    select value ->> 0, value ->> 2, value ->> 3, value ->> 1, value ->> 6, value ->> 6, value ->> 7, value ->> 8, 0
    from json_each(?) where true
    on conflict (url) do update set
        digest = excluded.digest, visited_at = excluded.visited_at, etag = excluded.etag,
        last_modified = excluded.last_modified
    where excluded.visited_at >= pages.visited_at
    """,
    """
    insert or ignore into visited
    select alias.value, row.value ->> 0 from json_each(?) as row, json_each(row.value, '$[9]') as alias
    """,
)
ADD_ALIAS = ("insert or ignore into visited select value ->> 0, value ->> 1 from json_each(?)",)
SELECT = "select url, archive_date, source_id, digest, fetched_at, visited_at, etag, last_modified from pages"


def _known(row: Sequence[str]) -> Known:
    url, day, source_id, digest, fetched_at, _, etag, last_modified = row
    fetched = datetime.fromisoformat(fetched_at)
    return Known(url, date.fromisoformat(day), source_id, digest, fetched, Validators(etag, last_modified))
