"""Why a row is as it is: rule, slots, certainty, quantity, source and who else was weighed. Prints nothing.

Everything is looked up in what the warehouse holds; nothing is decided here a second time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from pipelines.explain_scores import SHOWN_WEIGHTS, Candidate, actors, claim_features, name_of, speakers_of, text_of
from pipelines.warehouse import ROW_IDS, Holdings, Row

MARKS = ("hedge", "negation")
"""Kinds of cues that set the certainty of what they reach."""
BY_TENSE = {
    "announced": "no mark; the tense or a time ahead makes it a plan",
    "possible": "no mark; a condition or the lexicon makes it possible",
}
CUE_COLUMNS = ("kind", "move_type", "direction", "certainty", "manner", "strength")
UNKNOWN = "not described in rules.csv"
LAST_WORD = re.compile(r"[\w’'-]+$")


LIGHT = "but told by grammar alone, by another sentence or with its list"
"""Why a claim may be held whose weights are below nothing, see dbt/models/intermediate/int_claims.sql."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing a row says, and what in the text or the lexicons made it say so."""

    says: str
    value: str
    because: str


@dataclass(frozen=True, slots=True)
class ExplainedRow:
    """A row of a mart with its reasons. Its evidence runs over `sentences` (0 is the title)."""

    table: str
    row_id: str
    sentences: tuple[int, ...]
    summary: str
    reasons: tuple[Reason, ...]
    candidates: tuple[Candidate, ...] = ()


def explain_rows(holdings: Holdings) -> list[ExplainedRow]:
    """The target's row; of an article every row but plain mentions, in text order."""
    target = holdings.target
    explained = [
        explain(holdings, row)
        for table, explain in EXPLAINERS.items()
        for row in holdings.rows[table]
        if row[ROW_IDS[table]] == target.row_id or (target.row_id is None and table != "company_mentions")
    ]
    return sorted(explained, key=lambda e: e.sentences)


def explain_mention(holdings: Holdings, row: Row) -> ExplainedRow:
    """Which rule saw a company in these words."""
    named = Reason("company", name_of(holdings, row["company_id"]), f"“{row['surface']}” is {row['company_id']}")
    mentions = [m for m in holdings.annotations["mentions"] if _same_place(m, row)]
    slots = (Reason("slot", "", _slot(m)) for m in mentions)
    near = _Stretch(holdings, (row["sentence_no"],))
    reasons = (*_rule(holdings, row["rule_id"], near), named, *slots)
    return ExplainedRow("company_mentions", row["mention_id"], near.numbers, named.value, reasons)


def explain_move(holdings: Holdings, row: Row) -> ExplainedRow:
    """Cue, actor, direction, certainty, quantity, setting and source of a market move."""
    near = _Stretch(holdings, _sentences_of(holdings, row))
    summary = _move_summary(holdings, row)
    claim = next((c for c in holdings.derived["claims"] if c["claim_id"] == row["move_id"]), None)
    if claim is None:
        return ExplainedRow(
            "market_moves", row["move_id"], near.numbers, summary, _rule(holdings, row["rule_id"], near)
        )
    near.clause_no = claim["clause_no"]
    reasons = (
        *_rule(holdings, row["rule_id"], near),
        _actor(holdings, claim, near),
        *_direction(row, claim, near),
        _certainty(row, claim, near),
        *_quantity(row, near),
        *_setting(row, near),
        *_source(holdings, row),
        _held(holdings, claim),
        *_told_again(holdings, row),
    )
    candidates = tuple(actors(holdings, claim))
    return ExplainedRow("market_moves", row["move_id"], near.numbers, summary, reasons, candidates)


