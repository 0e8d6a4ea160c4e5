"""What the warehouse promises of every row, over all corpora: it can be proved, and it comes out the same every time.

The data tests of dbt hold the first promise in every build, by DuckDB's own `substr`; here Python cuts the text.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from tests.marts import hashes, open_published

EVIDENCE = {
    "company_mentions": "surface",
    "market_moves": "evidence",
    "competitor_claims": "evidence",
    "source_attributions": "evidence",
}
LEAST_ROWS = 25
"""Rows that each of these tables has at least of the corpora; fewer would prove nothing."""


@pytest.fixture(scope="module")
def warehouse(corpora_home: Path) -> duckdb.DuckDBPyConnection:
    return open_published(corpora_home)


@pytest.mark.parametrize("table", EVIDENCE)
def test_the_evidence_of_every_row_stands_in_its_article_at_its_offsets(
    warehouse: duckdb.DuckDBPyConnection, table: str
) -> None:
    texts = {
        article_id: {"title": title, "text": text}
        for article_id, title, text in warehouse.execute("select article_id, title, text from articles").fetchall()
    }
    rows = warehouse.execute(
        f"select article_id, region, start_char, end_char, {EVIDENCE[table]} from {table}"
    ).fetchall()
    wrong = [
        (article_id, region, start, end)  # no text: a third of the articles is not to be read
        for article_id, region, start, end, evidence in rows
        if not evidence or texts[article_id]["title" if region == "title" else "text"][start:end] != evidence
    ]
    count = len(rows)
    assert wrong == []
    assert count >= LEAST_ROWS


def test_the_same_import_twice_gives_the_same_marts(corpora_home: Path, import_corpora: Callable[[], Path]) -> None:
    first, second = hashes(corpora_home), hashes(import_corpora())
    assert first == second
    assert [mart for mart, told in first.items() if told.startswith("0 ")] == []
