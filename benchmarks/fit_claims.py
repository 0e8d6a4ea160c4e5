"""Fits the weights by which claims are told from mere candidates: the seed `dbt/seeds/claim_weights.csv`.

    make fit-claims

Two logistic regressions over the named features of the models int_claim_features (who acts) and int_claim_tellings
(is it a claim). They are fitted to the labelled articles of `../shared/corpora/facts` that are not held out, and
cross-validated by article; nothing of a text but the weights of our own feature names leaves the corpus.
The second regression sees the first one's scores only as they fall out on articles it was not fitted to.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from tests.quality.held_out import is_held_out

ROOT = Path(__file__).resolve().parents[1]
SEED = ROOT / "dbt" / "seeds" / "claim_weights.csv"
GOLD_URL = "https://gold.example/"
FOLDS = 10
ACTOR_C, CLAIM_C = 0.1, 0.1
"""Inverse strengths of the regularisation; a tenth to one makes no difference beyond the noise of the folds."""
ELSEWHERE = 0.2
"""Weight of a candidate whose claim is labelled in the article, but in another sentence."""
THRESHOLDS = np.arange(-2.0, 1.5, 0.05)
NUMBERS = ("actor_score", "second_score", "third_score", "repeated_score")

Row = dict[str, Any]


@dataclass(frozen=True)
class Labels:
    """The labelled moves of each article by id of the warehouse, and how companies of the two are told to be the same."""

    articles: dict[str, tuple[dict[str, Any], str, int]]
    names: dict[tuple[str, str], set[str]]
    sentences: dict[tuple[str, int], tuple[int, int]]
    score: Any

    def moves(self, row: Row) -> list[tuple[int, tuple[int, int] | None, bool]]:
        """(number, place of the evidence, is core) of the labelled moves with the row's company and type."""
        gold, text, _ = self.articles[row["article_id"]]
        known = {c["name"]: self.score.keys([c["name"], *c.get("aliases", [])]) for c in gold["companies"]}
        own = self.names[row["article_id"], row["company_id"]]
        return [
            (number, self.score.span(text, move["evidence"]), move["core"])
            for number, move in enumerate(gold["moves"])
            if move["type"] == row["move_type"]
            and own & known.get(move["actor"], self.score.keys([move["actor"]]))
        ]

    def place(self, row: Row) -> tuple[int, int]:
        return self.sentences[row["article_id"], row["sentence_no"]]


def rows_of(connection: duckdb.DuckDBPyConnection, sql: str) -> list[Row]:
    found = connection.execute(sql)
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def read_labels(connection: duckdb.DuckDBPyConnection, shared: Path) -> Labels:
    """The labels of the articles that are not held out, laid beside the warehouse's own articles."""
    sys.path.insert(0, str(shared / "tools"))
    import score_facts

    lines = (shared / "corpora" / "facts" / "gold.jsonl").read_text(encoding="utf-8").splitlines()
    gold = {label["id"]: label for label in map(json.loads, lines) if not is_held_out(label["id"])}
    articles = {}
    for row in rows_of(connection, "select article_id, canonical_url, title, text from main.articles"):
        label = gold.get(str(row["canonical_url"]).removeprefix(GOLD_URL))
        if label:
            title = row["title"] or ""
            articles[row["article_id"]] = (label, f"{title}\n\n{row['text']}", len(title) + 2)
    names: dict[tuple[str, str], set[str]] = defaultdict(set)
    mentions = "select article_id, company_id, surface, name from main.company_mentions join main.companies using (company_id)"
    for row in rows_of(connection, mentions):
        names[row["article_id"], row["company_id"]] |= score_facts.keys([row["name"], row["surface"]])
    sentences = {}
    for row in rows_of(connection, "select article_id, sentence_no, region, start_char, end_char from intermediate.int_sentences"):
        if row["article_id"] in articles:
            shift = 0 if row["region"] == "title" else articles[row["article_id"]][2]
            sentences[row["article_id"], row["sentence_no"]] = (row["start_char"] + shift, row["end_char"] + shift)
    return Labels(articles, names, sentences, score_facts)


@dataclass(frozen=True)
class Fit:
    """One regression: its weights by feature, the intercept under `always`, and the scores out of fold."""

    weights: dict[str, float]
    scores: np.ndarray[Any, Any]


def fit(features: Sequence[dict[str, float]], labels: Sequence[int], weights: Sequence[float], groups: Sequence[str], c: float) -> Fit:  # fmt: skip
    """Fit on everything; score each row by a regression that has not seen its article."""
    vectors = DictVectorizer()
    matrix, y, w = vectors.fit_transform(features), np.array(labels), np.array(weights)
    scores = np.zeros(len(y))
    for seen, unseen in GroupKFold(FOLDS).split(matrix, y, groups):
        fold = LogisticRegression(C=c, max_iter=1000).fit(matrix[seen], y[seen], sample_weight=w[seen])
        scores[unseen] = fold.decision_function(matrix[unseen])
    whole = LogisticRegression(C=c, max_iter=1000).fit(matrix, y, sample_weight=w)
    by_feature = dict(zip(vectors.feature_names_, map(float, whole.coef_[0]), strict=True))
    by_feature["always"] += float(whole.intercept_[0])
    return Fit(by_feature, scores)


