"""The labelled moves of our demo press and of the corpora beside a warehouse that holds those pages. Fits nothing."""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from tests.quality.held_out import is_held_out

ROOT = Path(__file__).resolve().parents[1]
DEMO = ROOT / "pipelines" / "demo" / "expected.jsonl"
GOLD_URL = "https://gold.example/"
SEED_ARTICLE, SEED_WEIGHT = "seed", 5.0
"""The article that is the smallest picture of the job counts as several."""

Row = dict[str, Any]
Place = tuple[int, int]
"""Offsets into title, blank line and text, as the labels' evidence is looked for."""

SENTENCES = "select article_id, sentence_no, region, start_char, end_char from intermediate.int_sentences"
MENTIONS = """
    select article_id, company_id, surface, name
    from main.company_mentions inner join main.companies using (company_id)
"""


@dataclass(frozen=True)
class Move:
    """A labelled move: its number in the article's list, where its evidence stands, whether it is a core one."""

    number: int
    place: Place | None
    is_core: bool


@dataclass(frozen=True)
class Labels:
    """The labels by the warehouse's article ids; `score` is the module score_facts.py, which says what agrees."""

    gold: dict[str, dict[str, Any]]
    texts: dict[str, str]
    names: dict[tuple[str, str], set[str]]
    sentences: dict[tuple[str, int], Place]
    score: Any

    def moves(self, row: Row) -> list[Move]:
        """The labelled moves with the company and the type of a row of the claim models."""
        gold = self.gold[row["article_id"]]
        known = {c["name"]: self.score.keys([c["name"], *c.get("aliases", [])]) for c in gold["companies"]}
        own = self.names[row["article_id"], row["company_id"]]
        return [
            Move(number, self.score.span(self.texts[row["article_id"]], move["evidence"]), move["core"])
            for number, move in enumerate(gold["moves"])
            if move["type"] == row["move_type"] and own & known.get(move["actor"], self.score.keys([move["actor"]]))
        ]

    def weight(self, row: Row) -> float:
        """How much a row of the claim models counts when weights are fitted."""
        return SEED_WEIGHT if self.gold[row["article_id"]]["id"] == SEED_ARTICLE else 1.0

    def stands_by(self, move: Move, row: Row) -> bool:
        """Whether the evidence of a move overlaps the row's sentence."""
        return bool(self.score.overlaps(move.place, self.sentences[row["article_id"], row["sentence_no"]]))


def rows_of(connection: duckdb.DuckDBPyConnection, sql: str) -> list[Row]:
    """The rows of a query by column name."""
    found = connection.execute(sql)
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _labels_by_url(shared: Path) -> Iterator[tuple[str, Row]]:
    for corpus in ("facts", "seed"):
        for line in (shared / "corpora" / corpus / "gold.jsonl").read_text(encoding="utf-8").splitlines():
            label = json.loads(line)
            if not is_held_out(label["id"]):
                yield GOLD_URL + label["id"], label
    for line in DEMO.read_text(encoding="utf-8").splitlines():
        label = json.loads(line)
        yield label["url"], label


def read_labels(connection: duckdb.DuckDBPyConnection, shared: Path) -> Labels:
    """The labels of the demo press, of the seed article and of the labelled articles that are not held out."""
    sys.path.insert(0, str(shared / "tools"))
    import score_facts  # type: ignore[import-not-found]

    labels = dict(_labels_by_url(shared))
    gold, texts, shifts = {}, {}, {}
    for row in rows_of(connection, "select article_id, canonical_url, title, text from main.articles"):
        label = labels.get(row["canonical_url"])
        if label:
            head = f"{row['title'] or ''}\n\n"
            gold[row["article_id"]], texts[row["article_id"]] = label, head + row["text"]
            shifts[row["article_id"]] = len(head)
    names: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in rows_of(connection, MENTIONS):
        names[row["article_id"], row["company_id"]] |= score_facts.keys([row["name"], row["surface"]])
    sentences = {}
    for row in rows_of(connection, SENTENCES):
        if row["article_id"] in gold:
            shift = 0 if row["region"] == "title" else shifts[row["article_id"]]
            place = row["start_char"] + shift, row["end_char"] + shift
            sentences[row["article_id"], row["sentence_no"]] = place
    return Labels(gold, texts, names, sentences, score_facts)


def measure(chosen: list[Row], labels: Labels) -> tuple[float, float, float]:
    """Precision, recall of core moves and F1 of the rows taken for claims, counted as score_facts.py does."""
    taken: dict[str, set[int]] = defaultdict(set)
    hits = found = 0
    for row in chosen:
        used = taken[row["article_id"]]
        left = [move for move in labels.moves(row) if move.number not in used]
        if left:
            best = min(left, key=lambda move: (not labels.stands_by(move, row), not move.is_core))
            used.add(best.number)
            hits, found = hits + 1, found + best.is_core
    wanted = sum(move["core"] for gold in labels.gold.values() for move in gold["moves"])
    precision, recall = hits / max(1, len(chosen)), found / wanted
    return precision, recall, 2 * precision * recall / max(1e-9, precision + recall)
