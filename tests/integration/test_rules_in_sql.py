"""Rules that the models decide, found in their examples; and no rule in a warehouse that the list does not have.

The list and the rules of the annotator are tested in tests/unit/test_rules.py.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import duckdb
import pytest

ROOT = Path(__file__).resolve().parents[2]
OF_THE_MODELS = ("source_attributions", "competitor_claims", "market_moves")
"""Marts whose rules are given by SQL."""
OF_THE_PARSER = ("articles", "article_metadata", "paragraphs")
"""Raw tables whose rules are the parser's, which `claimhouse parse` shows."""
TITLE = "Meldungen aus Hafen und Handel"


def read(path: str) -> list[dict[str, str]]:
    with (ROOT / path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def rules() -> dict[str, str]:
    """The table that each rule makes, of those that are no words."""
    return {row["rule_id"]: row["made"] for row in read("dbt/seeds/rules.csv")}


@pytest.fixture(scope="module")
def found(
    rules: dict[str, str],
    claimhouse: Callable[..., CompletedProcess[str]],
    tmp_path_factory: pytest.TempPathFactory,
) -> set[tuple[str, str]]:
    """(rule that the example is of, rule of a row) in a warehouse of all examples of the models' rules."""
    folder = tmp_path_factory.mktemp("rules")
    for example in read("docs/rule_examples.csv"):
        if rules.get(example["rule_id"]) in OF_THE_MODELS:
            text = example["sentence"].replace("¶", "\n\n")
            (folder / f"{example['rule_id']}.txt").write_text(f"{TITLE}\n\n{text}\n", encoding="utf-8")
    done = claimhouse("import", folder, "--home", folder / "home")
    assert done.returncode == 0, done.stderr
    sql = " union all ".join(f"select article_id, rule_id from {table}" for table in OF_THE_MODELS)
    with duckdb.connect(str(folder / "home" / "published" / "claimhouse.duckdb"), read_only=True) as connection:
        rows = connection.execute(
            f"select parse_filename(url, true), unnest(string_split(rule_id, ':'))"
            f" from ({sql}) inner join articles using (article_id)"
        ).fetchall()
    return set(rows)


def test_every_rule_of_the_models_is_found_in_its_example(rules: dict[str, str], found: set[tuple[str, str]]) -> None:
    wanted = {(rule_id, rule_id) for rule_id, table in rules.items() if table in OF_THE_MODELS}
    assert wanted
    assert sorted(wanted - found) == []


def test_no_row_of_the_demo_has_a_rule_that_is_not_listed(
    rules: dict[str, str], demo_warehouse: duckdb.DuckDBPyConnection
) -> None:
    listed = {*rules, *(row["cue_id"] for row in read("dbt/seeds/cues.csv"))}
    listed |= {row["clue_id"] for row in read("dbt/seeds/name_clues.csv")}
    tables = demo_warehouse.execute(
        "select table_schema, table_name from information_schema.columns "
        "where column_name = 'rule_id' and table_schema in ('main', 'raw') order by all"
    ).fetchall()
    assert len(tables) > 10
    for schema, table in tables:
        if table not in OF_THE_PARSER and (schema, table) != ("raw", "cues"):
            found = demo_warehouse.execute(f'select distinct rule_id from {schema}."{table}"').fetchall()
            used = {part for (rule_id,) in found for part in _parts(rule_id)}
            assert sorted(used - listed) == [], f"{schema}.{table}: add these to dbt/seeds/rules.csv"


def _parts(rule_id: str) -> list[str]:
    """A construction and its cue ("rival-named:de-rivale"); of "rival-beside:vor" the word is no row of a lexicon."""
    construction, _, cue = rule_id.partition(":")
    return [construction] if not cue or construction == "rival-beside" else [construction, cue]
