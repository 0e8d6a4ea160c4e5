"""Plain text: headline, paragraphs at blank lines or at lines, and what wrapping does to neither."""

from __future__ import annotations

import textwrap

import pytest

from pipelines.parse import parse_text
from tests.unit.parse.pages import PARAGRAPHS, TITLE

WHOLE = "\n\n".join(PARAGRAPHS)


def test_blank_lines_and_bytes_of_other_systems() -> None:
    read = parse_text(f"\ufeff{TITLE}\r\n\r\n{PARAGRAPHS[0]}\r\n \r\n{PARAGRAPHS[1]}\r\n", "file:///a.txt")
    assert (read.title, read.text, read.language) == (TITLE, "\n\n".join(PARAGRAPHS[:2]), "de")
    assert read.url == "file:///a.txt"


def test_without_a_headline() -> None:
    long = " ".join(PARAGRAPHS)
    assert parse_text(f"{long}\n\n{PARAGRAPHS[0]}").title is None
    assert parse_text("").text == ""
    assert parse_text(TITLE).text == TITLE


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r", " \n"])
def test_without_blank_lines_each_line_is_a_paragraph(newline: str) -> None:
    read = parse_text(newline.join([TITLE, *PARAGRAPHS]))
    assert (read.title, read.text) == (TITLE, WHOLE)


def test_lines_too_long_to_be_wrapped_are_paragraphs_whatever_they_end_with() -> None:
    lines = [f"{text} {other}".removesuffix(".") for text in PARAGRAPHS for other in PARAGRAPHS]
    assert parse_text("\n".join([TITLE, *lines])).text.split("\n\n") == lines


def test_a_blank_line_between_headline_and_text_makes_no_text_of_one_paragraph() -> None:
    read = parse_text("\n".join([TITLE, "", *PARAGRAPHS, ""]))
    assert (read.title, read.text) == (TITLE, WHOLE)


@pytest.mark.parametrize("width", [40, 72, 100])
def test_wrapped_lines_are_joined(width: int) -> None:
    wrapped = [textwrap.fill(text, width) for text in PARAGRAPHS]
    assert parse_text("\n\n".join([TITLE, *wrapped])).text == WHOLE
    one = textwrap.fill(" ".join(PARAGRAPHS), width)
    assert parse_text(f"{TITLE}\n{one}").text == " ".join(PARAGRAPHS)
