"""Seventeen days of the press in Dagster: a backfill, three mornings, a late story and a correction; and the same days
in other orders, which give the same marts. What is expected is counted from the stories.
"""

from __future__ import annotations

import random
import warnings
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
import yaml

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of Dagster's own imports
    import dagster as dg

    from assets.definitions import build_definitions
    from assets.execution import run_backfill, run_job

from pipelines.backfill import Backfill, Ledger
from pipelines.demo import SOURCES, RunningPress, Story, all_stories, edition, serve_press, stretched
from pipelines.settings import Settings, load_settings
from tests.marts import hashes, open_published, raw_hashes

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")

FIRST = date(2026, 3, 2)
DAYS = [FIRST + timedelta(days=n) for n in range(17)]
BACKFILLED, MORNINGS, LAST = DAYS[:14], DAYS[14:], DAYS[-1]
LATE, CORRECTED = "kabelnetz-nord-streicht-stellen", "markthof-prueft-rueckzug-aus-litauen"
NEWS = "Die Markthof Handels AG streicht in Litauen 150 Stellen."
SEED = 6


def morning_after(day: date) -> datetime:
    """When a day's daily run starts."""
    return datetime.combine(day + timedelta(days=1), time(5, 15), UTC)


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)


def calendar() -> tuple[Story, ...]:
    """The demo's stories over seventeen days. One is out on day 16 that is listed under day 14; one of day 16 is
    corrected in place on day 17."""
    stories = {(story.id, story.version): story for story in stretched(all_stories(), FIRST, len(DAYS), 55)}
    before = stories[CORRECTED, 1]
    stories[LATE, 1] = replace(stories[LATE, 1], appeared=noon(DAYS[15]))
    stories[CORRECTED, 2] = replace(before, body=(*before.body, NEWS), modified=noon(DAYS[16]))
    return tuple(stories.values())


STORIES = calendar()


def listed_on(story: Story) -> date:
    return story.listed.astimezone(UTC).date()