def explain_rivalry(holdings: Holdings, row: Row) -> ExplainedRow:
    """Cue, both companies and strength of a competitor claim."""
    near = _Stretch(holdings, _sentences_of(holdings, row))
    sides = (_side(holdings, near, row[side]) for side in ("company_a_id", "company_b_id"))
    hedges = "; ".join(_cue(cue) for cue in near.cues(*MARKS)) or "no hedge in the sentence"
    strength = Reason("strength", row["strength"], hedges)
    market = [Reason("market", row["market"], "named in the sentence")] if row["market"] else []
    pair = f"{name_of(holdings, row['company_a_id'])} – {name_of(holdings, row['company_b_id'])} · {row['strength']}"
    reasons = (*_rule(holdings, row["rule_id"], near), *sides, strength, *market)
    return ExplainedRow("competitor_claims", row["claim_id"], near.numbers, pair, reasons)


def explain_attribution(holdings: Holdings, row: Row) -> ExplainedRow:
    """Cue, speaker and house of a source attribution."""
    number = row["sentence_no"]
    near = _Stretch(holdings, _sentences_of(holdings, row) or (number,))
    statements = [s for s in holdings.derived["statements"] if s["sentence_no"] == number]
    chosen = next((s for s in statements if (s["source_id"], s["cue_id"]) == (row["source_id"], row["rule_id"])), None)
    speaker = f"{row['source_kind']}, the speaker who fits the word best" if chosen else f"{row['source_kind']}"
    house = [Reason("speaks for", row["organisation"], "stands by the name")] if row["organisation"] else []
    via = [Reason("via", row["via"], "a medium or agency named in the sentence")] if row["via"] else []
    reasons = (
        *_rule(holdings, row["rule_id"], near),
        Reason("source", row["source_name"], speaker),
        Reason("manner", row["manner"], f"of {row['rule_id']}"),
        *house,
        *via,
    )
    summary = " · ".join(part for part in (row["source_name"], row["source_kind"], row["manner"]) if part)
    candidates = tuple(speakers_of(holdings, row, chosen)) if chosen else ()
    return ExplainedRow("source_attributions", row["attribution_id"], near.numbers, summary, reasons, candidates)


EXPLAINERS: dict[str, Callable[[Holdings, Row], ExplainedRow]] = {
    "market_moves": explain_move,
    "competitor_claims": explain_rivalry,
    "source_attributions": explain_attribution,
    "company_mentions": explain_mention,
}


class _Stretch:
    """The annotations of the sentences that a row stands on, and of one clause of them where that counts."""

    def __init__(self, holdings: Holdings, numbers: tuple[int, ...]) -> None:
        self._annotations, self.numbers = holdings.annotations, numbers
        self.clause_no: int | None = None
        self.is_question = any(s["is_question"] for s in self.of("sentences"))

    def of(self, table: str) -> list[Row]:
        return [row for row in self._annotations[table] if row["sentence_no"] in self.numbers]

    def cues(self, *kinds: str) -> list[Row]:
        return [cue for cue in self.of("cues") if not kinds or cue["kind"] in kinds]

    def in_clause(self, rows: Iterable[Row]) -> list[Row]:
        return [row for row in rows if self.clause_no in (None, row["clause_no"])]


def _rule(holdings: Holdings, rule_id: str, near: _Stretch) -> tuple[Reason, ...]:
    """For each part of the id ("rival-named:de-rivale", "rival-beside:vor") what the rule does or which word it is."""
    rule, *words = rule_id.split(":")
    told = [Reason("rule", rule, _does(holdings, rule, near))]
    for word in words:
        because = _does(holdings, word, near)
        told.append(Reason("rule", word, f"the word “{word}” itself" if because == UNKNOWN else because))
    return tuple(told)


def _does(holdings: Holdings, rule_id: str, near: _Stretch) -> str:
    here = [cue for cue in near.cues() if cue["cue_id"] == rule_id]
    cue = next(iter(here or [c for c in holdings.annotations["cues"] if c["cue_id"] == rule_id]), None)
    if cue is None:
        return holdings.rules.get(rule_id, UNKNOWN)
    filled = [cue[column] for column in CUE_COLUMNS if cue[column]] + ([f"slot {cue['slot']}"] if cue["slot"] else [])
    words = _surfaces(dict.fromkeys(_words(holdings, c) for c in here)) or f"“{cue['surface']}” (elsewhere)"
    return f"{words}: form of {cue['word']} in cues.csv ({', '.join(filled)})"


