"""Erasing texts from a whole home: what is asked for becomes an erasure, and an erasure is carried out step by step.

How records, rows and files lose their bytes is the business of `collect` and `warehouse`.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from pipelines import steps
from pipelines.collect import (
    Archive,
    Eraser,
    Erasure,
    ErasureStore,
    FoundPages,
    Kind,
    Plan,
    State,
    Wanted,
    needles_of,
    needles_of_name,
    rule_of,
)
from pipelines.durable import PART
from pipelines.errors import UsageError
from pipelines.identity import hash_of
from pipelines.records import Page
from pipelines.settings import Settings
from pipelines.warehouse import (
    ArticleHead,
    build_models,
    compact,
    publish,
    remove_leftovers,
    remove_logs,
    staged_heads,
)

OnStep = Callable[[str], None]
SQLITE = b"SQLite format 3\0"
HINTS = {
    Kind.URL: "Its address stands in the column url of the table articles, or behind the page in your browser: "
    """claimhouse query "select url, title from articles where title ilike '%WORD%'".""",
    Kind.ARTICLE: "Find it by claimhouse query "
    """"select article_id, title from articles where title ilike '%WORD%'".""",
    Kind.AUTHOR: "A name counts as it is written, but for case and blanks. Find it by claimhouse query "
    """"select distinct unnest(authors) from articles".""",
    Kind.SOURCE: "Find it by `claimhouse sources list`, or in the table sources.",
}


@dataclass(frozen=True, slots=True)
class Prepared:
    """An erasure that was found and not begun: what it will do, and the articles it is about.

    `logs` are Dagster's own databases in which an address or title stands; they are not rewritten.
    """

    erasure: Erasure
    found: FoundPages
    articles: tuple[ArticleHead, ...]
    logs: tuple[Path, ...]

    @property
    def plan(self) -> Plan:
        assert self.erasure.plan is not None
        return self.erasure.plan


def prepare(settings: Settings, kind: Kind, given: str) -> Prepared:
    """Find what is asked for, everywhere under HOME. Raises `UsageError` where there is nothing."""
    with _eraser(settings) as eraser:
        ids, articles = _matching(settings, kind, given, eraser)
        urls = {url for head in articles for url in (head.url, head.canonical_url) if url}
        urls |= {given} if kind is Kind.URL else set()
        found = eraser.find(_wanted(kind, given, urls, ids))
    if not (articles or found.records or found.files or found.links):
        raise UsageError(f"Nothing here is of the {kind} '{given}'. {HINTS[kind]}")
    words = {url for url in found.urls if url.startswith("http")} | {head.title for head in articles if head.title}
    texts, databases = _logs_with(settings, {word.encode() for word in words})
    dates = found.dates | {head.archive_date for head in articles}
    plan = Plan(found.records, tuple(sorted(map(str, dates))), (*found.files, *texts))
    hashes = {hash_of(name) for name in (*found.urls, *found.digests)}
    erasure = Erasure(
        kind, rule_of(kind, given), tuple(sorted(hashes)), tuple(sorted({head.article_id for head in articles} | ids)),
        datetime.now(UTC).isoformat(), plan,
    )  # fmt: skip
    return Prepared(erasure, found, tuple(articles), databases)


def unfinished(settings: Settings) -> list[Erasure]:
    """Erasures of this home that were begun and killed."""
    return ErasureStore(settings.home.collection).unfinished()


def carry_out(settings: Settings, erasure: Erasure, on_step: OnStep = lambda _: None) -> None:
    """Erase, derive and publish what is left, note that all is done. Killed, it is done again from the beginning."""
    store, plan = ErasureStore(settings.home.collection), erasure.plan
    if plan is None:
        return
    store.note(erasure)
    on_step("archive")
    with _eraser(settings) as eraser:
        eraser.carry_out(erasure, plan)
    dates = [date.fromisoformat(day) for day in plan.dates]
    for day in dates:
        on_step(f"articles of {day}")
        steps.parse_date(settings, day)
        steps.annotate_date(settings, day)
    _remove_parts(settings)
    on_step("raw_tables")
    steps.load(settings, dates, f"erase-{erasure.noted_at}")
    on_step("models")
    build_models(settings)
    on_step("warehouse")
    compact(settings)
    on_step("publication")
    publish(settings)
    remove_leftovers(settings)
    remove_logs(settings)
    store.note_done(erasure)


@contextmanager
def _eraser(settings: Settings) -> Iterator[Eraser]:
    with State(settings.home.collection) as state, state.collecting(settings.file.collect.lock_wait):
        Archive(settings.home.warc, state).recover()
        yield Eraser(settings.home, state)


def _matching(settings: Settings, kind: Kind, given: str, eraser: Eraser) -> tuple[set[str], list[ArticleHead]]:
    """The ids of the articles asked for, and all staged articles with these ids."""
    addresses = eraser.addresses(given) if kind is Kind.URL else set()
    rule = rule_of(kind, given)

    def matches(head: ArticleHead) -> bool:
        if kind is Kind.URL:
            return bool(addresses & {head.url, head.canonical_url})
        if kind is Kind.AUTHOR:
            return any(rule_of(kind, author) == rule for author in head.authors)
        return given == (head.article_id if kind is Kind.ARTICLE else head.source_id)

    heads = list(staged_heads(settings))
    ids = {head.article_id for head in heads if matches(head)} | {hash_of(url) for url in addresses}
    return ids, [head for head in heads if head.article_id in ids]


def _wanted(kind: Kind, given: str, urls: set[str], ids: set[str]) -> Wanted:
    rule = rule_of(kind, given)

    def is_same(page: Page) -> bool:
        stored = steps.article_of(page)
        if stored is None:
            return False
        by_author = kind is Kind.AUTHOR and any(rule_of(kind, author) == rule for author in stored.article.authors)
        return by_author or stored.article_id in ids

    if kind is Kind.AUTHOR:
        return Wanted(urls, None, is_same, lambda found: needles_of_name(given) | needles_of(found))
    return Wanted(urls, given if kind is Kind.SOURCE else None, is_same, needles_of)


def _logs_with(settings: Settings, words: set[bytes]) -> tuple[list[str], tuple[Path, ...]]:
    """Logs of Dagster and notes of backfills in which one of these words stands: texts, and databases."""
    texts, databases = [], []
    home = settings.home
    for folder in (home.dagster, home.backfills):
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            data = path.read_bytes()
            if any(word in data for word in words):
                if data.startswith(SQLITE) or path.suffix in (".db-wal", ".db-shm"):
                    databases.append(path)
                else:
                    texts.append(path.relative_to(home.path).as_posix())
    return texts, tuple(databases)


def _remove_parts(settings: Settings) -> None:
    """What a killed run left half written beside the staged files. It would be overwritten by the next of its date."""
    for folder in (settings.home.articles, settings.home.annotations):
        for part in folder.rglob(f"*{PART}"):
            part.unlink(missing_ok=True)
    shutil.rmtree(settings.home.parts, ignore_errors=True)
