"""`claimhouse explain`: an article with its annotations marked, the rows derived from it, and why they are so."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from pipelines import report
from pipelines.demo import SOURCES
from pipelines.explain_reasons import explain_rows
from pipelines.explain_view import as_data, show_explanation
from pipelines.settings import load_settings
from pipelines.terminal import HomeOption, JsonOption, errors_explained, out
from pipelines.warehouse import read_holdings

PAGER_OPTIONS = "FRX"
"""For less, unless the user has set his own: end at once if all fits, keep colours, leave the text on the screen."""


def explain(
    row: Annotated[
        str,
        typer.Argument(
            metavar="ID",
            help="A move_id, claim_id, attribution_id, mention_id or article_id, its beginning, or an article's URL.",
            show_default=False,
        ),
    ],
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show why a row is there: the words it stands on, the rule, the slots, and who else was weighed.

    Of an article all rows are shown below their sentences. Example: `claimhouse explain 85254eaab0dd289c`
    """
    with errors_explained():
        holdings = read_holdings(load_settings(home, SOURCES), row)
        rows = explain_rows(holdings)
        if as_json:
            typer.echo(report.to_json(as_data(holdings, rows)))
        elif out.is_terminal and holdings.target.row_id is None:
            os.environ.setdefault("LESS", PAGER_OPTIONS)
            with out.pager(styles=not out.no_color):
                show_explanation(holdings, rows, out)
        else:
            show_explanation(holdings, rows, out)
