"""Who could have filled a place, with scores: the candidates of a claim and of a statement, and what speaks for each.

The sums are the models'; here they are only taken apart into the weights of `claim_weights.csv`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pipelines.warehouse import Holdings, Row

SPEAKER_FEATURES = ("source_kind", "firmness", "preposition", "compound_head", "is_pronoun")
SHOWN_WEIGHTS = 6


@dataclass(frozen=True, slots=True)
class Feature:
    """One thing that spoke for or against a candidate. `weight` is None where it was not scored by weights."""

    name: str
    value: str
    weight: float | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who could have filled the place; `score` is None where only the chosen one was scored."""

    name: str
    surface: str
    score: float | None
    is_chosen: bool
    features: tuple[Feature, ...]


def claim_features(holdings: Holdings, claim: Row) -> list[Feature]:
    """What makes the claim held or not, the strongest first. A weight may also be of a number, a column."""
    features = _weighed(holdings, "claim", claim["features"])
    for column, value in claim.items():
        if ("claim", column) in holdings.weights and value is not None:
            features.append(Feature(column, f"{value:.2f}", holdings.weights["claim", column] * value))
    return sorted(features, key=_strength)


def _weighed(holdings: Holdings, stage: str, names: Iterable[str]) -> list[Feature]:
    """The features that weigh something in this stage, the strongest first."""
    weighing = [(name, holdings.weights[stage, name]) for name in names if (stage, name) in holdings.weights]
    return sorted((Feature(name, "yes", weight) for name, weight in weighing), key=_strength)


def _strength(feature: Feature) -> tuple[float, str]:
    return -abs(feature.weight or 0), feature.name


def actors(holdings: Holdings, claim: Row) -> Iterator[Candidate]:
    """Everybody who was weighed as actor of the claim's word, the best first."""
    key = ("sentence_no", "region", "start_char", "cue_id")
    for row in holdings.derived["candidates"]:
        if all(row[column] == claim[column] for column in key):
            is_chosen = (row["company_id"], row["entity_start"]) == (claim["company_id"], claim["entity_start"])
            is_here = row["entity_start"] is not None
            surface = text_of(holdings, row["region"], row["entity_start"], row["entity_end"]) if is_here else ""
            features = tuple(_weighed(holdings, "actor", row["features"]))
            yield Candidate(name_of(holdings, row["company_id"]), surface, row["actor_score"], is_chosen, features)


def speakers_of(holdings: Holdings, row: Row, chosen: Row) -> Iterator[Candidate]:
    """The chosen speaker with its score, then everybody else in the sentence who could have said it."""
    speakers = [s for s in holdings.derived["speakers"] if s["sentence_no"] == row["sentence_no"]]
    places = ("source_id", "start_char")
    is_best = {id(s): tuple(s[p] for p in places) == (chosen["source_id"], chosen["speaker_start"]) for s in speakers}
    for speaker in sorted(speakers, key=lambda s: not is_best[id(s)]):
        surface = text_of(holdings, speaker["region"], speaker["start_char"], speaker["end_char"])
        score = chosen["score"] if is_best[id(speaker)] else None
        features = tuple(_features(speaker, SPEAKER_FEATURES))
        yield Candidate(speaker["source_name"], surface, score, is_best[id(speaker)], features)


def _features(row: Row, columns: Iterable[str]) -> Iterator[Feature]:
    """What is set of these columns."""
    for column in columns:
        if row[column] not in (None, False, 0, ""):
            yield Feature(column, "yes" if row[column] is True else f"{row[column]}")


def text_of(holdings: Holdings, region: str, start: int, end: int) -> str:
    text: str = holdings.article["title" if region == "title" else "text"]
    return text[start:end]


def name_of(holdings: Holdings, company_id: str) -> str:
    return holdings.companies.get(company_id, company_id)
