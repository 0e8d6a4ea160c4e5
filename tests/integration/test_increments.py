"""A second build derives what changed and nothing else, and the marts are then what a whole build would have made.

Each test works on a copy of one home with a handful of invented articles of two days, on which everything was derived.
"""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.errors import ModelsFailed, WarehouseError
from pipelines.settings import Settings, load_settings
from pipelines.warehouse import build_models, plan_derivation, publish
from pipelines.warehouse.contract import MARTS
from tests.portions import in_portions
from tests.written import Written, load_written

MONDAY = date(2026, 3, 2)
TUESDAY = MONDAY + timedelta(days=1)
SUNDAY = MONDAY - timedelta(days=1)

Day = Mapping[str, str]
"""The texts of a day by the last part of their address."""

MONDAYS: Day = {
    "siemens": "Siemens streicht 250 Stellen in München. Das sagte eine Sprecherin von Siemens der Agentur Reuters.",
    "rivals": "Samsung competes with Apple in India. Apple said on Monday it would launch a tablet in India.",
    "robots": "Die Lumetra Robotik GmbH will in den USA einsteigen. Laut Bloomberg übernimmt BMW den Hersteller.",
}
TUESDAYS: Day = {
    "figures": "Der Umsatz von SAP stieg um 8 Prozent. SAP-Chef Christian Klein sagte, SAP werde investieren.",
    "patents": "Microsoft sold 1,500 patents to Xiaomi. Analysts at IDC said sales of Xiaomi fell 38 percent in China.",
}


REPORT = (
    "Bosch baut in Polen ein Werk für Wärmepumpen und stellt dort nach eigenen Angaben 500 Leute ein.",
    "Die Arbeiten beginnen im Frühjahr, zwei Jahre später sollen die ersten Geräte vom Band laufen.",
    "Der Konzern begründete die Wahl des Ortes mit der Nähe zu seinen wichtigsten Lieferanten im Süden.",
    "Die Gewerkschaften in Stuttgart reagierten verärgert und verlangten eine Zusage für das alte Stammwerk.",
)
"""A report of four sentences, of which others hold some."""


def load(settings: Settings, day: date, texts: Day) -> None:
    """Replace a day, as a run of it does."""
    load_written(settings, day, [Written(name, text) for name, text in texts.items()])


def ask(settings: Settings, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(settings.home.warehouse)) as connection:
        return connection.execute(sql).fetchall()


def changed(settings: Settings) -> set[str]:
    """What the last build derived anew, by the last part of the address; articles that are gone have none."""
    sql = "select url from increment.changed_articles left join main.articles using (article_id)"
    return {str(url).rsplit("/", 1)[-1] for (url,) in ask(settings, sql)}


def contents(settings: Settings) -> dict[str, list[str]]:
    """All that users and `explain` read, row by row."""
    everywhere = """
        select schema_name || '.' || table_name from duckdb_tables() where schema_name in ('main', 'intermediate')
        union all
        select schema_name || '.' || view_name from duckdb_views()
        where schema_name in ('staging', 'intermediate') and not internal
    """
    names = sorted(name for (name,) in ask(settings, everywhere))
    return {name: sorted(str(row) for row in ask(settings, f"from {name} as t select t")) for name in names}


