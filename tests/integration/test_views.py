"""The views of the published file: what they hold against the tables they are made of, in the file and out of it."""

from __future__ import annotations

import shutil
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from pipelines.settings import load_settings
from pipelines.warehouse import compact
from pipelines.warehouse.contract import VIEWS, Mart, read_contract, read_views
from tests.generators import load_generator

Warehouse = duckdb.DuckDBPyConnection
DOCS = Path(__file__).resolve().parents[2] / "docs"
DESCRIBED = [*read_contract(), *read_views()]


def rows(warehouse: Warehouse, sql: str) -> list[tuple[Any, ...]]:
    return warehouse.execute(sql).fetchall()


@pytest.mark.parametrize("table", DESCRIBED, ids=lambda table: table.name)
def test_a_table_has_the_columns_and_the_comments_that_the_docs_promise(demo_warehouse: Warehouse, table: Mart) -> None:
    columns = f"from duckdb_columns() where schema_name = 'main' and table_name = '{table.name}'"
    found = rows(demo_warehouse, f"select column_name, lower(data_type), comment {columns}")
    assert {name: kind for name, kind, _ in found} == table.columns
    assert all(comment for _, _, comment in found)
    named = "select comment from duckdb_tables() where schema_name = 'main' and table_name = $1"
    viewed = "select comment from duckdb_views() where schema_name = 'main' and view_name = $1"
    ((told,),) = demo_warehouse.execute(f"{named} union all {viewed}", [table.name]).fetchall()
    assert "Grain, " in told


def test_the_examples_in_the_docs_are_what_the_demo_has(demo_warehouse: Warehouse) -> None:
    written = yaml.safe_load((DOCS / "examples.yaml").read_text(encoding="utf-8"))
    advice = "run: python docs/generate_tables.py --examples HOME"
    assert load_generator("generate_tables").take_examples(demo_warehouse) == written, advice


def test_a_timeline_has_a_companys_moves_those_of_others_with_it_and_its_rivals(
    demo_warehouse: Warehouse,
) -> None:
    found = Counter(rows(demo_warehouse, "select company_id, kind from company_timeline"))
    expected: Counter[tuple[Any, ...]] = Counter()
    for actor, other in rows(demo_warehouse, "select company_id, counterparty_company_id from market_moves"):
        expected[actor, "move"] += 1
        expected[other, "move_of_other"] += other is not None
    for pair in rows(demo_warehouse, "select company_a_id, company_b_id from competitor_claims"):
        expected.update((company, "rivalry") for company in pair)
    assert found == +expected
    assert {kind for _, kind in found} == {"move", "move_of_other", "rivalry"}
    named = "select company_id, other_company_id from company_timeline where kind = 'move_of_other'"
    told = "select counterparty_company_id, company_id from market_moves where counterparty_company_id is not null"
    assert sorted(rows(demo_warehouse, named)) == sorted(rows(demo_warehouse, told))


def test_the_evidence_of_a_timeline_stands_at_its_offsets(demo_warehouse: Warehouse) -> None:
    placed = (
        "select evidence, case region when 'title' then articles.title else articles.text end, start_char, end_char "
        "from company_timeline inner join articles using (article_id)"
    )
    found = rows(demo_warehouse, placed)
    assert found
    assert all(text[start:end] == evidence for evidence, text, start, end in found)


def test_weeks_begin_on_monday_and_count_every_move(demo_warehouse: Warehouse) -> None:
    weeks = rows(demo_warehouse, "select week, moves, articles from moves_by_week")
    assert sum(moves for _, moves, _ in weeks) == rows(demo_warehouse, "select count(*) from market_moves")[0][0]
    assert {week.weekday() for week, _, _ in weeks} == {0}
    assert all(articles <= moves for _, moves, articles in weeks)


def test_market_entries_are_the_moves_into_in_and_out_of_markets(demo_warehouse: Warehouse) -> None:
    kinds = "('market_entry', 'market_exit', 'market_presence')"
    expected = rows(demo_warehouse, f"select move_id from market_moves where move_type in {kinds} order by all")
    assert rows(demo_warehouse, "select move_id from market_entries order by all") == expected
    assert expected


def test_edges_add_up_to_the_pairs_of_competitors(demo_warehouse: Warehouse) -> None:
    last = (
        "select company_a_id, company_b_id, sum(claims), max(claims_so_far) from rival_graph "
        "group by company_a_id, company_b_id order by all"
    )
    pairs = "select company_a_id, company_b_id, evidence_count, evidence_count from competitors order by all"
    assert rows(demo_warehouse, last) == rows(demo_warehouse, pairs)
    assert all(month.day == 1 for (month,) in rows(demo_warehouse, "select month from rival_graph"))


def test_every_statement_is_said_by_someone_once_or_once_for_each_move_it_claims(demo_warehouse: Warehouse) -> None:
    claimed = Counter(rows(demo_warehouse, "select attribution_id from market_moves where attribution_id is not null"))
    statements = rows(demo_warehouse, "select attribution_id from source_attributions")
    expected = Counter({one: max(1, claimed[one]) for one in statements})
    assert Counter(rows(demo_warehouse, "select attribution_id from who_said_what")) == expected
    assert max(expected.values()) > 1


def test_shares_of_voice_are_of_the_month(demo_warehouse: Warehouse) -> None:
    mentions: Counter[date] = Counter()
    shares: Counter[date] = Counter()
    for month, count, share in rows(demo_warehouse, "select month, mentions, share_of_mentions from share_of_voice"):
        mentions[month] += count
        shares[month] += share
    assert mentions.total() == rows(demo_warehouse, "select count(*) from company_mentions")[0][0]
    assert all(share == pytest.approx(1, abs=0.05) for share in shares.values())
    ((articles, share),) = rows(
        demo_warehouse, "select articles, share_of_articles from share_of_voice where company_id = 'veltronik'"
    )
    assert share == pytest.approx(articles / rows(demo_warehouse, "select count(*) from articles")[0][0], abs=1e-4)


def test_views_and_comments_hold_in_a_copy_of_another_name_and_in_a_compacted_warehouse(
    demo_home: Path, tmp_path: Path
) -> None:
    shutil.copytree(demo_home, tmp_path / "home", symlinks=True)
    settings = load_settings(tmp_path / "home")
    compact(settings)
    shutil.copy2(settings.home.warehouse, tmp_path / "another-name.duckdb")
    with duckdb.connect() as connection:
        connection.execute(f"attach '{tmp_path / 'another-name.duckdb'}' as attached (read_only)")
        assert all(connection.execute(f"select count(*) from attached.{view}").fetchone() for view in VIEWS)
        silent = "database_name = 'attached' and schema_name = 'main' and comment is null"
        assert rows(connection, f"select table_name, column_name from duckdb_columns() where {silent}") == []