def _words(holdings: Holdings, cue: Row) -> str:
    """The words of a cue; one with a gap from its first word to its last ("stellt … ein")."""
    last = LAST_WORD.search(text_of(holdings, cue["region"], cue["end_char"], cue["last_char"]))
    return f"{cue['surface']} … {last.group()}" if last else str(cue["surface"])


def _actor(holdings: Holdings, claim: Row, near: _Stretch) -> Reason:
    name = name_of(holdings, claim["company_id"])
    if claim["entity_start"] is None:
        who = "acted in the sentences before" if claim["entity_kind"] == "carried" else "is what the article is about"
        return Reason("company", name, f"not in the sentence; it {who}")
    return Reason("company", name, _entity(near, claim["company_id"], claim["entity_start"]))


def _entity(near: _Stretch, company_id: str, start: int | None = None) -> str:
    """How a company stands in a sentence: the surface with its slot, or the words that refer to it."""
    for table in ("mentions", "references"):
        for row in near.of(table):
            if row["company_id"] == company_id and start in (None, row["start_char"]):
                via = "" if table == "mentions" else f", a {row['kind']} that points to {company_id}"
                return f"“{row['surface']}”{via}: {_slot(row)}"
    return ""


def _slot(row: Row) -> str:
    """The slot of a name in words: "behind “von”, head “Chef”"."""
    parts = [f"behind “{row['preposition']}”" if row["preposition"] else "no preposition"]
    parts += [f"determiner “{row['determiner']}”"] if row["determiner"] else []
    parts += [f"compound head “{row['compound_head']}”"] if row["compound_head"] else []
    parts += [f"described as “{row['description']}”"] if row["description"] else []
    parts += ["genitive"] if row["is_genitive"] else []
    parts += [f"list {row['list_no']}"] if row["list_no"] else []
    return ", ".join(parts)


def _side(holdings: Holdings, near: _Stretch, company_id: str) -> Reason:
    stands = _entity(near, company_id) or "not in the sentence; the text speaks of it"
    return Reason("company", name_of(holdings, company_id), stands)


def _direction(row: Row, claim: Row, near: _Stretch) -> Iterator[Reason]:
    if row["direction"]:
        own = next((cue["direction"] for cue in near.cues() if cue["cue_id"] == claim["cue_id"]), None)
        trends = near.cues("trend", "tendency")
        told = "; ".join(_cue(cue) for cue in near.in_clause(trends) or trends)
        yield Reason("direction", row["direction"], f"of {claim['cue_id']}" if own else told or "of the move type")


def _certainty(row: Row, claim: Row, near: _Stretch) -> Reason:
    """The hedges and negations of the clause, which may reach the claim, and those of other clauses."""
    cues = near.cues(*MARKS)
    inside = near.in_clause(cues)
    marks = [_cue(cue) for cue in inside] + (["the sentence is a question"] if near.is_question else [])
    own = next((cue["certainty"] for cue in near.cues() if cue["cue_id"] == claim["cue_id"]), None)
    default = f"of {claim['cue_id']}" if own else BY_TENSE.get(row["certainty"], "no hedge or negation in its clause")
    elsewhere = "; ".join(_cue(cue) for cue in cues if cue not in inside)
    left = f"; in another clause: {elsewhere}" if elsewhere else ""
    return Reason("certainty", row["certainty"], ("; ".join(marks) or default) + left)


def _quantity(row: Row, near: _Stretch) -> Iterator[Reason]:
    quantities = near.of("quantities")
    if row["value"] is None:
        if quantities:
            surfaces = _surfaces(q["surface"] for q in quantities)
            yield Reason("value", "none", f"none of these fits {row['move_type']}: {surfaces}")
        return
    same = [q for q in quantities if abs(q["value"]) == abs(row["value"]) and q["unit"] == row["unit"]]
    others = [q for q in quantities if q not in same]
    behind = next((f" behind “{q['preposition']}”" for q in same if q["preposition"]), "")
    left = f"; left aside: {_surfaces(q['surface'] for q in others)}" if others else ""
    basis = f", {row['basis']}" if row["basis"] else ""
    value = f"{row['value']:,.10g} {row['unit']}{basis}"
    yield Reason("value", value, f"{_surfaces(q['surface'] for q in same[:1])}{behind}{left}")


