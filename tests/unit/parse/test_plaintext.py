"""Plain text: headline, paragraphs at blank lines or at lines, and what wrapping does to neither."""

from __future__ import annotations

import textwrap

import pytest

from pipelines.parse import parse_plain, parse_text
from pipelines.records import PageFault
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


def test_blank_lines_around_the_text_are_none_in_it() -> None:
    read = parse_text("\n".join([TITLE, "", "", *PARAGRAPHS, "", ""]))
    assert (read.title, read.text) == (TITLE, WHOLE)


def test_with_blank_lines_other_lines_are_no_paragraphs() -> None:
    pairs = [f"{one}\n{two}" for one, two in (PARAGRAPHS[:2], PARAGRAPHS[2:])]
    assert parse_text("\n\n".join([TITLE, *pairs])).text.split("\n\n") == [pair.replace("\n", " ") for pair in pairs]


@pytest.mark.parametrize("width", [40, 72, 100])
def test_wrapped_lines_are_joined(width: int) -> None:
    wrapped = [textwrap.fill(text, width) for text in PARAGRAPHS]
    assert parse_text("\n\n".join([TITLE, *wrapped])).text == WHOLE
    one = textwrap.fill(" ".join(PARAGRAPHS), width)
    assert parse_text(f"{TITLE}\n{one}").text == " ".join(PARAGRAPHS)


@pytest.mark.parametrize("width", [40, 72, 100])
@pytest.mark.parametrize("end", ["", f"\n\n{PARAGRAPHS[0]}\n\nhttps://hafenbote.example/{'x' * 100}"])
def test_the_first_line_of_wrapped_text_is_no_headline(width: int, end: str) -> None:
    whole = " ".join(PARAGRAPHS)
    read = parse_text(textwrap.fill(whole, width) + end)
    assert read.title is None
    assert read.text.split("\n\n")[0] == whole


@pytest.mark.parametrize("between", ["\n", "\n\n"])
def test_a_statement_is_no_headline_and_a_question_may_be_one(between: str) -> None:
    assert parse_text(f"Nordwerk wächst kräftig.{between}{WHOLE}").title is None
    assert parse_text(f"Wächst Nordwerk noch?{between}{WHOLE}").title == "Wächst Nordwerk noch?"


def test_the_bytes_of_a_file_are_decoded_as_those_of_a_page() -> None:
    text = f"{TITLE}\n\n{WHOLE}"
    assert parse_plain(text.encode("cp1252"), "file:///a.txt").text == WHOLE
    assert parse_plain(text.encode("utf-16")).text == WHOLE
    assert parse_plain("Жар\n\nптица".encode("koi8-r"), content_type="text/plain; charset=koi8-r").text == "птица"
    assert not parse_plain(text.encode()).faults


def test_bytes_that_stand_for_no_character_are_counted() -> None:
    assert parse_plain(f"{TITLE}\n\n{WHOLE}".encode() + b" \xff \xff").faults == {PageFault.UNDECODABLE_BYTES: 2}
    assert parse_plain(b"Boote " * 1_000_000).faults == {PageFault.TOO_LARGE: 1}
