"""One page as the parser sees it, for the terminal and for machines. What `claimhouse parse` shows; reads no page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, time
from typing import Any

from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from pipelines.parse import Leftover, PageReading
from pipelines.records import Article, Precision, Region

FIELDS = ("title", "authors", "published", "modified", "publisher", "section", "language", "canonical_url", "credits")
STYLES = {
    Region.TITLE: "bold cyan", Region.LEAD: "cyan", Region.HEADING: "bold magenta", Region.BODY: "green",
    Region.QUOTE: "yellow", Region.CAPTION: "blue", Region.CREDIT: "blue", Region.ADVERTISEMENT: "red",
    Region.PROMO: "red", Region.RELATED: "red", Region.COMMENT: "red",
}  # fmt: skip
SHOWN_RUN = 6
"""Stretches of more blocks that were left out are told in short."""
LONG_BLOCK = 80
"""Characters from which a block in such a stretch is shown all the same: it may be a paragraph that was lost."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A paragraph, or a block that was left out: then `start` and `end` are None."""

    text: str
    region: Region
    rule_id: str
    start: int | None = None
    end: int | None = None

    @property
    def is_kept(self) -> bool:
        return self.start is not None


def in_order(reading: PageReading) -> Iterator[Shown]:
    """The page's blocks from top to bottom, those that were left out at their places."""
    article, waiting = reading.article, list(reading.left_out)
    for number, paragraph in enumerate(article.paragraphs):
        while waiting and waiting[0].before <= number:
            yield _left_out(waiting.pop(0))
        text = article.text[paragraph.start : paragraph.end]
        yield Shown(text, paragraph.region, paragraph.rule_id, paragraph.start, paragraph.end)
    yield from map(_left_out, waiting)


def as_data(reading: PageReading) -> dict[str, Any]:
    """All of it, for `--json`. Times are ISO text in the zone that the page gives."""
    article = reading.article
    return {
        "url": article.url,
        "fields": {
            field: {
                "value": _plain(getattr(article, field)),
                "origin": article.origins.get(field),
                "witnesses": [
                    {"origin": w.origin, "value": w.value} for w in dict.fromkeys(article.witnesses) if w.field == field
                ],
            }
            for field in FIELDS
        },
        "published_precision": article.published_precision,
        "modified_precision": article.modified_precision,
        "next_url": article.next_url,
        "is_paywalled": article.is_paywalled,
        "is_live_blog": article.is_live_blog,
        "faults": dict(article.faults),
        "override": reading.override and {"like": str(reading.override.example_url), "reason": reading.override.reason},
        "paragraphs": [{"is_kept": block.is_kept, **asdict(block)} for block in in_order(reading)],
    }


def show_page(reading: PageReading, console: Console, everything: bool = False) -> None:
    """The fields with all their witnesses, then the blocks. With `everything`, nothing is shortened."""
    article = reading.article
    console.print(_fields(article))
    flags = [
        name for name, is_set in (("paywalled", article.is_paywalled), ("live blog", article.is_live_blog)) if is_set
    ]
    flags += [f"goes on at {clean(article.next_url)}"] if article.next_url else []
    flags += [f"{fault} {count}" for fault, count in article.faults.items()]
    if flags:
        console.print(Text(", ".join(flags), "yellow"))
    if reading.override:
        console.print(Text(f"read by the override for pages like {reading.override.example_url}", "yellow"))
    blocks = list(in_order(reading))
    kept = sum(block.is_kept for block in blocks)
    head = f"{kept} paragraphs, {len(article.text):,} characters; {len(blocks) - kept} blocks left out"
    legend = " (-)\n" if len(blocks) > kept else "\n"
    console.print(Text.assemble("\n", (head, "bold"), (legend, "dim")))
    console.print(_blocks(blocks, everything))


def _grid(*columns: Column) -> Table:
    return Table(*columns, box=None, show_header=False, expand=True, pad_edge=False)


def _left_out(part: Leftover) -> Shown:
    return Shown(part.text, part.region, part.rule_id)