def _setting(row: Row, near: _Stretch) -> Iterator[Reason]:
    """Counterparty, market, product and period, each with the words that gave it."""
    if row["counterparty_company_id"]:
        yield Reason("counterparty", row["counterparty"], _entity(near, row["counterparty_company_id"]))
    for column in ("market", "product"):
        if row[column]:
            rules = [m["market_id"] for m in near.of("market_mentions") if m["surface"] == row[column]]
            yield Reason(column, row[column], f"{rules[0]} in markets.csv" if rules else "named in the clause")
    if row["period_start"]:
        said = [t for t in near.of("times") if t["period_start"] == row["period_start"]]
        because = "; ".join(f"“{t['surface']}” ({t['rule_id']})" for t in said[:1])
        yield Reason("period", f"{row['period_start']} to {row['period_end']}", because)


def _source(holdings: Holdings, row: Row) -> Iterator[Reason]:
    for said in holdings.rows["source_attributions"]:
        if said["attribution_id"] == row["attribution_id"]:
            yield Reason("said by", said["source_name"], f"{said['rule_id']}, attribution {said['attribution_id']}")


def _held(holdings: Holdings, claim: Row) -> Reason:
    """Why the claim is held: the weights of its features and numbers, or what holds it all the same."""
    features = claim_features(holdings, claim)
    because = "from 0 on" if claim["claim_score"] >= 0 else LIGHT
    told = "; ".join(f"{feature.name.replace('_', ' ')} {feature.weight:+.2f}" for feature in features[:SHOWN_WEIGHTS])
    return Reason("held", f"{claim['claim_score']:.2f}, {because}", f"strongest of {len(features)} features: {told}")


def _told_again(holdings: Holdings, row: Row) -> Iterator[Reason]:
    """Other words of the article for the same company and move type that made no row of their own."""
    kept = {move["move_id"] for move in holdings.rows["market_moves"]}
    for claim in holdings.derived["claims"]:
        is_same = (claim["company_id"], claim["move_type"]) == (row["company_id"], row["move_type"])
        if is_same and claim["claim_id"] not in kept:
            yield Reason("merged with", f"sentence {claim['sentence_no']}", f"“{claim['surface']}” ({claim['cue_id']})")


def _cue(cue: Row) -> str:
    says = cue["certainty"] or cue["direction"] or cue["kind"]
    reach = f", reach {cue['slot']}" if cue["kind"] in MARKS and cue["slot"] else ""
    return f"“{cue['surface']}” ({cue['cue_id']}: {says}{reach})"


def _surfaces(surfaces: Iterable[str]) -> str:
    return ", ".join(f"“{surface}”" for surface in surfaces)


def _same_place(one: Row, other: Row) -> bool:
    return all(one[column] == other[column] for column in ("region", "start_char", "end_char"))


def _sentences_of(holdings: Holdings, row: Row) -> tuple[int, ...]:
    """The numbers of the sentences that a row's evidence has a part of."""
    return tuple(
        sorted(
            sentence["sentence_no"]
            for sentence in holdings.annotations["sentences"]
            if sentence["region"] == row["region"] or "title" not in (sentence["region"], row["region"])
            if sentence["start_char"] < row["end_char"] and row["start_char"] < sentence["end_char"]
        )
    )


def _move_summary(holdings: Holdings, row: Row) -> str:
    value = f"{row['value']:,.10g} {row['unit']}" if row["value"] is not None else None
    other = f"with {row['counterparty']}" if row["counterparty"] else None
    parts = (name_of(holdings, row["company_id"]), row["move_type"], row["direction"], other, row["market"], value)
    return " · ".join([*(part for part in parts if part), row["certainty"]])
