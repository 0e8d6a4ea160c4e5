"""Which claims are of one move: invented reports of half a year, and what `moves` makes of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import duckdb
import pytest

from pipelines.settings import load_settings
from pipelines.warehouse import build_models
from tests.written import Written, load_written

FIRST = date(2026, 1, 5)
REPORTS = [  # day, name, publisher, text
    (0, "rumour", "Kontor", "Laut Bloomberg könnte ABB den Roboterhersteller Kuka übernehmen."),
    (3, "denial", "Ledger", "ABB denied it would acquire Kuka. Nothing had been decided, the company said."),
    (30, "plan", "Kontor", "ABB will Kuka für 4 Milliarden Euro übernehmen. Das sagte ein Sprecher von ABB."),
    (31, "plan-elsewhere", "Bote", "ABB will den Roboterbauer Kuka für 5 Milliarden Euro übernehmen."),
    (90, "done", "Ledger", "ABB has acquired Kuka for 4 billion euros, the company said on Monday."),
    (90, "other-deal", "Ledger", "ABB has acquired Fanuc, the company said on Monday."),
    (30, "wire", "Bote", "Laut Reuters wird Bayer den Pflanzenzüchter Corteva übernehmen."),
    (35, "wire-later", "Kontor", "Laut Bloomberg wird Bayer den Saatgutkonzern Corteva übernehmen."),
    (60, "bayer-done", "Ledger", "Bayer has acquired Corteva. The price was not disclosed."),
    (0, "india", "Bote", "Bosch steigt in Indien in das Geschäft mit Wärmepumpen ein. Das teilte Bosch mit."),
    (1, "brazil", "Kontor", "Bosch steigt in Brasilien in das Geschäft mit Wärmepumpen ein. Das teilte Bosch mit."),
    (0, "siemens-cuts", "Bote", "Siemens streicht 500 Stellen in München. Das sagte eine Sprecherin von Siemens."),
    (
        170,
        "siemens-cuts-again",
        "Bote",
        "Siemens streicht 800 Stellen in München. Das sagte eine Sprecherin von Siemens.",
    ),
    (0, "nestle-agency", "Wire", "{report}"),
    (0, "nestle-copy", "Bote", "{report}"),
    (1, "nestle-own", "Kontor", "Nestlé eröffnet ein Werk in Vietnam. Es soll 30 Tonnen Kaffee am Tag rösten."),
]
REPORT = (
    "Nestlé eröffnet ein Werk in Vietnam. Dort sollen nach Angaben des Unternehmens jeden Tag rund 30 Tonnen Kaffee "
    "für die Nachbarländer geröstet werden, zunächst mit zwei Linien und später mit einer dritten."
)

Row = Mapping[str, Any]


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    settings = load_settings(tmp_path_factory.mktemp("moves") / "home", None, {})
    for day in sorted({report[0] for report in REPORTS}):
        at = datetime.combine(FIRST, datetime.min.time(), UTC) + timedelta(days=day, hours=8)
        written = [
            Written(name, text.format(report=REPORT), name.replace("-", " "), publisher, at, at)
            for when, name, publisher, text in REPORTS
            if when == day
        ]
        load_written(settings, at.date(), written)
    build_models(settings)
    with duckdb.connect(str(settings.home.warehouse)) as connection:
        connection.execute("set timezone = 'UTC'")
        yield connection


def moves(warehouse: duckdb.DuckDBPyConnection, company: str, move_type: str) -> list[Row]:
    found = warehouse.execute(
        "select * from moves where company_id = ? and move_type = ? order by first_claimed_at, counterparty, market",
        [company, move_type],
    )
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def day_of(moment: datetime | None) -> int | None:
    return (moment.date() - FIRST).days if moment else None


def test_a_deal_is_one_move_from_the_rumour_to_the_day_it_is_done(warehouse: duckdb.DuckDBPyConnection) -> None:
    deal, other = moves(warehouse, "abb", "acquisition")
    assert (deal["counterparty_company_id"], other["counterparty_company_id"]) == ("kuka", "fanuc")
    stages = [day_of(deal[f"{certainty}_at"]) for certainty in ("possible", "denied", "announced", "actual")]
    assert stages == [0, 3, 30, 90]
    assert deal["certainty"] == "actual"
    assert (deal["first_publisher"], deal["first_source"]) == ("Kontor", "Bloomberg")
    assert (deal["article_count"], deal["story_count"], deal["publisher_count"]) == (5, 5, 3)


def test_figures_that_contradict_each_other_are_all_kept(warehouse: duckdb.DuckDBPyConnection) -> None:
    deal = moves(warehouse, "abb", "acquisition")[0]
    assert deal["is_disputed"]
    assert [(figure["value"], figure["claims"]) for figure in deal["claimed_values"]] == [(4e9, 2), (5e9, 1)]
    assert (deal["value"], deal["unit"]) == (4e9, "EUR")


def test_entries_into_two_markets_are_two_moves(warehouse: duckdb.DuckDBPyConnection) -> None:
    assert len(moves(warehouse, "bosch", "market_entry")) == 2


def test_what_is_claimed_again_after_a_long_silence_is_another_move(warehouse: duckdb.DuckDBPyConnection) -> None:
    first, again = moves(warehouse, "siemens", "workforce_change")
    assert [day_of(move["first_claimed_at"]) for move in (first, again)] == [0, 170]
    assert not first["is_disputed"]


def test_copies_of_one_story_corroborate_nothing(warehouse: duckdb.DuckDBPyConnection) -> None:
    (opening,) = moves(warehouse, "nestle", "capacity_change")
    assert (opening["article_count"], opening["story_count"], opening["publisher_count"]) == (3, 2, 2)
    independent = warehouse.execute(
        "select count(*) filter (where is_first_of_story) from move_claims where real_move_id = ?",
        [opening["real_move_id"]],
    ).fetchone()
    assert independent == (2,)


def test_the_scoreboard_says_who_was_first_and_what_came_of_what_was_announced(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    found = warehouse.execute(
        "select source_id, statements, moves, companies, most_claimed, first_moves, share_first, announced_moves, "
        "share_seen_actual from source_scoreboard where kind in ('news_agency', 'medium') order by source_id"
    ).fetchall()
    # both sides of a deal make a move; of the second one it is said of Bayer alone that it came to pass
    assert found == [
        ("bloomberg", 2, 4, 4, "acquisition", 2, 0.5, 2, 0.5),
        ("reuters", 1, 2, 2, "acquisition", 2, 1.0, 2, 0.5),
    ]


def test_every_claim_is_of_one_move(warehouse: duckdb.DuckDBPyConnection) -> None:
    strays = "from market_moves full outer join move_claims using (move_id) where {} is null"
    for side in ("market_moves.article_id", "move_claims.article_id"):
        assert warehouse.execute("select count(*) " + strays.format(side)).fetchone() == (0,)
    counted = "select (select sum(claim_count) from moves), (select count(*) from market_moves)"
    assert len(set(warehouse.execute(counted).fetchone() or ())) == 1