@dataclass(frozen=True)
class Life:
    """A home, the press that it reads, and a Dagster of its own."""

    settings: Settings
    definitions: dg.Definitions
    instance: dg.DagsterInstance
    press: RunningPress

    def at(self, moment: datetime) -> time_machine.travel:
        """It is this moment, and the press has what is out by then."""
        self.press.publish(edition(STORIES, moment))
        return time_machine.travel(moment, tick=False)

    def run(self, job: str, first: date | None = None, last: date | None = None) -> None:
        assert run_job(self.definitions, job, self.instance, first, last) == []

    def backfill(self, first: date, last: date) -> None:
        ledger = Ledger(self.settings.home, Backfill(first, last))
        assert run_backfill(self.definitions, ledger, self.instance) == []

    def ask(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        with open_published(self.settings.home.path) as connection:
            return connection.execute(sql, values).fetchall()


@pytest.fixture(scope="module")
def press() -> Iterator[RunningPress]:
    with serve_press(stories=()) as running:
        yield running


class Lives:
    """Makes homes that begin with nothing."""

    def __init__(self, folder: Path, press: RunningPress) -> None:
        self._folder, self._press = folder, press
        self._instances: list[dg.DagsterInstance] = []

    def begin(self, name: str) -> Life:
        folder = self._folder / name
        (folder / "dagster").mkdir(parents=True)
        data = yaml.safe_load(SOURCES.read_text(encoding="utf-8"))
        data["http"] |= {"proxy": self._press.proxy_url}
        data["collect"] = {"revisit_after": [1]}
        (folder / "sources.yaml").write_text(yaml.safe_dump(data))
        settings = load_settings(folder / "home", folder / "sources.yaml", {})
        instance = dg.DagsterInstance.local_temp(str(folder / "dagster"), overrides={"telemetry": {"enabled": False}})
        self._instances.append(instance)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return Life(settings, build_definitions(settings), instance, self._press)

    def end(self) -> None:
        for instance in self._instances:
            instance.dispose()


@pytest.fixture(scope="module")
def lives(tmp_path_factory: pytest.TempPathFactory, press: RunningPress) -> Iterator[Lives]:
    made = Lives(tmp_path_factory.mktemp("lives"), press)
    yield made
    made.end()


@dataclass(frozen=True)
class Seen:
    """What the published snapshot says on a morning. Of the texts, all but the advertisement in one publisher's pages,
    which stands in the text under a region of its own."""

    articles: dict[str, tuple[str, str, date, int]]
    log: dict[tuple[str, date], tuple[int, int, int, int]]
    cut: list[tuple[Any, ...]]
    late_companies: set[str]

    @classmethod
    def of(cls, life: Life) -> Seen:
        told = "select string_agg(p, chr(10) || chr(10)) from unnest(string_split(text, chr(10) || chr(10))) as t (p) "
        articles = life.ask(
            f"select canonical_url, title, ({told} where not starts_with(p, 'Anzeige ')), archive_date, version "
            "from articles"
        )
        log = life.ask("select source_id, archive_date, discovered, fetched, parsed, failed from collection_log")
        named = "select distinct company_id from company_mentions join articles using (article_id) where url like ?"
        return cls(
            {url: tuple(rest) for url, *rest in articles},  # type: ignore[misc]
            {(source, day): tuple(rest) for source, day, *rest in log},  # type: ignore[misc]
            life.ask("select company_id, move_type, value from market_moves where evidence = ?", NEWS),
            {company for (company,) in life.ask(named, f"%{LATE}")},
        )


def expected_articles(at: datetime) -> dict[str, tuple[str, str, date, int]]:
    """By canonical URL the newest version that is out: headline, text, archive date, and which version it is."""
    out = [story for story in STORIES if story.out_from <= at]
    versions = Counter(story.canonical_url for story in out)
    newest = {story.canonical_url: story for story in sorted(out, key=lambda story: story.changed)}
    return {
        url: (story.headline, story.text, listed_on(story), versions[url]) for url, story in newest.items()
    }  # fmt: skip


def expected_log(at: datetime, last: date) -> dict[tuple[str, date], tuple[int, int, int, int]]:
    """By source and archive date: links, pages, article versions, and links that lead to no article."""
    found: dict[tuple[str, date], Counter[str]] = {}
    for story in STORIES:
        if story.out_from <= at:
            count = found.setdefault((story.publisher.id, listed_on(story)), Counter())
            count["versions"] += 1
            count["pages"] += story.modified is None  # a correction in place is the same page
    for publisher in {story.publisher for story in STORIES}:
        for listing in publisher.more_listings:
            found.setdefault((publisher.id, listing.listed.astimezone(UTC).date()), Counter())["nothing"] += 1
    return {
        place: (count["pages"] + count["nothing"], count["pages"], count["versions"], count["nothing"])
        for place, count in found.items()
        if place[1] <= last
    }


@dataclass(frozen=True)
class Told:
    """The first life, and what was seen of it after each of its runs."""

    life: Life
    seen: dict[date, Seen]
    hashes: dict[str, str]
    raw_hashes: dict[str, str]


@pytest.fixture(scope="module")
def daily_life(lives: Lives) -> Told:
    """Fourteen days in one backfill, then the daily job on three mornings."""
    life, seen = lives.begin("daily"), {}
    with life.at(morning_after(BACKFILLED[-1])):
        life.backfill(FIRST, BACKFILLED[-1])
    seen[BACKFILLED[-1]] = Seen.of(life)
    for day in MORNINGS:
        with life.at(morning_after(day)):
            life.run("daily", day)
        seen[day] = Seen.of(life)
    home = life.settings.home.path
    return Told(life, seen, hashes(home), raw_hashes(home))


@pytest.mark.parametrize("day", [BACKFILLED[-1], *MORNINGS], ids=str)
def test_every_morning_has_the_articles_that_were_out_and_every_loss_is_counted(daily_life: Told, day: date) -> None:
    at, seen = morning_after(day), daily_life.seen[day]
    assert seen.articles == expected_articles(at)
    assert seen.log == expected_log(at, day)


def test_a_late_story_is_taken_up_by_the_run_of_the_day_on_which_it_appeared(daily_life: Told) -> None:
    (late,) = (story for story in STORIES if story.id == LATE)
    assert listed_on(late) in BACKFILLED
    assert {day: late.canonical_url in seen.articles for day, seen in daily_life.seen.items()} == {
        DAYS[13]: False, DAYS[14]: False, DAYS[15]: True, DAYS[16]: True,
    }  # fmt: skip
    assert not daily_life.seen[DAYS[14]].late_companies
    assert "kabelnetz-nord" in daily_life.seen[DAYS[15]].late_companies
    assert daily_life.seen[DAYS[15]].articles[late.canonical_url][2] == listed_on(late), "it keeps its date"


def test_a_correction_is_another_version_of_the_article_and_its_claim_is_a_move(daily_life: Told) -> None:
    (before, after) = (story for story in STORIES if story.id == CORRECTED)
    assert before.url == after.url
    versions = {day: seen.articles.get(before.canonical_url, (None,))[-1] for day, seen in daily_life.seen.items()}
    assert versions == {DAYS[13]: None, DAYS[14]: None, DAYS[15]: 1, DAYS[16]: 2}
    assert daily_life.seen[DAYS[15]].cut == []
    assert daily_life.seen[DAYS[16]].cut == [("markthof-handels", "workforce_change", -150)]


def test_a_run_on_each_morning_loads_what_the_backfill_has_loaded(daily_life: Told, lives: Lives) -> None:
    life = lives.begin("mornings")
    for day in DAYS:
        with life.at(morning_after(day)):
            life.run("ingest", day)
    assert raw_hashes(life.settings.home.path) == daily_life.raw_hashes


def versions_of(life: Life) -> dict[str, list[tuple[Any, ...]]]:
    """What `article_versions` says of each article, by its canonical address, but for when it was fetched."""
    sql = (
        "select canonical_url, versions.* exclude (fetched_at) from article_versions as versions "
        "inner join (select article_id, canonical_url from articles) using (article_id) order by all"
    )
    found: dict[str, list[tuple[Any, ...]]] = {}
    with open_published(life.settings.home.path) as connection:
        for url, *row in connection.execute(sql).fetchall():
            found.setdefault(url, []).append(tuple(row))
    return found


def test_days_in_any_order_give_the_same_marts(daily_life: Told, lives: Lives) -> None:
    """All days long after they were: what was corrected before anybody looked is a first version."""
    life, order = lives.begin("shuffled"), random.Random(SEED).sample(DAYS, len(DAYS))
    assert order != DAYS
    with life.at(morning_after(LAST)):
        for day in order:
            life.run("ingest", day)
        life.run("derive")
    seen = daily_life.seen[LAST]
    place = next(story for story in STORIES if story.id == CORRECTED)
    other = Seen.of(life)
    *rest, version = seen.articles[place.canonical_url]
    assert other.articles == seen.articles | {place.canonical_url: (*rest, version - 1)}
    links, pages, versions, failed = seen.log[place.publisher.id, listed_on(place)]
    assert other.log == seen.log | {(place.publisher.id, listed_on(place)): (links, pages, versions - 1, failed)}
    found = hashes(life.settings.home.path)
    versions, seen_versions = versions_of(life), versions_of(daily_life.life)
    assert len(seen_versions.pop(place.canonical_url)) == len(versions.pop(place.canonical_url)) + 1
    assert versions == seen_versions
    others = found.keys() - {"article_versions"}
    assert {mart for mart in others if found[mart] != daily_life.hashes[mart]} <= {"articles", "collection_log"}


def test_the_same_range_again_leaves_every_mart_as_it_was(daily_life: Told) -> None:
    life = daily_life.life
    with life.at(morning_after(LAST)):
        life.backfill(FIRST, LAST)
    assert hashes(life.settings.home.path) == daily_life.hashes
