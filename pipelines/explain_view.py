"""An explained article for the terminal and for machines. What `claimhouse explain` shows; reads no warehouse.

On a terminal with colours every kind of annotation has one; without them its name stands before the words, in brackets.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Column, Table
from rich.text import Text

from pipelines.explain_reasons import LAST_WORD, ExplainedRow
from pipelines.explain_scores import Candidate, Feature
from pipelines.page_view import clean
from pipelines.warehouse import Holdings, Row

STYLES = {
    "company": "bold cyan", "reference": "cyan", "person": "bold magenta", "source": "magenta", "cue": "bold yellow",
    "quantity": "green", "time": "blue", "market": "bright_blue", "quote": "italic",
}  # fmt: skip
"""The kinds that are marked, in the order of the legend."""
TABLES = {
    "mentions": "company", "references": "reference", "persons": "person", "source_mentions": "source", "cues": "cue",
    "quantities": "quantity", "times": "time", "market_mentions": "market", "quotations": "quote",
}  # fmt: skip
CONTEXT = 1
"""Sentences shown before and after the one of a row."""
SHOWN_CANDIDATES = 6
SHOWN_FEATURES = 8
"""Of a candidate, the strongest; the others are summed up."""
VALUE_WIDTH = 26
"""Columns of a terminal in which nearly every rule id fits."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of a sentence that is marked; offsets are into the sentence."""

    start: int
    end: int
    kind: str
    label: str


def marks_of(holdings: Holdings, sentence: Row) -> list[Mark]:
    """What is marked in a sentence, outer stretches first. Cues on the same words are one mark with all their kinds."""
    found: dict[tuple[int, int, str], list[str]] = {}
    text, at, last = sentence["text"], sentence["start_char"], sentence["end_char"]
    for table, kind in TABLES.items():
        for row in holdings.annotations[table]:
            is_here = row["region"] == sentence["region"] and at <= row["start_char"] < last
            says_nothing = (kind == "reference" and not row["company_id"]) or (
                kind == "cue" and row["kind"] == "description"
            )
            if not is_here or says_nothing:
                continue
            label = row["kind"] if kind == "cue" else f"={row['company_id']}" if kind == "reference" else kind
            for start, end in _stretches(row, text, at):
                labels = found.setdefault((start, min(end, len(text)), kind), [])
                if label not in labels:
                    labels.append(label)
    marks = [Mark(*place, "/".join(labels)) for place, labels in found.items()]
    return sorted(marks, key=lambda m: (m.start, -m.end, list(STYLES).index(m.kind)))


def _stretches(row: Row, text: str, at: int) -> list[tuple[int, int]]:
    """The stretch of an annotation; of a cue with a gap also its last word ("stellt … ein")."""
    start, end = row["start_char"] - at, row["end_char"] - at
    last = row.get("last_char")
    if last is None or last - at <= end:
        return [(start, end)]
    word = LAST_WORD.search(text, end, last - at)
    return [(start, end), word.span()] if word else [(start, end)]


def coloured(text: str, marks: Iterable[Mark]) -> Text:
    """The sentence with each mark in the colour of its kind."""
    shown = Text(clean(text))
    for mark in marks:
        shown.stylize(STYLES[mark.kind], mark.start, mark.end)
    return shown


def bracketed(text: str, marks: Sequence[Mark]) -> Text:
    """The sentence with each mark in brackets behind its name: "[company Nordkai] [move kauft]". Inner ones nest; one
    that crosses the end of an outer one is cut there."""
    pieces: list[str] = []
    ends: list[int] = []
    at = 0

    def go_to(place: int) -> None:
        nonlocal at
        while ends and ends[-1] <= place:
            pieces.append(text[at : ends[-1]] + "]")
            at = ends.pop()
        pieces.append(text[at:place])
        at = place

    for mark in marks:
        go_to(mark.start)
        pieces.append(f"[{mark.label} ")
        ends.append(min(mark.end, ends[-1]) if ends else mark.end)
    go_to(len(text))
    return Text(clean("".join(pieces)))


def as_data(holdings: Holdings, rows: Sequence[ExplainedRow]) -> dict[str, Any]:
    """All of it, for `--json`."""
    shown = ("article_id", "url", "title", "publisher", "language", "published_at")
    return {
        "target": asdict(holdings.target),
        "article": {column: holdings.article[column] for column in shown},
        "rows": [asdict(row) for row in rows],
        "sentences": [
            {
                "sentence_no": sentence["sentence_no"],
                "region": sentence["region"],
                "text": sentence["text"],
                "marks": [asdict(mark) for mark in marks_of(holdings, sentence)],
            }
            for sentence in _chosen(holdings, rows)
        ],
    }


