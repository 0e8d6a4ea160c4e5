"""`claimhouse explain` as users call it, on the demo's warehouse: every row has its reasons, every error a way out."""

from __future__ import annotations

import io
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import Result
from rich.console import Console
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.demo import SOURCES
from pipelines.explain_reasons import explain_rows
from pipelines.explain_scores import claim_features
from pipelines.explain_view import show_explanation
from pipelines.settings import Settings, load_settings
from pipelines.terminal import err, out
from pipelines.warehouse import ROW_IDS, read_holdings

Warehouse = duckdb.DuckDBPyConnection


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Sets the width of the terminal."""

    def resize(width: int) -> None:
        for console in (out, err):
            monkeypatch.setattr(console, "width", width)

    return resize


@pytest.fixture
def settings(demo_home: Path) -> Settings:
    return load_settings(demo_home, SOURCES)


@pytest.fixture
def copied_home(demo_home: Path, tmp_path: Path) -> Path:
    """A home of its own, to be spoilt: the published file and the working warehouse of the demo."""
    home = tmp_path / "home"
    for folder in ("published", "warehouse"):
        (home / folder).mkdir(parents=True)
        shutil.copy((demo_home / folder / "claimhouse.duckdb").resolve(), home / folder / "claimhouse.duckdb")
    return home


def call(*arguments: object, exit_code: int = 0) -> Result:
    result = CliRunner().invoke(app, ["explain", *map(str, arguments)])
    assert result.exit_code == exit_code, result.output
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


def words(text: str) -> str:
    return " ".join(text.split())


def id_of(warehouse: Warehouse, table: str, like: str) -> str:
    """The id of the one row whose evidence has this in it."""
    column = "surface" if table == "company_mentions" else "evidence"
    sql = f"select {ROW_IDS[table]} from {table} where {column} like ? order by start_char, 1"
    row = warehouse.execute(sql, [f"%{like}%"]).fetchone()
    assert row is not None
    return str(row[0])


def reasons(data: Any) -> dict[str, str]:
    [row] = data["rows"]
    return {reason["says"]: f"{reason['value']} | {reason['because']}" for reason in row["reasons"]}


def test_every_row_of_the_demo_has_its_rule_its_words_and_its_companies(
    settings: Settings, demo_warehouse: Warehouse
) -> None:
    explained: dict[str, set[str]] = {table: set() for table in ROW_IDS}
    for (article_id,) in demo_warehouse.execute("select article_id from articles order by 1").fetchall():
        for row in explain_rows(read_holdings(settings, article_id)):
            explained[row.table].add(row.row_id)
            rules = [reason for reason in row.reasons if reason.says == "rule"]
            assert len(rules) == (2 if row.table == "competitor_claims" else 1), row
            assert all("not described" not in rule.because for rule in rules), rules
            assert all(reason.value for reason in row.reasons), row
            assert all(reason.because for reason in row.reasons), row
            if row.table == "market_moves":
                assert "company" in {reason.says for reason in row.reasons}
    for table, found in explained.items():
        ids = {row[0] for row in demo_warehouse.execute(f"select {ROW_IDS[table]} from {table}").fetchall()}
        assert found == (set() if table == "company_mentions" else ids)


def test_a_move_tells_cue_actor_hedge_and_quantity(demo_home: Path, demo_warehouse: Warehouse) -> None:
    move = id_of(demo_warehouse, "market_moves", "soll sich bis 2028 auf 1,2 Gigawatt verdoppeln")
    data = json.loads(call(move, "--home", demo_home, "--json").stdout)
    told = reasons(data)
    assert data["target"] == {**data["target"], "table": "market_moves", "row_id": move}
    assert "cues.csv (" in told["rule"]
    assert "“soll” (de-" in told["certainty"]
    assert told["certainty"].startswith("announced | ")
    assert "1,2 Gigawatt" in told["value"]
    assert "Nils Aurich" in told["said by"]
    numbers = [sentence["sentence_no"] for sentence in data["sentences"]]
    [row] = data["rows"]
    assert row["sentences"]
    assert set(row["sentences"]) <= set(numbers)
    assert len(numbers) <= 3


def test_the_candidates_of_a_move_are_shown_with_scores_and_features(
    demo_home: Path, demo_warehouse: Warehouse
) -> None:
    move = id_of(demo_warehouse, "market_moves", "verklagt die Zementwerke")
    [row] = json.loads(call(move, "--home", demo_home, "--json").stdout)["rows"]
    scores = [candidate["score"] for candidate in row["candidates"]]
    assert len(scores) > 1
    assert scores == sorted(scores, reverse=True)
    assert [candidate["is_chosen"] for candidate in row["candidates"]].count(True) == 1


def test_the_weights_that_are_shown_add_up_to_the_scores(settings: Settings, demo_warehouse: Warehouse) -> None:
    moves = demo_warehouse.execute("select move_id from market_moves order by 1 limit 5").fetchall()
    assert moves
    for (move,) in moves:
        holdings = read_holdings(settings, move)
        [row] = explain_rows(holdings)
        for candidate in row.candidates:
            assert candidate.score == pytest.approx(sum(f.weight or 0 for f in candidate.features))
        [claim] = [c for c in holdings.derived["claims"] if c["claim_id"] == move]
        assert claim["claim_score"] == pytest.approx(sum(f.weight or 0 for f in claim_features(holdings, claim)))


def test_a_rivalry_tells_both_sides_and_its_hedge(demo_home: Path, demo_warehouse: Warehouse) -> None:
    claim = id_of(demo_warehouse, "competitor_claims", "third force that competes with Airbus")
    text = words(call(claim, "--home", demo_home).stdout)
    assert "Airbus – Comac · speculative" in text
    assert "“competes with”: form of compete with in cues.csv" in text
    assert "“Airbus”: behind “with”" in text
    assert "“might” (en-might: possible, reach verb)" in text


def test_an_attribution_tells_its_speaker(demo_home: Path, demo_warehouse: Warehouse) -> None:
    said = id_of(demo_warehouse, "source_attributions", "Sprecherin von Lidl sagte")
    data = json.loads(call(said, "--home", demo_home, "--json").stdout)
    assert reasons(data)["source"].startswith("Lidl | company")
    [chosen] = [c for c in data["rows"][0]["candidates"] if c["is_chosen"]]
    assert chosen["name"] == "Lidl"
    assert chosen["score"] > 0


def test_a_mention_tells_the_rule_that_is_no_cue(demo_home: Path, demo_warehouse: Warehouse) -> None:
    row = demo_warehouse.execute("select mention_id from company_mentions where rule_id = 'legal-form'").fetchone()
    assert row is not None
    text = words(call(row[0], "--home", demo_home).stdout)
    assert "legal-form A name that no register knows" in text


@pytest.mark.parametrize("width", [80, 120])
def test_an_article_is_shown_whole_with_its_rows_below_their_sentences(
    demo_home: Path, demo_warehouse: Warehouse, terminal: Callable[[int], None], width: int
) -> None:
    terminal(width)
    found = demo_warehouse.execute(
        "select article_id, url, text from articles where url like '%kartellamt-prueft-zementwerke%'"
    ).fetchone()
    assert found is not None
    article_id, url, text = found
    shown = call(article_id, "--home", demo_home).stdout
    assert shown == call(url, "--home", demo_home).stdout
    lines = shown.splitlines()
    assert max(len(line.rstrip()) for line in lines if not line.startswith("http")) <= width
    plain = words(re.sub(r"\[[a-z/=-]+ |\]", "", shown))
    for sentence in text.replace("\n\n", " ").split(". ")[:3]:
        assert words(sentence) in plain
    assert "market_moves" in shown
    assert "source_attributions" in shown
    assert "also weighed" not in shown, "candidates are for single rows"


def test_kinds_stand_in_brackets_in_a_pipe_and_in_colours_on_a_terminal(
    settings: Settings, demo_warehouse: Warehouse
) -> None:
    holdings = read_holdings(settings, id_of(demo_warehouse, "competitor_claims", "konkurriert Bosch"))
    rows = explain_rows(holdings)

    def show(**options: Any) -> str:
        console = Console(file=io.StringIO(), width=100, **options)
        show_explanation(holdings, rows, console)
        assert isinstance(console.file, io.StringIO)
        return console.file.getvalue()

    plain, coloured = show(), show(force_terminal=True, color_system="truecolor")
    assert "[company Bosch]" in plain
    assert "[rival konkurriert]" in plain
    assert "\x1b" not in plain
    assert "[company" not in coloured
    assert "\x1b[1;36mBosch\x1b[0m" in coloured
    assert "[company Bosch]" in show(force_terminal=True, no_color=True)


def test_the_beginning_of_an_id_will_do(demo_home: Path, demo_warehouse: Warehouse) -> None:
    move = id_of(demo_warehouse, "market_moves", "verklagt die Zementwerke")
    assert call(move[:10], "--home", demo_home).stdout == call(move, "--home", demo_home).stdout


def test_an_unknown_id_names_those_near_it(demo_home: Path, demo_warehouse: Warehouse) -> None:
    move = id_of(demo_warehouse, "market_moves", "verklagt die Zementwerke")
    wrong = move[:-1] + ("0" if move[-1] != "0" else "1")
    assert f"{move} (market_moves)" in words(call(wrong, "--home", demo_home, exit_code=2).stderr)
    assert "claimhouse query" in words(call("nothing-like-an-id", "--home", demo_home, exit_code=2).stderr)
    url = "http://wirtschaftsbote.example/recht/2026/03/09/kartellamt-prueft-zementwerk"
    assert f"{url}e" in words(call(url, "--home", demo_home, exit_code=2).stderr)


def test_an_ambiguous_beginning_names_what_it_could_be(
    settings: Settings, demo_home: Path, demo_warehouse: Warehouse
) -> None:
    rows = demo_warehouse.execute(
        "select substr(id, 1, 4) as begin, list(id order by id) from ("
        "select mention_id as id from company_mentions union all select move_id from market_moves "
        "union all select attribution_id from source_attributions) group by 1 having count(*) > 1"
    ).fetchall()
    for begin, ids in rows:
        message = words(call(begin, "--home", demo_home, exit_code=2).stderr)
        assert ids[0] in message
        assert "Say which" in message


def test_a_home_without_a_published_file_says_what_to_run(tmp_path: Path) -> None:
    assert "claimhouse demo" in words(call("85254eaab0dd289c", "--home", tmp_path, exit_code=1).stderr)


def test_a_home_without_a_working_warehouse_says_so(copied_home: Path, demo_warehouse: Warehouse) -> None:
    (copied_home / "warehouse" / "claimhouse.duckdb").unlink()
    move = id_of(demo_warehouse, "market_moves", "verklagt die Zementwerke")
    assert "no working warehouse" in words(call(move, "--home", copied_home, exit_code=1).stderr)


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        ("update main.articles set version_id = 'newer'", "another version of this article"),
        ("drop table seeds.rules", "was built by another version"),
    ],
)
def test_two_files_that_do_not_belong_together_are_not_mixed(
    copied_home: Path, demo_warehouse: Warehouse, spoil: str, message: str
) -> None:
    with duckdb.connect(str(copied_home / "warehouse" / "claimhouse.duckdb")) as connection:
        connection.execute(spoil)
    move = id_of(demo_warehouse, "market_moves", "verklagt die Zementwerke")
    assert message in words(call(move, "--home", copied_home, exit_code=1).stderr)
