"""The steps of one archive date, each reading what the one before it left on disk. `cli` and `assets` both call these.

Every step can be repeated: it replaces what it wrote for that date. Only `load` and what follows it touch DuckDB.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from pipelines import collect
from pipelines.annotating import annotate_date as annotate_date
from pipelines.annotating import lexicon as lexicon
from pipelines.annotating import lexicon_version as lexicon_version
from pipelines.annotating import shipped_lexicon as shipped_lexicon
from pipelines.collect import (
    IMPORT,
    Archive,
    CandidateStore,
    Fetcher,
    ImportReport,
    LogStore,
    Look,
    PageIndex,
    State,
    Window,
    collect_pages,
    import_paths,
    read_health,
    sweep_spool,
)
from pipelines.reading import Tick as Tick
from pipelines.reading import article_of as article_of
from pipelines.reading import identify as identify
from pipelines.reading import no_tick as no_tick
from pipelines.reading import parse_date as parse_date
from pipelines.records import SourceLog
from pipelines.settings import Settings
from pipelines.warehouse import Provenance, load_dates


def poll_sources(settings: Settings, dates: Sequence[date], tick: Tick = no_tick) -> Look:
    """Poll every enabled source once and keep what it lists, each link under its own archive date.

    Links of other dates than the given ones wait in the store for the run of their date, and are not in the answer.
    What goes wrong is counted in the collection log of the last of the dates; the other sources go on.
    """
    window = Window(min(dates), max(dates), datetime.now(UTC).date())
    with _collecting(settings) as (state, fetcher):
        look = collect.poll_sources(
            settings.enabled_sources, window, store=CandidateStore(state), fetcher=fetcher,
            spool=settings.home.spool, on_source=tick,
        )  # fmt: skip
        for source_id, failures in look.failures.items():
            LogStore(state).merge(SourceLog(source_id, max(dates), failures=failures), stage="poll")
    look.candidates = Counter({day: look.candidates[day] for day in dates})
    return look


def fetch_dates(settings: Settings, dates: Sequence[date], tick: Tick = no_tick) -> list[SourceLog]:
    """Fetch the candidates of these dates that are not archived yet. Returns the dates' collection log.

    A run of yesterday or today also takes up what is pending or due again from the days before (`collect.late_days`,
    `collect.revisit_after`); `dates_to_read` names the dates that got pages so.
    """
    now = datetime.now(UTC)
    first, last = min(dates), max(dates)
    is_current = last >= now.date() - timedelta(days=1)
    if is_current:
        looking_back = first - timedelta(days=settings.file.collect.window_days)
        first = min(first, max(settings.file.start_date, looking_back))
    with _collecting(settings) as (state, fetcher):
        archive, logs = Archive(settings.home.warc, state), LogStore(state)
        archive.recover()
        found = collect_pages(
            settings.enabled_sources, first, last, state=state, archive=archive, fetcher=fetcher, now=now,
            again_from=min(dates), revisit_after=settings.file.collect.revisit_after if is_current else (),
            on_page=tick,
        )  # fmt: skip
        for log in found:
            logs.merge(log)
        sweep_spool(settings.home.spool, state)
        return [log for day in dates for log in logs.read(day)]


@contextmanager
def _collecting(settings: Settings) -> Iterator[tuple[State, Fetcher]]:
    """The state and a fetcher, as the only process that collects into this home."""
    with (
        State(settings.home.collection) as state,
        state.collecting(settings.file.collect.lock_wait),
        Fetcher(settings.file.http, state=state) as fetcher,
    ):
        yield state, fetcher


def ailing_sources(settings: Settings) -> dict[str, str]:
    """The enabled sources that could not be read at the last look, or have brought nothing new for days, and why."""
    if not settings.home.collection.is_dir():
        return {}
    with State(settings.home.collection) as state:
        health = read_health(state, datetime.now(UTC))
    looked_at = [(source, health[source.id]) for source in settings.enabled_sources if source.id in health]
    return {
        source.id: one.problem or f"nothing new for {one.silent_days} days"
        for source, one in looked_at
        if one.problem or (source.is_live and one.is_silent)
    }


def dates_to_read(settings: Settings, dates: Sequence[date]) -> list[date]:
    """These dates, and all others with pages that are not in the warehouse yet: late ones, corrected ones."""
    with State(settings.home.collection) as state:
        return sorted({*dates, *PageIndex(state).changed_dates()})


def import_files(settings: Settings, paths: Sequence[Path], archive_date: date, tick: Tick = no_tick) -> ImportReport:
    """Put files into the archive under the source `import`, and what could not be read into the collection log."""
    with State(settings.home.collection) as state, state.collecting(settings.file.collect.lock_wait):
        archive = Archive(settings.home.warc, state)
        archive.recover()
        report = import_paths(paths, archive, archive_date=archive_date, on_file=lambda _: tick())
        kept, _ = archive.index.count(archive_date, IMPORT)
        LogStore(state).merge(
            SourceLog(IMPORT, archive_date, report.pages + report.duplicates, kept, failures=report.failures)
        )
    return report


def load(settings: Settings, dates: Iterable[date], run_id: str, tick: Tick = no_tick) -> dict[date, dict[str, int]]:
    """Replace the dates in the warehouse's raw tables. Returns rows per date and table."""
    with State(settings.home.collection) as state:
        logs, index = LogStore(state), PageIndex(state)

        def loaded(day: date, provenance: Provenance | None) -> None:
            index.mark_loaded(day, provenance.changes if provenance else 0)
            tick()

        return load_dates(settings, {day: logs.read(day) for day in dates}, run_id, loaded)


def days(first: date, last: date) -> Iterator[date]:
    """Every day from first to last, both included."""
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        yield date.fromordinal(ordinal)
