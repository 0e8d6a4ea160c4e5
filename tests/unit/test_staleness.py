"""Which dates would be made otherwise today, by the code and by what the archive holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from pipelines import steps
from pipelines.collect import Archive, Fetched, State
from pipelines.settings import Settings, load_settings
from pipelines.staleness import archived_dates, stale_dates
from pipelines.warehouse import AnnotationStore, ArticleStore
from tests.archived import new_file

DAY, NEXT = date(2026, 3, 2), date(2026, 3, 3)
NOTHING: dict[str, list[date]] = {"parse": [], "annotate": [], "load": []}
PAGE = (
    "<!DOCTYPE html><html lang='en'><head><title>Nordwerk buys Talflut</title></head><body><article>"
    "<h1>Nordwerk buys Talflut</h1><p>Nordwerk, a maker of pumps, said on Monday that it would buy its rival Talflut "
    "for a price that neither of them named. Talflut has 320 people in Kiel and Aarhus.</p></article></body></html>"
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    path = tmp_path / "sources.yaml"
    path.write_text("start_date: 2026-03-01\n")
    return load_settings(tmp_path / "home", path, {})


def keep(settings: Settings, day: date, url: str) -> None:
    with (
        State(settings.home.collection) as state,
        new_file(Archive(settings.home.warc, state), day, "kurier") as writer,
    ):
        body, kind = PAGE.replace("Monday", url).encode(), "text/html"
        at = datetime(2026, 3, 2, 8, tzinfo=UTC)
        writer.write(Fetched("kurier", day, url, url, 200, "OK", (("Content-Type", kind),), (), body, at, kind), None)


def make(settings: Settings, *days: date) -> None:
    for day in days:
        steps.parse_date(settings, day)
        steps.annotate_date(settings, day)
    steps.load(settings, days, "run-1")


@pytest.fixture
def made(settings: Settings) -> Settings:
    """Two dates in the warehouse."""
    keep(settings, DAY, "https://kurier.example/a")
    keep(settings, NEXT, "https://kurier.example/b")
    make(settings, DAY, NEXT)
    return settings


def test_a_home_without_pages_has_nothing_stale(settings: Settings) -> None:
    assert archived_dates(settings) == []
    assert stale_dates(settings) == NOTHING


def test_dates_are_stale_until_they_are_loaded(settings: Settings) -> None:
    keep(settings, DAY, "https://kurier.example/a")
    assert stale_dates(settings) == {"parse": [DAY], "annotate": [DAY], "load": [DAY]}
    steps.parse_date(settings, DAY)
    assert stale_dates(settings) == {"parse": [], "annotate": [DAY], "load": [DAY]}
    steps.annotate_date(settings, DAY)
    assert stale_dates(settings) == {"parse": [], "annotate": [], "load": [DAY]}
    steps.load(settings, [DAY], "run-1")
    assert stale_dates(settings) == NOTHING


def test_a_page_that_comes_later_makes_its_date_stale(made: Settings) -> None:
    assert stale_dates(made) == NOTHING
    keep(made, NEXT, "https://kurier.example/c")
    assert stale_dates(made)["parse"] == [NEXT]
    make(made, NEXT)
    assert stale_dates(made) == NOTHING


def test_what_an_older_parser_read_is_stale_until_it_is_read_again(made: Settings) -> None:
    articles = ArticleStore(made.home.articles)
    for day in (DAY, NEXT):
        provenance = articles.provenance(day)
        assert provenance is not None
        articles.write(day, articles.read(day), replace(provenance, parser_version="older"))
        steps.annotate_date(made, day)
    steps.load(made, [DAY, NEXT], "run-1")
    assert stale_dates(made) == {"parse": [DAY, NEXT], "annotate": [], "load": []}
    steps.parse_date(made, DAY)
    assert stale_dates(made) == {"parse": [NEXT], "annotate": [DAY], "load": []}
    make(made, DAY, NEXT)
    assert stale_dates(made) == NOTHING


def test_companies_of_ones_own_make_the_annotations_stale(made: Settings) -> None:
    made.home.register.mkdir(parents=True)
    (made.home.register / "own.csv").write_text("company_id,name\ntalflut,Talflut\n")
    assert stale_dates(made) == {"parse": [], "annotate": [DAY, NEXT], "load": []}


def test_a_file_that_is_gone_is_stale_with_what_was_loaded_from_it(made: Settings) -> None:
    AnnotationStore(made.home.annotations).path(DAY, "articles").unlink()
    assert stale_dates(made) == {"parse": [], "annotate": [DAY], "load": [DAY]}
