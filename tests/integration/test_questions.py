"""The questions of docs/questions.md have the answers that stand there, on the demo."""

from __future__ import annotations

import duckdb
import pytest

from tests.generators import load_generator

GENERATOR = load_generator("generate_questions")
QUESTIONS = GENERATOR.read_examples()
PAGE = GENERATOR.PAGE.read_text(encoding="utf-8")


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.question)
def test_the_answer_is_what_the_page_says(question: object, demo_warehouse: duckdb.DuckDBPyConnection) -> None:
    section = GENERATOR.render(question, demo_warehouse)
    assert section in PAGE, "run: claimhouse demo --home HOME; python docs/generate_questions.py HOME"
    rows = [line for line in section.splitlines() if line.startswith("|")]
    assert len(rows) > len(("head", "rule")), "an example that answers nothing shows nothing"


def test_the_page_holds_these_questions_and_no_others() -> None:
    titles = [line.removeprefix("## ") for line in PAGE.splitlines() if line.startswith("## ")]
    assert titles == [question.question for question in QUESTIONS]
    assert len(set(titles)) == len(titles) >= 25
