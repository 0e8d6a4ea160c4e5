"""How rows are shown: as CSV, as JSON and as a table."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime

import pytest
from rich.console import Console

from pipelines.report import as_csv, as_json, as_table, next_things, plain, show_problems, to_json
from pipelines.warehouse import Result

MOMENT = datetime(2026, 3, 2, 5, 15, 30, 250_000, tzinfo=UTC)
RESULT = Result(
    ("name", "value", "day", "moment", "authors", "failures", "listed"),
    (
        ("Müller & Söhne", 1.5, date(2026, 3, 2), MOMENT, ["A. Bär", "C"], {"robots": 1}, True),
        ('says "so", really\nyes', None, None, None, [], {}, False),
    ),
)


def console() -> tuple[Console, io.StringIO]:
    out = io.StringIO()
    return Console(file=out, width=100, color_system=None), out


def test_csv_is_read_back_by_any_reader_of_csv() -> None:
    rows = list(csv.reader(io.StringIO(as_csv(RESULT))))
    assert rows[0] == list(RESULT.columns)
    assert rows[1] == [
        "Müller & Söhne", "1.5", "2026-03-02", "2026-03-02T05:15:30.250000+00:00", '["A. Bär", "C"]', '{"robots": 1}',
        "True",
    ]  # fmt: skip
    assert rows[2] == ['says "so", really\nyes', "", "", "", "[]", "{}", "False"]


def test_csv_ends_every_row_with_one_line_feed() -> None:
    assert as_csv(Result(("a", "b"), ((1, 2),))) == "a,b\n1,2\n"


def test_csv_of_no_rows_keeps_the_header() -> None:
    assert as_csv(Result(("a",), ())) == "a\n"


def test_json_is_a_list_of_objects_with_iso_times_and_readable_text() -> None:
    text = as_json(RESULT)
    assert "Müller & Söhne" in text
    assert json.loads(text)[0] == {
        "name": "Müller & Söhne",
        "value": 1.5,
        "day": "2026-03-02",
        "moment": "2026-03-02T05:15:30.250000+00:00",
        "authors": ["A. Bär", "C"],
        "failures": {"robots": 1},
        "listed": True,
    }
    assert json.loads(text)[1]["value"] is None


def test_json_of_no_rows_is_an_empty_list() -> None:
    assert json.loads(as_json(Result(("a",), ()))) == []


def test_json_keeps_two_columns_of_one_name_apart() -> None:
    assert sorted(json.loads(as_json(Result(("id", "id"), ((1, 2),))))[0].values()) == [1, 2]


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_json_stays_json_where_a_number_has_none(value: float) -> None:
    def refuse(name: str) -> None:
        pytest.fail(f"{name} is no JSON")

    json.loads(as_json(Result(("value",), ((value,),))), parse_constant=refuse)


def test_json_of_a_summary_writes_dates_and_paths_as_text() -> None:
    assert json.loads(to_json({"from": date(2026, 3, 2)})) == {"from": "2026-03-02"}


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, ""),
        (True, "yes"),
        (False, "no"),
        (0, "0"),
        (38.0, "38"),
        (-1.25, "-1.25"),
        (1_700_000_000.0, "1,700,000,000"),
        (2_500_000_000.5, "2,500,000,000"),
        (date(2026, 3, 2), "2026-03-02"),
        (MOMENT, "2026-03-02 05:15"),
        (["ä", "b"], '["ä", "b"]'),
        ({"robots": 1}, '{"robots": 1}'),
        ("[bold]text[/bold]", "[bold]text[/bold]"),
    ],
)
def test_plain_shows_a_value_as_a_reader_wants_it(value: object, shown: str) -> None:
    assert plain(value) == shown


def test_a_table_shows_every_column_and_row() -> None:
    screen, out = console()
    screen.print(as_table(Result(("name", "n"), (("Nordwerk", 3), ("Talflut", None))), title="two rows"))
    text = out.getvalue()
    assert text.startswith("two rows")
    assert [line.split("│")[1:3] for line in text.splitlines() if "Nordwerk" in line] == [[" Nordwerk ", " 3 "]]
    assert "Talflut" in text


def test_square_brackets_of_an_article_are_text_and_no_markup() -> None:
    screen, out = console()
    screen.print(as_table(Result(("evidence",), (("Das Werk [/red] sei [bold]sicher[/bold], sagte sie.",),))))
    assert "Das Werk [/red] sei [bold]sicher[/bold], sagte sie." in out.getvalue()


def test_long_text_is_folded_and_not_cut() -> None:
    words = " ".join(f"wort{n}" for n in range(60))
    screen, out = console()
    screen.print(as_table(Result(("id", "evidence"), ((1, words),))))
    assert all(f"wort{n}" in out.getvalue() for n in range(60))
    assert "…" not in out.getvalue()


def test_numbers_stand_to_the_right_and_words_to_the_left() -> None:
    table = as_table(Result(("name", "n", "empty"), (("a", 1, None),)))
    assert [column.justify for column in table.columns] == ["left", "right", "right"]


def test_problems_are_one_line_each_whatever_their_file_is_called() -> None:
    screen, out = console()
    show_problems(["/tmp/a[1].html: is empty", "/tmp/[/b].html: is no HTML"], screen)
    assert out.getvalue().splitlines() == [
        "not read: /tmp/a[1].html: is empty",
        "not read: /tmp/[/b].html: is no HTML",
    ]


def test_the_next_things_can_be_copied_as_they_stand() -> None:
    screen, out = console()
    line = 'claimhouse query "select list_extract([1, 2], 1)" ' + "x" * 120
    next_things([line], screen)
    assert out.getvalue().splitlines()[-1] == f"  {line}"
