"""What the warehouse promises of every row, over all corpora: it can be proved, and it comes out the same every time.

The data tests of dbt hold the first promise in every build, by DuckDB's own `substr`; here Python cuts the text.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from pipelines.warehouse.contract import MARTS

EVIDENCE = {
    "company_mentions": "surface",
    "market_moves": "evidence",
    "competitor_claims": "evidence",
    "source_attributions": "evidence",
}
LEAST_ROWS = 25
"""Rows that each of these tables has at least of the corpora; fewer would prove nothing."""
OF_THE_RUN = {
    "articles": ("fetched_at", "loaded_at", "warc_offset"),
}
"""Columns that tell of the run and not of the text: when the file was read in, when it was loaded, and where in the
compressed archive it lies, which depends on the digits of those times."""
UNDATED = {
    "companies": ("first_mentioned_at", "last_mentioned_at"),
    "competitors": ("first_claimed_at", "last_claimed_at"),
}
"""Columns that take `fetched_at` for an article without a date: compared where they are older than the run."""


def open_published(home: Path) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(str((home / "published" / "claimhouse.duckdb").resolve()), read_only=True)
    connection.execute("set timezone = 'UTC'")
    return connection


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


def hashes(home: Path) -> dict[str, str]:
    """Of every mart, over all its columns and rows in the order of all columns, but for what tells of the run."""
    with open_published(home) as connection:
        return {mart: _hash(connection, mart) for mart in MARTS}


def _hash(connection: duckdb.DuckDBPyConnection, mart: str) -> str:
    left_out = OF_THE_RUN.get(mart, ())
    exclude = f" exclude ({', '.join(left_out)})" if left_out else ""
    older = ", ".join(
        f"case when {column} < (select min(fetched_at) from articles) then {column} end as {column}"
        for column in UNDATED.get(mart, ())
    )
    replace = f" replace ({older})" if older else ""
    rows = connection.execute(f"select *{exclude}{replace} from {mart} order by all").fetchall()
    digest = hashlib.blake2b(digest_size=16)
    for row in rows:
        digest.update(repr(row).encode())
    return f"{len(rows)} rows {digest.hexdigest()}"


def test_the_same_import_twice_gives_the_same_marts(corpora_home: Path, import_corpora: Callable[[], Path]) -> None:
    first, second = hashes(corpora_home), hashes(import_corpora())
    assert first == second
    assert [mart for mart, told in first.items() if told.startswith("0 ")] == []
