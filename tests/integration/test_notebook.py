"""The notebook in docs/notebooks runs on the demo's snapshot, and its charts show what the tables hold."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import duckdb
import pytest

NOTEBOOK = Path(__file__).resolve().parents[2] / "docs" / "notebooks" / "moves.py"


@pytest.fixture(scope="module")
def made(demo_home: Path) -> dict[str, Any]:
    """What its cells define."""
    spec = importlib.util.spec_from_file_location("notebook_of_moves", NOTEBOOK)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CLAIMHOUSE_HOME", str(demo_home))
        _, defined = module.app.run()
    return dict(defined)


def test_the_charts_count_the_claims_of_the_type_there_is_most_of(
    made: dict[str, Any], demo_warehouse: duckdb.DuckDBPyConnection
) -> None:
    most = "select move_type, count(*) from market_moves group by move_type order by count(*) desc, move_type limit 1"
    found = demo_warehouse.execute(most).fetchone()
    assert found is not None
    assert found == (made["move_type"].value, sum(made["weeks"]["moves"].to_pylist()))
    assert len(set(made["companies"]["company"].to_pylist())) == 10
    for chart in ("by_week", "by_company"):
        assert made[chart].to_dict()["encoding"]["color"]["field"] == "certainty"


def test_the_sentences_are_those_of_the_articles(
    made: dict[str, Any], demo_warehouse: duckdb.DuckDBPyConnection
) -> None:
    rows = made["evidence"].to_pylist()
    assert rows
    for row in rows:
        said = "select count(*) from articles where url = ? and contains(title || ' ' || text, ?)"
        assert demo_warehouse.execute(said, [row["url"], row["evidence"]]).fetchone() == (1,)
