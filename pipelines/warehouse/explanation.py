"""What the warehouse holds on one article: its rows, the annotations below them and what was weighed between.

Rows come from the published file, the rest from the working warehouse. What they say together is told in
`pipelines/explain_reasons.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from pipelines.errors import UsageError, WarehouseError
from pipelines.settings import Settings
from pipelines.warehouse.connection import open_for_reading
from pipelines.warehouse.query import open_published

Row = dict[str, Any]

ROW_IDS = {
    "market_moves": "move_id",
    "competitor_claims": "claim_id",
    "source_attributions": "attribution_id",
    "company_mentions": "mention_id",
}
"""The tables whose rows can be explained, and their ids."""
ARTICLES = "articles"
LEAST_PREFIX = 4
"""Characters of an id that are taken for its beginning."""
MOST_TYPOS, MOST_NAMED = 3, 3
"""How far an id may be from one that is named in its place, and how many are named."""

IDS = f"select '{ARTICLES}' as found_in, article_id as id, article_id from articles " + " ".join(
    f"union all select '{table}', {column}, article_id from {table}" for table, column in ROW_IDS.items()
)

IN_SENTENCE = "where article_id = ? order by sentence_no, start_char, end_char"
CUE_COLUMNS = "kind, word, move_type, direction, certainty, manner, strength, slot"
ANNOTATIONS = {
    "sentences": f"select * from intermediate.int_sentences {IN_SENTENCE}",
    "mentions": f"select * from staging.stg_mentions {IN_SENTENCE}",
    "references": f"""
        select refs.*, resolved.company_id
        from staging.stg_references as refs
        left join intermediate.int_reference_companies as resolved using (article_id, sentence_no, start_char)
        {IN_SENTENCE}
        """,
    "persons": f"select * from staging.stg_persons {IN_SENTENCE}",
    "source_mentions": f"select * from staging.stg_source_mentions {IN_SENTENCE}",
    "cues": f"""
        select cues.*, {CUE_COLUMNS}
        from staging.stg_cues as cues
        inner join seeds.cues as lexicon using (cue_id)
        {IN_SENTENCE}, cue_id
        """,
    "market_mentions": f"select * from staging.stg_market_mentions {IN_SENTENCE}",
    "quantities": f"select * from staging.stg_quantities {IN_SENTENCE}",
    "times": f"select * from staging.stg_times {IN_SENTENCE}",
    "quotations": f"select * from staging.stg_quotations {IN_SENTENCE}",
}
"""What stands in the text, in text order."""
CANDIDATES = """
    select * from intermediate.int_claim_candidates where article_id = ?
    order by sentence_no, start_char, cue_id, actor_score desc, entity_start, company_id
    """
"""Who could act in a claim: one row per cue and company, with the names of its features."""
RULES = """
    select rule_id, description from seeds.rules
    union all
    select clue_id, concat('A clue of name_clues.csv (', replace(place, '_', ' '), ', ', points, ' points).')
    from seeds.name_clues
    """
"""What each rule does that is no word of the cue lexicon."""
DERIVED = {
    "claims": "select * from intermediate.int_claims where article_id = ? order by start_char, cue_id",
    "candidates": CANDIDATES,
    "statements": "select * from intermediate.int_statements where article_id = ? order by start_char, cue_id",
    "speakers": f"select * from intermediate.int_speakers {IN_SENTENCE}, source_id",
}
"""What was weighed before the rows were made."""


@dataclass(frozen=True, slots=True)
class Target:
    """What was asked for: an article (`row_id` is None) or one row of it."""

    article_id: str
    table: str
    row_id: str | None


@dataclass(frozen=True, slots=True)
class Holdings:
    """All on one article, as rows by column name.

    `rows` by mart, `annotations` and `derived` by the names above; `companies` and `rules` give names and descriptions
    by id, `weights` what a feature weighs in a stage of scoring ("actor", "claim").
    """

    target: Target
    article: Row
    rows: dict[str, list[Row]]
    annotations: dict[str, list[Row]]
    derived: dict[str, list[Row]]
    companies: dict[str, str]
    rules: dict[str, str]
    weights: dict[tuple[str, str], float]


def read_holdings(settings: Settings, wanted: str) -> Holdings:
    """Everything on the row or article that `wanted` names: an id, the beginning of one, or an address.

    Raises `UsageError` naming near ones when there is none or several, `NothingPublished` and `WarehouseError` when a
    file is missing or the two files hold different versions of the article.
    """
    with open_published(settings) as published:
        target = _find(published, wanted)
        [article] = _rows(published, "select * from articles where article_id = ?", [target.article_id])
        rows = {
            table: _rows(published, f"select * from {table} {IN_TEXT}, {row_id}", [target.article_id])
            for table, row_id in ROW_IDS.items()
        }
    with open_for_reading(settings) as working:
        _same_version(working, article)
        try:
            return Holdings(
                target,
                article,
                rows,
                {name: _rows(working, sql, [target.article_id]) for name, sql in ANNOTATIONS.items()},
                {name: _rows(working, sql, [target.article_id]) for name, sql in DERIVED.items()},
                _names(working, "select company_id, name from intermediate.int_companies"),
                _names(working, RULES),
                {
                    (w["stage"], w["feature"]): w["weight"]
                    for w in _rows(working, "select * from seeds.claim_weights", [])
                },
            )
        except duckdb.CatalogException as error:
            message = str(error).splitlines()[0]
            raise WarehouseError(
                f"{settings.home.warehouse}: was built by another version ({message}). Build it anew: import or run."
            ) from error


IN_TEXT = "where article_id = ? order by region = 'title' desc, start_char"


def _find(published: duckdb.DuckDBPyConnection, wanted: str) -> Target:
    """An id as it stands, an address as the article has it, or the beginning of an id that only one has."""
    exact = _rows(published, f"select * from ({IDS}) where id = ?", [wanted])
    exact = exact or _rows(published, f"{BY_ADDRESS} where ? in (url, canonical_url) order by id limit 1", [wanted])
    if not exact and len(wanted) >= LEAST_PREFIX:
        exact = _rows(published, f"select * from ({IDS}) where starts_with(id, ?) order by all", [wanted])
    if len(exact) == 1:
        [row] = exact
        is_article = row["found_in"] == ARTICLES
        return Target(row["article_id"], row["found_in"], None if is_article else row["id"])
    if exact:
        named = "; ".join(f"{row['id']} ({row['found_in']})" for row in exact[:MOST_NAMED])
        raise UsageError(f"{wanted}: begins {len(exact)} ids. Say which: {named}.")
    near = _near(published, wanted)
    hint = f"Near it: {near}." if near else 'Take one of `claimhouse query "select move_id from market_moves"`.'
    raise UsageError(f"{wanted}: no move, claim, attribution, mention or article has this id or address. {hint}")


BY_ADDRESS = f"select '{ARTICLES}' as found_in, article_id as id, article_id from articles"


def _near(published: duckdb.DuckDBPyConnection, wanted: str) -> str:
    if "/" in wanted:
        sql = """
            select canonical_url as id from articles where canonical_url is not null
            order by jaro_winkler_similarity(canonical_url, ?) desc, id limit ?
            """
        return "; ".join(row["id"] for row in _rows(published, sql, [wanted, MOST_NAMED]))
    sql = f"""
        select id, found_in from ({IDS}) where levenshtein(id, ?) <= {MOST_TYPOS}
        order by levenshtein(id, ?), id limit ?
        """
    return "; ".join(f"{r['id']} ({r['found_in']})" for r in _rows(published, sql, [wanted, wanted, MOST_NAMED]))


def _same_version(working: duckdb.DuckDBPyConnection, article: Row) -> None:
    found = _rows(working, "select version_id from main.articles where article_id = ?", [article["article_id"]])
    if [row["version_id"] for row in found] != [article["version_id"]]:
        raise WarehouseError(
            f"{article['article_id']}: the working warehouse holds another version of this article than the published "
            "file. Run or import again, so that the new one is published."
        )


def _names(connection: duckdb.DuckDBPyConnection, sql: str) -> dict[str, str]:
    return dict(connection.execute(sql).fetchall())


def _rows(connection: duckdb.DuckDBPyConnection, sql: str, parameters: Sequence[object]) -> list[Row]:
    cursor = connection.execute(sql, parameters)
    columns = [column[0] for column in cursor.description or ()]
    return [dict(zip(columns, values, strict=True)) for values in cursor.fetchall()]