def fit_actors(candidates: list[Row], labels: Labels) -> Fit:
    """Who acts: one row per cue and company."""
    truth, weights = [], []
    for row in candidates:
        moves = labels.moves(row)
        is_here = any(labels.score.overlaps(span, labels.place(row)) for _, span, _ in moves)
        truth.append(int(bool(moves)))
        weights.append(1.0 if is_here or not moves else ELSEWHERE)
    features = [dict.fromkeys(row["features"], 1.0) for row in candidates]
    return fit(features, truth, weights, [row["article_id"] for row in candidates], ACTOR_C)


def tellings_by(scores: Iterable[float], candidates: list[Row], warehouse: Path, compiled: Path) -> list[Row]:
    """The rows of int_claim_tellings, had the candidates these scores: the compiled model over a table of our own."""
    memory = duckdb.connect()
    memory.execute(f"attach '{warehouse}' as stored (read_only)")
    memory.execute("attach ':memory:' as claimhouse")
    memory.execute("create schema claimhouse.intermediate")
    memory.execute("create table scored (row_no integer, score decimal(12, 4))")
    memory.executemany("insert into scored values (?, ?)", [(r["row_no"], float(s)) for r, s in zip(candidates, scores, strict=True)])  # fmt: skip
    memory.execute(
        f"create table claimhouse.intermediate.int_claim_candidates as "
        f"select c.* exclude (row_no, actor_score), score as actor_score from ({NUMBERED.format('stored.')}) c join scored using (row_no)"
    )
    return rows_of(memory, compiled.read_text(encoding="utf-8"))


NUMBERED = (
    "select row_number() over (order by article_id, sentence_no, start_char, cue_id, company_id, entity_start) as row_no, * "
    "from {}intermediate.int_claim_candidates"
)


def fit_claims(tellings: list[Row], labels: Labels) -> Fit:
    """Is it a claim: as many of one company's and type's tellings, best first, as the label has moves."""
    truth = [int(row["telling_no"] <= len(labels.moves(row))) for row in tellings]
    features = [
        {**dict.fromkeys(row["features"], 1.0), **{name: float(row[name]) for name in NUMBERS}} for row in tellings
    ]
    return fit(features, truth, [1.0] * len(tellings), [row["article_id"] for row in tellings], CLAIM_C)


def measure(chosen: list[Row], labels: Labels) -> tuple[float, float, float]:
    """Precision, recall of core moves and F1, as score_facts.py counts them."""
    taken: dict[str, set[int]] = defaultdict(set)
    hits = found = 0
    for row in chosen:
        left = [move for move in labels.moves(row) if move[0] not in taken[row["article_id"]]]
        left.sort(key=lambda move: (not labels.score.overlaps(move[1], labels.place(row)), not move[2]))
        if left:
            taken[row["article_id"]].add(left[0][0])
            hits, found = hits + 1, found + left[0][2]
    wanted = sum(move["core"] for gold, *_ in labels.articles.values() for move in gold["moves"])
    precision, recall = hits / max(1, len(chosen)), found / wanted
    return precision, recall, 2 * precision * recall / max(1e-9, precision + recall)


def best_threshold(tellings: list[Row], scores: np.ndarray[Any, Any], labels: Labels) -> tuple[float, tuple[float, float, float]]:  # fmt: skip
    measured = []
    for threshold in THRESHOLDS:
        order = [int(i) for i in np.argsort(-scores, kind="stable") if scores[i] >= threshold]
        measured.append((float(threshold), measure([tellings[i] for i in order], labels)))
    return max(measured, key=lambda m: m[1][2])


def write_seed(actors: Fit, claims: Fit, threshold: float) -> None:
    claims.weights["always"] -= threshold
    rows = [("actor", *row) for row in actors.weights.items()] + [("claim", *row) for row in claims.weights.items()]
    with SEED.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("stage", "feature", "weight"))
        writer.writerows((stage, name, f"{weight:.3f}") for stage, name, weight in sorted(rows) if abs(weight) >= 0.0005)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--home", type=Path, required=True, help="a home that holds the labelled pages")
    arguments.add_argument("--shared", type=Path, default=ROOT.parent / "shared", help="the folder with corpora/ and tools/")
    options = arguments.parse_args()
    warehouse = options.home / "warehouse" / "claimhouse.duckdb"
    compiled = options.home / "dbt" / "target" / "compiled" / "claimhouse" / "models" / "intermediate" / "int_claim_tellings.sql"  # fmt: skip
    connection = duckdb.connect(str(warehouse), read_only=True)
    labels = read_labels(connection, options.shared)
    candidates = [row for row in rows_of(connection, NUMBERED.format("")) if row["article_id"] in labels.articles]
    connection.close()
    actors = fit_actors(candidates, labels)
    tellings = tellings_by(actors.scores, candidates, warehouse, compiled)
    claims = fit_claims(tellings, labels)
    threshold, (precision, recall, f1) = best_threshold(tellings, claims.scores, labels)
    write_seed(actors, claims, threshold)
    everything = measure(sorted(tellings, key=lambda row: row["telling_no"]), labels)
    print(f"{len(candidates)} candidates, {len(tellings)} tellings of {len(labels.articles)} articles; recall of all of them {everything[1]:.3f}")  # fmt: skip
    print(f"cross-validated by article: P {precision:.3f} R {recall:.3f} F1 {f1:.3f} at a log odds of {threshold:.2f}")
    print(f"{len(actors.weights)} weights of actors and {len(claims.weights)} of claims written to {SEED}")


if __name__ == "__main__":
    main()
