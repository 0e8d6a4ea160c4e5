"""`claimhouse search`: articles and claims by their words."""

from __future__ import annotations

import re
from typing import Annotated

import typer
from rich.text import Text

from pipelines import report
from pipelines.demo import SOURCES
from pipelines.settings import load_settings
from pipelines.terminal import HomeOption, JsonOption, errors_explained, out
from pipelines.warehouse import Result, query

FOUND = re.compile(r"\*\*(.+?)\*\*")
"""How the searches of dbt/models/search mark the words that were asked for."""
SEARCHES = {False: "search_articles", True: "search_claims"}


def search_(
    words: Annotated[str, typer.Argument(metavar="WORDS", help="What to look for, in German or English.")],
    claims: Annotated[bool, typer.Option("--claims", help="Look for moves and rivalries, not for articles.")] = False,
    limit: Annotated[int, typer.Option("--limit", min=1, max=1000, metavar="N", help="How many to show.")] = 20,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Find articles of the published snapshot by their words, or the claims in them; whatever the words end with.

    Example: `claimhouse search "insolvency jobs" --claims`
    """
    with errors_explained():
        sql = f"select * from {SEARCHES[claims]}(?, n := ?)"
        found = query(load_settings(home, SOURCES), sql, [words, limit])
    if as_json:
        typer.echo(report.as_json(found))
        return
    for text in map(_claim if claims else _article, _rows(found)):
        out.print(text)
    out.print(f"{len(found.rows)} {'claims' if claims else 'articles'}", style="dim", highlight=False)


def _rows(found: Result) -> list[dict[str, object]]:
    return [dict(zip(found.columns, row, strict=True)) for row in found.rows]


def _article(row: dict[str, object]) -> Text:
    head = Text(f"{row['title'] or row['url']}", style="bold")
    return Text("\n").join([head, _where(row), _lit(str(row["snippet"])), Text()])


def _claim(row: dict[str, object]) -> Text:
    told = [row[part] for part in ("company", "what", "certainty", "other_company", "source_name")]
    head = Text(" · ".join(str(part) for part in told if part), style="bold")
    return Text("\n").join([head, _lit(f"“{row['evidence']}”"), _where(row), Text()])


def _where(row: dict[str, object]) -> Text:
    parts = f"{row['claimed_at']:%Y-%m-%d}", row["publisher"], row["url"]
    return Text(" · ".join(str(part) for part in parts if part), style="dim")


def _lit(marked: str) -> Text:
    """The text with its found words lit up."""
    text = Text()
    for n, part in enumerate(FOUND.split(marked)):
        text.append(part, style="bold yellow" if n % 2 else "")
    return text