@pytest.fixture(scope="module")
def derived_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home on which everything was derived once."""
    path = tmp_path_factory.mktemp("increments")
    (path / "sources.yaml").write_text("start_date: 2026-03-01\n")
    settings = load_settings(path / "home", path / "sources.yaml", {})
    load(settings, MONDAY, MONDAYS)
    load(settings, TUESDAY, TUESDAYS)
    build_models(settings)
    return path


@pytest.fixture
def settings(derived_home: Path, tmp_path: Path) -> Settings:
    shutil.copytree(derived_home, tmp_path, dirs_exist_ok=True)
    return load_settings(tmp_path / "home", tmp_path / "sources.yaml", {})


@pytest.fixture
def whole(settings: Settings, tmp_path: Path) -> Callable[[], dict[str, list[str]]]:
    """The contents after everything was derived from what is loaded, in a copy of the home."""

    def derive() -> dict[str, list[str]]:
        shutil.copytree(settings.home.path, tmp_path / "whole")
        copy = load_settings(tmp_path / "whole", tmp_path / "sources.yaml", {})
        ask(copy, "drop schema increment cascade")
        ask(copy, "drop schema intermediate cascade")
        for mart in MARTS:
            ask(copy, f"drop table main.{mart}")
        assert not plan_derivation(copy).is_increment
        build_models(copy)
        return contents(copy)

    return derive


def test_increments_make_of_any_change_what_a_whole_build_makes(
    settings: Settings, whole: Callable[[], dict[str, list[str]]]
) -> None:
    load(settings, TUESDAY, TUESDAYS)
    build_models(settings)
    assert changed(settings) == set()  # loaded again, and the same

    robots = "Die LUMETRA Robotik GmbH stellt 30 Leute ein, sagte ein Sprecher der LUMETRA Robotik GmbH."
    load(settings, SUNDAY, {"hiring": robots})  # an earlier article gives the company another name
    load(settings, MONDAY, MONDAYS | {"siemens": MONDAYS["siemens"] + " Siemens übernimmt ABB."})
    load(settings, TUESDAY, {"figures": TUESDAYS["figures"]})
    before = set(ask(settings, "select company_id, name from companies where not is_registered"))
    build_models(settings)
    assert changed(settings) == {"hiring", "siemens", "None", "robots"}
    assert set(ask(settings, "select company_id, name from companies where not is_registered")) != before

    found, wanted = contents(settings), whole()
    assert found.keys() == wanted.keys()
    for name in wanted:
        assert found[name] == wanted[name], name
    assert {name: len(found[f"main.{name}"]) for name in ("articles", "collection_log")} == {
        "articles": 5, "collection_log": 3,
    }  # fmt: skip
    assert [name for name in MARTS if not found[f"main.{name}"]] == ["article_metadata"]


def stories(settings: Settings) -> set[frozenset[str]]:
    told = "story_articles inner join articles using (article_id)"
    sql = f"select list(split_part(url, '/', -1)) from {told} group by story_id"
    return {frozenset(names) for (names,) in ask(settings, sql)}


def test_stories_are_joined_and_parted_as_a_whole_build_would(
    settings: Settings, whole: Callable[[], dict[str, list[str]]]
) -> None:
    """The third article holds what the first two say, and then it says something else."""
    first, second = " ".join(REPORT[:2]), " ".join(REPORT[2:])
    load(settings, MONDAY, MONDAYS | {"first": first})
    load(settings, TUESDAY, TUESDAYS | {"second": second})
    build_models(settings)
    apart = stories(settings)
    alone = {frozenset(["first"]), frozenset(["second"])}
    assert alone < apart
    claims = "select sum(story_count), sum(claim_count) from moves where company_id = 'bosch'"
    (before,) = ask(settings, claims)

    load(settings, SUNDAY, {"third": f"{first} {second}"})
    build_models(settings)
    assert changed(settings) == {"third"}
    assert stories(settings) == apart - alone | {frozenset(["first", "second", "third"])}
    (joined,) = ask(settings, claims)
    assert joined[0] == before[0], "claims of one story count once"
    assert joined[1] > before[1]

    load(settings, SUNDAY, {"third": TUESDAYS["patents"]})
    build_models(settings)
    assert stories(settings) == apart | {frozenset(["third"])}
    assert contents(settings) == whole()


def kill_dbt_after(nodes: int) -> Callable[[int, int], None]:
    def on_node(done: int, total: int) -> None:
        if done == nodes:
            children = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
            for child in map(int, children):
                os.kill(child, signal.SIGKILL)

    return on_node


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="needs /proc to find the process that is to die")
def test_a_build_that_dies_is_made_up_for_even_when_some_of_the_change_is_taken_back(
    settings: Settings, whole: Callable[[], dict[str, list[str]]]
) -> None:
    monday = MONDAYS | {"siemens": "Bosch steigt in Indien ein."}
    load(settings, MONDAY, monday | {"new": "Continental eröffnet ein Werk.", "copy": " ".join(REPORT)})
    load(settings, TUESDAY, TUESDAYS | {"report": " ".join(REPORT)})
    with pytest.raises(ModelsFailed):
        build_models(settings, kill_dbt_after(60))  # when some stories and moves are made anew
    load(settings, MONDAY, monday)
    build_models(settings)
    assert contents(settings) == whole()


def test_builds_of_a_few_articles_each_make_what_one_build_makes(
    settings: Settings, whole: Callable[[], dict[str, list[str]]]
) -> None:
    """A company gets another name in articles that wait, a story is told over three builds, and a day is gone."""
    robots = "Die LUMETRA Robotik GmbH stellt 30 Leute ein, sagte ein Sprecher der LUMETRA Robotik GmbH."
    load(settings, SUNDAY, {"hiring": robots, "first": " ".join(REPORT[:2]), "whole": " ".join(REPORT)})
    load(settings, MONDAY, MONDAYS | {"siemens": MONDAYS["siemens"] + " Siemens übernimmt ABB."})
    load(settings, TUESDAY, {"second": " ".join(REPORT[2:])})
    build_models(in_portions(settings, 3))
    assert contents(settings) == whole()


def test_the_last_of_several_builds_tests_of_all_whether_what_they_name_is_counted(settings: Settings) -> None:
    load(settings, SUNDAY, {"hiring": "Bosch stellt 30 Leute ein."})
    load(settings, MONDAY, MONDAYS | {"siemens": "Bosch steigt in Indien ein."})
    ask(settings, f"update raw.mentions set company_id = 'nobody' where archive_date = '{SUNDAY}'")
    with pytest.raises(ModelsFailed, match="relationships_company_mentions_company_id"):
        build_models(in_portions(settings, 1))
    waiting = "select count(*) from increment.pending_articles anti join increment.changed_articles using (article_id)"
    assert ask(settings, waiting) == [(0,)]
    assert not plan_derivation(settings).is_increment


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="needs /proc to find the process that is to die")
def test_what_is_derived_in_part_is_not_published_and_the_next_build_goes_on(
    settings: Settings, whole: Callable[[], dict[str, list[str]]]
) -> None:
    ask(settings, "update increment.derived_project set fingerprint = 'of other seeds'")
    ended = 0

    def kill_in_the_second_build(done: int, total: int) -> None:
        nonlocal ended
        ended += done == total
        if ended:
            kill_dbt_after(30)(done, total)

    with pytest.raises(ModelsFailed):
        build_models(in_portions(settings, 3), kill_in_the_second_build)
    with pytest.raises(WarehouseError, match="wait to be derived"):
        publish(settings)
    assert plan_derivation(settings).is_increment, "the first three need not be derived again"
    build_models(settings)
    assert contents(settings) == whole()
    publish(settings)


def test_rows_that_the_tests_reject_fail_an_increment_by_name_and_everything_is_derived_next(
    settings: Settings,
) -> None:
    before = contents(settings)
    load(settings, TUESDAY, {"figures": TUESDAYS["figures"] + " SAP will ABB kaufen."})
    found = "raw.mentions where archive_date = '2026-03-03'"
    ask(settings, f"insert into raw.mentions from (select * from {found} limit 1)")
    ask(settings, "update raw.mentions set region = 'margin' where archive_date = '2026-03-03' and company_id = 'abb'")
    assert plan_derivation(settings).is_increment
    with pytest.raises(ModelsFailed, match=r"accepted_values_company_mentions_region.* unique_company_mentions"):
        build_models(settings)
    assert not plan_derivation(settings).is_increment
    load(settings, TUESDAY, TUESDAYS)
    build_models(settings)
    after = contents(settings)
    others = {name for name in after if after[name] != before[name] and not name.startswith("staging.")}
    assert others == {"main.articles"}  # these say when they were loaded


def test_an_increment_asks_the_tests_of_no_single_column_too(settings: Settings) -> None:
    """They look across tables: at a version that was loaded and never derived, at a move told by another article."""
    ask(settings, "update raw.articles set modified_at = now() where url like '%/rivals'")
    ask(settings, "update main.articles set version_id = 'an old one', modified_at = null where url like '%/rivals'")
    assert plan_derivation(settings).is_increment
    with pytest.raises(ModelsFailed, match="version_newer_than_shown: "):
        build_models(settings)
    assert not plan_derivation(settings).is_increment


def test_a_model_that_fails_costs_no_more_than_the_next_increment(
    settings: Settings, whole: Callable[[], dict[str, list[str]]]
) -> None:
    """A broken row stands in for the full disk: what matters is that a model ended with an error, not by a test."""
    load(settings, MONDAY, MONDAYS | {"new": "Bosch eröffnet ein Werk in Indien."})
    ask(settings, "update raw.articles set word_count = null where url like '%/new'")
    with pytest.raises(ModelsFailed, match=r"articles: .*NOT NULL"):
        build_models(settings)
    assert plan_derivation(settings).is_increment
    ask(settings, "update raw.articles set word_count = 6 where url like '%/new'")
    build_models(settings)
    assert changed(settings) == {"new"}
    assert contents(settings) == whole()


def test_a_table_that_is_gone_is_derived_anew_after_the_increment_that_missed_it(settings: Settings) -> None:
    ask(settings, "drop table main.market_moves")
    with pytest.raises(ModelsFailed, match="market_moves"):
        build_models(settings)
    assert not plan_derivation(settings).is_increment


def test_an_increment_will_not_do_when_the_project_is_another(settings: Settings) -> None:
    assert plan_derivation(settings).is_increment
    ask(settings, "update increment.derived_project set fingerprint = 'of other seeds'")
    assert not plan_derivation(settings).is_increment


def test_an_increment_will_not_do_when_the_own_companies_are_others(settings: Settings) -> None:
    own = settings.home.register / "own.csv"
    own.parent.mkdir(parents=True)
    for country in ("DE", "AT"):
        own.write_text(f"company_id,name,country\nlumetra-robotik,Lumetra,{country}\n", encoding="utf-8")
        assert not plan_derivation(settings).is_increment
        build_models(settings)
        assert plan_derivation(settings).is_increment
        sql = "select name, country, is_registered from main.companies where company_id = 'lumetra-robotik'"
        assert ask(settings, sql) == [("Lumetra", country, True)]
    own.unlink()
    assert not plan_derivation(settings).is_increment


def test_the_fingerprint_of_an_article_is_that_of_its_rows_in_any_order(settings: Settings) -> None:
    sql = "select url, fingerprint from raw.articles where archive_date = '2026-03-02'"
    before = set(ask(settings, sql))
    load(settings, MONDAY, dict(reversed(MONDAYS.items())))
    assert set(ask(settings, sql)) == before
    load(settings, MONDAY, MONDAYS | {"rivals": MONDAYS["rivals"] + " Apple fell."})
    assert {url.rsplit("/", 1)[-1] for url, _ in set(ask(settings, sql)) - before} == {"rivals"}
