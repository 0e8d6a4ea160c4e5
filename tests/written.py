"""Articles that a test writes itself, on their way into a home's warehouse without a page or a server."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from pipelines import steps
from pipelines.annotate import annotate
from pipelines.parse import parse_plain
from pipelines.records import Page, SourceLog
from pipelines.settings import Settings
from pipelines.warehouse import AnnotationStore, Provenance, load_dates

FETCHED = datetime(2026, 3, 3, 8, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Written:
    """An article: the last part of its address, its text, and what a page would say besides."""

    name: str
    text: str
    title: str | None = None
    publisher: str | None = None
    published: datetime | None = None
    fetched_at: datetime = FETCHED

    @property
    def url(self) -> str:
        return f"https://news.example/{self.name}"


def load_written(settings: Settings, day: date, articles: Iterable[Written]) -> None:
    """Replace a day by these, as a run of it does."""
    found = []
    for written in articles:
        text = f"{written.title or written.name}\n\n{written.text}\n"
        parsed = parse_plain(text.encode(), written.url)
        article = replace(parsed, publisher=written.publisher, published=written.published)
        page = Page("press", day, written.url, 200, None, b"", written.fetched_at)
        found.append((steps.identify(page, article), annotate(article, steps.lexicon(settings))))
    made = Provenance("a parser", annotator_version=steps.lexicon(settings).version)
    AnnotationStore(settings.home.annotations).write(day, found, made)
    load_dates(settings, {day: [SourceLog("press", day, parsed=len(found))]}, f"run of {day}")
