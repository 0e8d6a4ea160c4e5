"""A date done in parts is the date done whole: the same articles, annotations and counts, whoever did which part."""

from __future__ import annotations

import os
import pickle
import shutil
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from pipelines import parts, steps
from pipelines.collect import Archive, Fetched, State
from pipelines.demo import all_stories
from pipelines.errors import ClaimhouseError
from pipelines.records import SourceLog
from pipelines.settings import Settings, load_settings
from pipelines.warehouse import AnnotationStore, ArticleStore
from tests.archived import new_file, what_is_left_of
from tests.unit.test_steps import TIME, html

DAY, QUIET = date(2026, 3, 2), date(2026, 3, 3)
DATES = [DAY, QUIET]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A home with files of two sources under a date, pages without text and a broken file among them."""
    (tmp_path / "sources.yaml").write_text("start_date: 2026-03-01\n")
    settings = load_settings(tmp_path / "home", tmp_path / "sources.yaml", {})
    stories = list(all_stories())[:13]
    for number, source_id in enumerate(["kurier", "kurier", "anzeiger", "anzeiger"]):
        with (
            State(settings.home.collection) as state,
            new_file(Archive(settings.home.warc, state), DAY, source_id) as to,
        ):
            for story in stories[number * 3 : number * 3 + 4]:  # the last of each stands in the next file too
                url = f"https://presse.example/{story.id}"
                body = html(*story.body, title=story.headline, canonical=url)
                to.write(Fetched(source_id, DAY, url, url, 200, "OK", (), (), body, TIME, "text/html"), None)
            url = f"https://presse.example/empty-{number}"
            to.write(Fetched(source_id, DAY, url, url, 200, "OK", (), (), b"<p></p>", TIME, "text/html"), None)
    broken = max(settings.home.warc.glob(f"{DAY}/kurier/*.gz"))
    broken.write_bytes(broken.read_bytes()[:-40])
    return settings


def in_parts(settings: Settings, ticks: list[None]) -> tuple[dict[date, list[SourceLog]], dict[date, dict[str, int]]]:
    """Both steps as workers do them: what goes between processes is pickled."""
    given = pickle.loads(pickle.dumps(list(parts.parts_of_pages(settings, DATES))))
    assert len(given) == 5
    read = pickle.loads(pickle.dumps([parts.parse_part(settings, part) for part in given]))
    logs = parts.join_parsed(settings, read, lambda: ticks.append(None))
    found = [parts.annotate_part(settings, part) for part in parts.parts_of_articles(settings, DATES)]
    return logs, parts.join_annotated(settings, found, lambda: None)


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "PACKED", 1)
    monkeypatch.setattr("pipelines.warehouse.staging.BATCH", 5)


def test_parts_give_what_the_whole_gives(settings: Settings) -> None:
    ticks: list[None] = []
    logs = {day: steps.parse_date(settings, day, lambda: ticks.append(None)) for day in DATES}
    rows = {day: steps.annotate_date(settings, day) for day in DATES}
    whole = what_is_left_of(settings, DATES)
    assert sum(log.duplicate for log in logs[DAY]) == 3
    assert sum((Counter(log.failures) for log in logs[DAY]), Counter()) == {"no_text": 3, "bad_warc_record": 1}
    assert ArticleStore(settings.home.articles).groups(DAY) > 1

    ticks_of_parts: list[None] = []
    assert in_parts(settings, ticks_of_parts) == (logs, rows)
    assert what_is_left_of(settings, DATES) == whole
    assert len(ticks_of_parts) == len(ticks)


def test_parts_that_other_versions_read_are_not_put_together(settings: Settings) -> None:
    found = [parts.parse_part(settings, part) for part in parts.parts_of_pages(settings, [DAY])]
    older = replace(found[-1], provenance=replace(found[-1].provenance, parser_version="of last week"))
    with pytest.raises(ClaimhouseError, match="2026-03-02: workers of different versions"):
        parts.join_parsed(settings, [*found[:-1], older], steps.no_tick)
    parts.join_parsed(settings, found, steps.no_tick)


def test_what_is_put_together_twice_is_as_it_was(settings: Settings) -> None:
    read = [parts.parse_part(settings, part) for part in parts.parts_of_pages(settings, [DAY])]
    logs = parts.join_parsed(settings, read, steps.no_tick)
    assert parts.join_parsed(settings, read, steps.no_tick) == logs


def test_a_slow_run_does_not_put_an_older_state_in_the_place_of_a_newer_one(settings: Settings) -> None:
    read = [parts.parse_part(settings, part) for part in parts.parts_of_pages(settings, [DAY])]
    with State(settings.home.collection) as state, new_file(Archive(settings.home.warc, state), DAY, "kurier") as to:
        url, body = "https://presse.example/late", html("Bosch kauft Talflut.")
        to.write(Fetched("kurier", DAY, url, url, 200, "OK", (), (), body, TIME, "text/html"), None)
    logs = steps.parse_date(settings, DAY)
    with pytest.raises(ClaimhouseError, match="another run has read newer pages meanwhile"):
        parts.join_parsed(settings, read, steps.no_tick)
    assert steps.parse_date(settings, DAY) == logs


def test_a_large_run_has_no_more_parts_than_can_be_told_of(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "MOST", 2)
    given = list(parts.parts_of_pages(settings, [DAY]))
    assert len(given) == 2
    assert len({file for part in given for file in part.files}) == 4
    parts.join_parsed(settings, [parts.parse_part(settings, part) for part in given], steps.no_tick)
    groups = ArticleStore(settings.home.articles).groups(DAY)
    assert groups == 3
    given_articles = list(parts.parts_of_articles(settings, [DAY]))
    assert [list(part.groups) for part in given_articles] == [[0, 1], [2]]


def test_a_part_that_is_gone_is_missed(settings: Settings) -> None:
    found = [parts.parse_part(settings, part) for part in parts.parts_of_pages(settings, [DAY])]
    shutil.rmtree(settings.home.parts / found[1].folder)
    with pytest.raises(ClaimhouseError, match=f"{found[1].folder}: what a worker made of 2026-03-02 is not here"):
        parts.join_parsed(settings, found, steps.no_tick)
    assert ArticleStore(settings.home.articles).provenance(DAY) is None


def test_annotations_of_articles_that_were_replaced_meanwhile_are_not_kept(settings: Settings) -> None:
    steps.parse_date(settings, DAY)
    given = list(parts.parts_of_articles(settings, [DAY]))
    found = [parts.annotate_part(settings, part) for part in given]
    steps.parse_date(settings, DAY)
    with pytest.raises(ClaimhouseError, match="another run has replaced it"):
        parts.join_annotated(settings, found, steps.no_tick)
    with pytest.raises(ClaimhouseError, match="another run has replaced it"):
        parts.annotate_part(settings, given[0])
    assert AnnotationStore(settings.home.annotations).provenance(DAY) is None


def test_what_parts_have_left_goes_after_a_day_and_not_before(settings: Settings) -> None:
    done = [parts.parse_part(settings, part) for part in parts.parts_of_pages(settings, [DAY])]
    old = settings.home.parts / done[0].folder
    os.utime(old, (0, 0))
    list(parts.parts_of_pages(settings, [DAY]))
    assert {path.name for path in settings.home.parts.iterdir()} == {one.folder for one in done[1:]}