def _fields(article: Article) -> Table:
    """Each field's value, with the places that say the same; below it what other places say."""
    table = _grid(Column(style="bold"), Column(ratio=1, overflow="fold"), Column(overflow="fold", style="dim"))
    for field in FIELDS:
        value = getattr(article, field)
        agreeing, others = _sort_witnesses(article, field)
        if value:
            shown = ", ".join(value) if isinstance(value, tuple) else _moment(article, field, value)
            style = "bold" if field == "title" else ""
            table.add_row(field.removesuffix("_url"), Text(clean(shown), style), Text(", ".join(agreeing)))
        elif others or field in ("title", "published"):
            table.add_row(field.removesuffix("_url"), Text("none", "red"), "")
        for other, origins in others.items():
            table.add_row("", Text(clean(other), "yellow"), Text(", ".join(origins)))
    return table


def _sort_witnesses(article: Article, field: str) -> tuple[list[str], dict[str, list[str]]]:
    """The origins that say what the article says, the chosen one first; and what the others say, with theirs."""
    chosen = article.origins.get(field)
    agreeing = dict.fromkeys([chosen] if chosen else [])
    others: dict[str, list[str]] = {}
    for witness in dict.fromkeys(w for w in article.witnesses if w.field == field):
        if _says_the_same(witness.value, getattr(article, field)):
            agreeing[witness.origin] = None
        else:
            others.setdefault(witness.value, []).append(witness.origin)
    return list(agreeing), others


def _says_the_same(said: str, value: object) -> bool:
    if isinstance(value, datetime):
        try:
            moment = datetime.fromisoformat(said)
            is_day = moment.time() == time.min  # an address gives no more than the day
            return moment == value or (is_day and moment.date() == value.date())
        except (ValueError, TypeError):  # written in words, or without a zone
            return False
    if isinstance(value, tuple):  # one of several names, or a byline with all of them
        return said in value or (bool(value) and all(name in said for name in value))
    return said == value


def _moment(article: Article, field: str, value: object) -> str:
    if not isinstance(value, datetime):
        return str(value)
    precision: Precision | None = getattr(article, f"{field}_precision")
    return value.isoformat(" ") + (f" (to the {precision})" if precision else "")


def _blocks(blocks: Sequence[Shown], everything: bool) -> Table:
    rule = Column(style="dim", overflow="ellipsis", no_wrap=True, max_width=18)
    table = _grid(Column(), rule, Column(ratio=1, overflow="fold"))
    for run in _runs(blocks):
        shown, hidden = _split(run, everything)
        for block in shown:
            _add_block(table, block, everything)
        if hidden:
            counts = ", ".join(f"{rule} {count}" for rule, count in Counter(b.rule_id for b in hidden).most_common())
            table.add_row(Text("…", "dim"), "", Text(f"{len(hidden)} short blocks more: {clean(counts)}", "dim italic"))
    return table


def _add_block(table: Table, block: Shown, everything: bool) -> None:
    rule = Text(clean(block.rule_id))
    if block.is_kept:
        style = "bold" if block.region is Region.HEADING else ""
        table.add_row(Text(block.region, STYLES[block.region]), rule, Text(clean(block.text), style))
        return
    text = Text(clean(block.text), "dim", no_wrap=not everything, overflow="fold" if everything else "ellipsis")
    table.add_row(Text(f"- {block.region}", f"dim {STYLES[block.region]}"), rule, text)


def _runs(blocks: Iterable[Shown]) -> Iterator[list[Shown]]:
    """Each kept paragraph alone; blocks that were left out in a row together."""
    run: list[Shown] = []
    for block in blocks:
        if block.is_kept:
            if run:
                yield run
            yield [block]
            run = []
        else:
            run.append(block)
    if run:
        yield run


def _split(run: list[Shown], everything: bool) -> tuple[list[Shown], list[Shown]]:
    """What is shown of a run, and what is only counted."""
    if everything or run[0].is_kept or len(run) <= SHOWN_RUN:
        return run, []
    return [b for b in run if len(b.text) >= LONG_BLOCK], [b for b in run if len(b.text) < LONG_BLOCK]


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value


def clean(text: str) -> str:
    """On one line, and nothing that moves a terminal's cursor or cannot be printed on it."""
    return "".join(character if character.isprintable() else " " for character in text)
