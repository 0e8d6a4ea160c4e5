"""Fits the weights that tell claims from mere candidates: the seed `dbt/seeds/claim_weights.csv`.

    make fit-claims

Two logistic regressions over the named features of the models int_claim_features (who acts) and int_claim_tellings
(is it a claim), fitted to the labelled articles that are not held out and cross-validated by article. The second sees
the first one's scores only as they fall out on articles it was not fitted to. What leaves the corpus is one weight for
each of our own feature names.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from benchmarks.labels import Labels, Row, measure, read_labels, rows_of

ROOT = Path(__file__).resolve().parents[1]
SEED = ROOT / "dbt" / "seeds" / "claim_weights.csv"
COMPILED = Path("dbt/target/compiled/claimhouse/models/intermediate/int_claim_tellings.sql")
FOLDS = 10
STRENGTH = 0.05
"""Inverse strength of the regularisation; more of it, and less, came out worse out of fold."""
ELSEWHERE = 0.05
"""Weight of a candidate whose claim the labels find in another sentence of the article."""
NOISE = 0.002
"""By so much F1 changes with how the articles fall into folds."""
THRESHOLDS = np.arange(-2.0, 1.5, 0.05)
NUMBERS = ("actor_score", "second_score", "third_score", "repeated_score")
CANDIDATES = """
    select
        row_number() over (order by article_id, sentence_no, start_char, cue_id, company_id, entity_start) as row_no,
        *
    from {}intermediate.int_claim_candidates
"""

Scores = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class Fit:
    """One regression: its weights by feature, the intercept under `always`, and each row's score out of fold."""

    weights: dict[str, float]
    scores: Scores


def fit(features: Sequence[dict[str, float]], truth: Sequence[int], weights: Sequence[float], rows: list[Row]) -> Fit:
    """Fit on everything, and score each row by a regression that has not seen its article."""
    vectors = DictVectorizer()
    matrix, y, w = vectors.fit_transform(features), np.array(truth), np.array(weights)
    scores = np.zeros(len(y))
    for seen, unseen in GroupKFold(FOLDS).split(matrix, y, [row["article_id"] for row in rows]):
        fold = LogisticRegression(C=STRENGTH, max_iter=1000).fit(matrix[seen], y[seen], sample_weight=w[seen])
        scores[unseen] = fold.decision_function(matrix[unseen])
    whole = LogisticRegression(C=STRENGTH, max_iter=1000).fit(matrix, y, sample_weight=w)
    by_feature = dict(zip(vectors.feature_names_, map(float, whole.coef_[0]), strict=True))
    by_feature["always"] += float(whole.intercept_[0])
    return Fit(by_feature, scores)


def fit_actors(candidates: list[Row], labels: Labels) -> Fit:
    """Who acts: one row per cue and company."""
    truth, weights = [], []
    for row in candidates:
        moves = labels.moves(row)
        is_here = any(labels.stands_by(move, row) for move in moves)
        truth.append(int(bool(moves)))
        weights.append(labels.weight(row) * (1.0 if is_here or not moves else ELSEWHERE))
    return fit([dict.fromkeys(row["features"], 1.0) for row in candidates], truth, weights, candidates)


def tellings_by(scores: Iterable[float], candidates: list[Row], home: Path) -> list[Row]:
    """The rows of int_claim_tellings, had the candidates these scores: the model itself over a table of our own."""
    memory = duckdb.connect()
    memory.execute(f"attach '{home / 'warehouse' / 'claimhouse.duckdb'}' as claimhouse (read_only)")
    memory.execute("create table scored (row_no integer, score decimal(12, 4))")
    pairs = [(row["row_no"], float(score)) for row, score in zip(candidates, scores, strict=True)]
    memory.executemany("insert into scored values (?, ?)", pairs)
    memory.execute(f"""
        create table candidates as
        select candidates.* exclude (row_no, actor_score), scored.score as actor_score
        from ({CANDIDATES.format("claimhouse.")}) as candidates inner join scored using (row_no)
    """)
    model = (home / COMPILED).read_text(encoding="utf-8")
    model = model.replace('"claimhouse"."increment"."int_claim_candidates"', "candidates")
    # the last import was an increment, and what the model is about here is all articles
    model = model.replace('"claimhouse"."increment"."stg_', '"claimhouse"."staging"."stg_')
    return rows_of(memory, model)


def fit_claims(tellings: list[Row], labels: Labels) -> Fit:
    """Is it a claim: as many of one company's and type's tellings, best first, as there are labelled moves."""
    truth = [int(row["telling_no"] <= len(labels.moves(row))) for row in tellings]
    features = [dict.fromkeys(row["features"], 1.0) | {n: float(row[n]) for n in NUMBERS} for row in tellings]
    return fit(features, truth, [labels.weight(row) for row in tellings], tellings)


def best_threshold(tellings: list[Row], scores: Scores, labels: Labels) -> tuple[float, tuple[float, float, float]]:
    """The log odds from which a telling is held for a claim, and precision, recall and F1 there.

    Of the thresholds that are as good as the best but for the folds' noise it is the highest: a claim less is a smaller
    fault than a false one.
    """
    order = [int(i) for i in np.argsort(-scores, kind="stable")]
    measured = [(float(t), measure([tellings[i] for i in order if scores[i] >= t], labels)) for t in THRESHOLDS]
    best = max(f1 for _, (_, _, f1) in measured)
    return max((m for m in measured if m[1][2] >= best - NOISE), key=lambda m: m[0])


def write_seed(actors: Fit, claims: Fit) -> None:
    rows = [("actor", *row) for row in actors.weights.items()] + [("claim", *row) for row in claims.weights.items()]
    with SEED.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("stage", "feature", "weight"))
        writer.writerows((stage, name, f"{w:.3f}") for stage, name, w in sorted(rows) if abs(w) >= 0.0005)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--home", type=Path, required=True, help="a home that holds the labelled pages")
    arguments.add_argument("--shared", type=Path, default=ROOT.parent / "shared", help="the folder of the corpora")
    options = arguments.parse_args()
    with duckdb.connect(str(options.home / "warehouse" / "claimhouse.duckdb"), read_only=True) as connection:
        labels = read_labels(connection, options.shared)
        candidates = [row for row in rows_of(connection, CANDIDATES.format("")) if row["article_id"] in labels.gold]
    actors = fit_actors(candidates, labels)
    tellings = tellings_by(actors.scores, candidates, options.home)
    tellings = [row for row in tellings if row["article_id"] in labels.gold]
    claims = fit_claims(tellings, labels)
    threshold, (precision, recall, f1) = best_threshold(tellings, claims.scores, labels)
    claims.weights["always"] -= threshold
    write_seed(actors, claims)
    sys.stdout.write(
        f"{len(candidates)} candidates and {len(tellings)} tellings in {len(labels.gold)} articles\n"
        f"recall of all tellings: {measure(tellings, labels)[1]:.3f}\n"
        f"cross-validated by article: precision {precision:.3f}, recall {recall:.3f}, F1 {f1:.3f}\n"
        f"{len(actors.weights) + len(claims.weights)} weights written to {SEED}\n"
    )


if __name__ == "__main__":
    main()
