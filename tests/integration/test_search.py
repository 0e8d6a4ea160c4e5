"""Finding articles and claims of the demo by their words: with SQL, with the command, and in a plain DuckDB."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.settings import Settings, load_settings
from pipelines.warehouse import query
from pipelines.warehouse.extensions import STEMMER, extension
from tests.conftest import RunCommand


@pytest.fixture(scope="module")
def settings(demo_home: Path) -> Settings:
    return load_settings(demo_home)


def ask(settings: Settings, sql: str, *parameters: object) -> list[tuple[Any, ...]]:
    return list(query(settings, sql, parameters).rows)


def urls(settings: Settings, words: str) -> list[str]:
    return [url for (url,) in ask(settings, "select url from search_articles(?)", words)]


@pytest.mark.parametrize(("asked", "other"), [("Insolvenz", "Insolvenzen"), ("store", "stores"), ("STELLEN", "Stelle")])
def test_a_word_finds_its_other_forms(settings: Settings, asked: str, other: str) -> None:
    found = urls(settings, asked)
    assert found
    assert found == urls(settings, other)


def test_every_article_that_holds_a_name_is_found_and_no_other(settings: Settings) -> None:
    expected = ask(settings, "select url from articles where regexp_matches(title || ' ' || text, '\\bVeltronik\\b')")
    found = ask(settings, "select url from search_articles('Veltronik', n := 1000)")
    assert sorted(found) == sorted(expected)
    assert len(found) > 2


def test_the_best_comes_first_and_no_more_than_are_wanted(settings: Settings) -> None:
    scores = [score for (score,) in ask(settings, "select score from search_articles('Veltronik Hartmann')")]
    assert scores == sorted(scores, reverse=True)
    ((title,),) = ask(settings, "select title from search_articles('Veltronik Hartmann', n := 1)")
    assert {"Veltronik", "Hartmann"} <= set(title.split())


def test_what_was_found_is_marked_in_a_snippet(settings: Settings) -> None:
    for snippet, text in ask(
        settings, "select snippet, text from search_articles('Insolvenz') inner join articles using (article_id)"
    ):
        assert "**Insolvenz" in snippet
        plain = snippet.replace("**", "").strip("… ")
        assert plain in " ".join(text.split())


def test_claims_are_found_by_their_evidence(settings: Settings) -> None:
    found = ask(settings, "select kind, id, evidence, score from search_claims('stores', n := 1000)")
    by_hand = "select move_id from market_moves where regexp_matches(evidence, '\\bstores?\\b')"
    assert {claim for kind, claim, _, _ in found if kind == "move"} >= {claim for (claim,) in ask(settings, by_hand)}
    evidence = dict(ask(settings, "select move_id, evidence from market_moves"))
    assert all("**" in marked for _, _, marked, _ in found)
    assert all(marked.replace("**", "") == evidence[claim] for kind, claim, marked, _ in found if kind == "move")
    assert {kind for (kind,) in ask(settings, "select kind from search_claims('Konkurrenten rivals', n := 1000)")} > {
        "rivalry"
    }


@pytest.mark.parametrize("nothing", ["", "  ,;", "qwertzuiop", "'; drop table articles; --", "%", "\x00", "„“"])
def test_words_that_are_nowhere_find_nothing(settings: Settings, nothing: str) -> None:
    assert [url for url in urls(settings, nothing) if "drop" not in nothing] == []


def test_the_command_shows_articles_and_claims(demo_home: Path, claimhouse: RunCommand) -> None:
    shown = claimhouse("search", "Insolvenzen", "--home", demo_home)
    assert shown.returncode == 0, shown.stderr
    assert "Nordkai" in shown.stdout
    assert "**" not in shown.stdout
    claims = claimhouse("search", "insolvenzverfahren", "--claims", "--limit", 1, "--json", "--home", demo_home)
    rows = json.loads(claims.stdout)
    assert [row["what"] for row in rows] == ["insolvency"]


def test_another_client_searches_with_the_extension_that_duckdb_offers(demo_home: Path) -> None:
    with duckdb.connect(str((demo_home / "published" / "claimhouse.duckdb").resolve()), read_only=True) as client:
        client.execute("set autoinstall_known_extensions = false; set autoload_known_extensions = false")
        assert client.execute("select count(*) from articles").fetchone() != (0,), "the rest needs no extension"
        with pytest.raises(duckdb.Error, match="stem"):
            client.execute("from search_articles('Insolvenz')")
        client.execute(f"load '{extension(STEMMER)}'")
        assert client.execute("from search_articles('Insolvenz')").fetchall()
        told = client.execute("select comment from duckdb_functions() where function_name = 'search_articles'")
        assert "best first" in told.fetchall()[0][0]
