"""Marks in a sentence without colours: brackets nest, and without them the sentence is what it was."""

from __future__ import annotations

import re

import pytest

from pipelines.explain_view import Mark, bracketed

TEXT = "Nordkai stellt 40 neue Leute ein"


@pytest.mark.parametrize(
    ("marks", "shown"),
    [
        ([], TEXT),
        ([Mark(0, 7, "company", "company")], "[company Nordkai] stellt 40 neue Leute ein"),
        (
            [Mark(8, 14, "cue", "move"), Mark(29, 32, "cue", "move")],
            "Nordkai [move stellt] 40 neue Leute [move ein]",
        ),
        (
            [Mark(15, 28, "quantity", "quantity"), Mark(23, 28, "cue", "topic/role")],
            "Nordkai stellt [quantity 40 neue [topic/role Leute]] ein",
        ),
        (
            [Mark(8, 22, "quote", "quote"), Mark(15, 28, "quantity", "quantity")],
            "Nordkai [quote stellt [quantity 40 neue]] Leute ein",
        ),
    ],
)
def test_brackets_nest(marks: list[Mark], shown: str) -> None:
    assert bracketed(TEXT, marks).plain == shown
    assert re.sub(r"\[[a-z/]+ |\]", "", shown) == TEXT


def test_nothing_of_a_page_moves_the_cursor() -> None:
    assert bracketed("Nord\x1b[2Jkai\u202e", [Mark(0, 4, "company", "company")]).plain == "[company Nord] [2Jkai "
