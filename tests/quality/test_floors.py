"""The scores on the labelled corpora beside the checkout may only rise. Without them there is nothing to measure.

`floors.json` holds what is reached; who reaches more raises it in the same commit, nobody lowers it.
"""

from __future__ import annotations

import json
import math
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.quality.held_out import is_held_out

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"
FLOORS: dict[str, dict[str, dict[str, float]]] = json.loads(Path(__file__).with_name("floors.json").read_text())
GOLD = ("facts", "facts held out", "seed")
FACTS = [(gold, table) for gold in GOLD for table in FLOORS[gold]]

pytestmark = pytest.mark.skipif(
    not (SHARED / "corpora").is_dir() or not (SHARED / "tools").is_dir(),
    reason=f"{SHARED} is missing: the corpora are not part of the project",
)


def score(tool: str, out: Path, *arguments: object) -> Any:
    command = [sys.executable, str(SHARED / "tools" / tool), *map(str, arguments), "--json", str(out)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(out.read_text())


@pytest.fixture(scope="module")
def parse_scores(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, float]]:
    """By set of pages."""
    out = tmp_path_factory.mktemp("parse") / "scores.json"
    rows = score("score_parse.py", out, "pipelines.parse:parse_article", "--repeats", 1)
    return {row["set"]: row for row in rows}


@pytest.fixture(scope="module")
def fact_scores(tmp_path_factory: pytest.TempPathFactory, corpora_home: Path) -> dict[str, dict[str, Any]]:
    """By corpus, and of `facts` also for the articles that nobody looks at."""
    folder = tmp_path_factory.mktemp("gold")
    held_out = folder / "facts held out"
    held_out.mkdir()
    lines = (SHARED / "corpora" / "facts" / "gold.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    (held_out / "gold.jsonl").write_text("".join(line for line in lines if is_held_out(json.loads(line)["id"])))
    corpora = {"facts": SHARED / "corpora" / "facts", "facts held out": held_out, "seed": SHARED / "corpora" / "seed"}
    return {
        gold: score(
            "score_facts.py", folder / f"{gold}.json", "--warehouse", warehouse_of(corpora_home), "--gold", path
        )
        for gold, path in corpora.items()
    }


@pytest.fixture(scope="module")
def quote_scores(tmp_path_factory: pytest.TempPathFactory, corpora_home: Path) -> dict[str, float]:
    out = tmp_path_factory.mktemp("quotes") / "scores.json"
    scores: dict[str, float] = score("score_quotes.py", out, "--warehouse", warehouse_of(corpora_home))
    return scores


def warehouse_of(home: Path) -> Path:
    return home / "published" / "claimhouse.duckdb"


def below(scores: dict[str, Any], floors: dict[str, float]) -> dict[str, str]:
    """What lies under its floor; a key that begins with `max_` is a ceiling."""
    wrong = {}
    for name, floor in floors.items():
        ceiling = name.startswith("max_")
        value = scores[name.removeprefix("max_")]
        if (value > floor) if ceiling else not value >= floor:
            wrong[name] = f"{value:.4f}, but {floor} was reached before"
    return wrong


@pytest.mark.parametrize("pages", FLOORS["parse"])
def test_the_parser_reaches_its_floors(parse_scores: dict[str, dict[str, float]], pages: str) -> None:
    assert below(parse_scores[pages], FLOORS["parse"][pages]) == {}


def test_the_parser_crashes_on_no_page(parse_scores: dict[str, dict[str, float]]) -> None:
    assert {name: row["errors"] for name, row in parse_scores.items()} == {"body": 0, "segments": 0, "silver": 0}


@pytest.mark.parametrize(("gold", "table"), FACTS, ids=lambda part: part)
def test_the_facts_reach_their_floors(fact_scores: dict[str, dict[str, Any]], gold: str, table: str) -> None:
    row = fact_scores[gold][table]
    if table == "noise_companies_taken":
        row = {"taken": int(row.split("/")[0])}
    assert below(row, FLOORS[gold][table]) == {}


def test_the_quotations_reach_their_floors(quote_scores: dict[str, float]) -> None:
    assert below(quote_scores, FLOORS["quotes"]["quotations"]) == {}


def test_every_labelled_article_is_in_the_warehouse(fact_scores: dict[str, dict[str, Any]]) -> None:
    assert {gold: scores["articles"] for gold, scores in fact_scores.items()} == {
        "facts": 168,
        "facts held out": 61,
        "seed": 1,
    }


def test_floors_are_shares_of_two_decimals() -> None:
    values = [v for kind in FLOORS.values() for row in kind.values() for name, v in row.items() if name != "max_taken"]
    assert all(0 <= value <= 1 and math.isclose(value * 100, round(value * 100)) for value in values)