def show_explanation(holdings: Holdings, rows: Sequence[ExplainedRow], console: Console) -> None:
    """Head and legend, then the sentences, each with the rows that were derived from it below."""
    has_colours = console.is_terminal and not console.no_color
    console.print(_head(holdings.article), soft_wrap=True)
    if has_colours:
        console.print(Text(" ").join(Text(kind, style) for kind, style in STYLES.items()))
    paragraph: object = None
    for sentence in _chosen(holdings, rows):
        if sentence["paragraph_no"] != paragraph:
            console.print()
        paragraph = sentence["paragraph_no"]
        marks = marks_of(holdings, sentence)
        text = coloured(sentence["text"], marks) if has_colours else bracketed(sentence["text"], marks)
        console.print(_numbered(sentence["sentence_no"], text))
        for row in rows:
            if max(row.sentences, default=0) == sentence["sentence_no"]:
                console.print(Padding(_row(row, is_alone=holdings.target.row_id is not None), (0, 0, 0, 4)))


def _chosen(holdings: Holdings, rows: Sequence[ExplainedRow]) -> list[Row]:
    """The sentences around the row, or all of them where an article was asked for. The title is sentence 0."""
    sentences = sorted(holdings.annotations["sentences"], key=lambda s: s["sentence_no"])
    if holdings.target.row_id is None:
        return sentences
    numbers = {number for row in rows for number in row.sentences}
    return [s for s in sentences if any(abs(s["sentence_no"] - number) <= CONTEXT for number in numbers)]


def _head(article: Row) -> Text:
    published = article["published_at"]
    day = f"{published:%Y-%m-%d}" if published else "no date"
    facts = " · ".join([article["article_id"], article["publisher"] or "no publisher", day, article["language"] or "?"])
    title = clean(article["title"] or "no title")
    return Text.assemble((title, "bold"), "\n", (f"{facts}\n{clean(article['url'] or '')}", "dim"))


def _numbered(number: int, text: Text) -> Table:
    table = _grid(Column(width=3, justify="right", style="dim"), Column(ratio=1, overflow="fold"))
    table.add_row(str(number), text)
    return table


def _row(row: ExplainedRow, *, is_alone: bool) -> RenderableType:
    """The row's summary, its reasons, and the candidates where it is the only row shown."""
    head = Text.assemble((row.table, "bold reverse"), " ", (clean(row.summary), "bold"), "  ", (row.row_id, "dim"))
    reasons = _grid(Column(width=12, style="dim"), Column(width=VALUE_WIDTH, overflow="fold"), Column(ratio=1))
    for reason in row.reasons:
        reasons.add_row(reason.says, Text(clean(reason.value)), Text(clean(reason.because), "dim"))
    parts: list[RenderableType] = [head, reasons]
    if is_alone and row.candidates:
        parts.append(_candidates(row.candidates))
    return Group(*parts)


def _candidates(candidates: Sequence[Candidate]) -> Table:
    """The chosen one and the runners-up, each with what spoke for and against it."""
    table = _grid(
        Column(width=12), Column(min_width=VALUE_WIDTH - 8, overflow="fold"), Column(width=7, justify="right"),
        Column(ratio=1, overflow="fold"),
    )  # fmt: skip
    for candidate in candidates[:SHOWN_CANDIDATES]:
        label = Text("chosen", "bold green") if candidate.is_chosen else Text("also weighed", "dim")
        score = "" if candidate.score is None else f"{candidate.score:.2f}"
        features = "; ".join(_feature(feature) for feature in candidate.features[:SHOWN_FEATURES])
        if len(candidate.features) > SHOWN_FEATURES:
            rest = sum(feature.weight or 0 for feature in candidate.features[SHOWN_FEATURES:])
            features += f"; {len(candidate.features) - SHOWN_FEATURES} more {rest:+.2f}"
        table.add_row(label, Text(clean(candidate.name)), score, Text(clean(features), "dim"))
    if len(candidates) > SHOWN_CANDIDATES:
        table.add_row("", Text(f"{len(candidates) - SHOWN_CANDIDATES} more", "dim"), "", "")
    return table


def _feature(feature: Feature) -> str:
    weight = "" if feature.weight is None else f" {feature.weight:+.2f}"
    name = feature.name.replace("_", " ")
    return f"{name}{weight}" if feature.value == "yes" else f"{name} {feature.value}{weight}"


def _grid(*columns: Column) -> Table:
    return Table(*columns, box=None, show_header=False, expand=True, pad_edge=False, padding=(0, 1, 0, 0))
