"""What `make bench-parse` does by itself: take the best rounds, write its part of the page, keep peers offline."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks.parse import CONTESTANTS, ENOUGH, PAGE, ROOT, ROUNDS, Result, render, result, turns, with_part


def row(kind: str, cpu: float, **scores: float) -> dict[str, Any]:
    fields = ("f1", "title", "date", "authors_f1", "authors_invented")
    return {
        "set": kind,
        "pages": 100,
        "mb": 5.0,
        "errors": 1,
        "cpu_seconds": cpu,
        **dict.fromkeys(fields, 0.5),
        **scores,
    }


def rounds(*seconds: tuple[float, float, float]) -> Result:
    return result([[row(*pair) for pair in zip(("body", "segments", "silver"), cpu, strict=True)] for cpu in seconds])


def test_the_best_round_of_each_set_counts() -> None:
    assert rounds((1, 9, 2), (3, 1, 2)).speed == pytest.approx(300 / 4)


def test_who_has_used_enough_time_sits_out() -> None:
    spent = dict.fromkeys((one.name for one in CONTESTANTS), 0.0)
    order = []
    for one in turns(spent):
        order.append(one.name)
        spent[one.name] += {"newspaper4k": ENOUGH, "trafilatura": ENOUGH / 2}.get(one.name, 1)
    assert order.count("newspaper4k") == 1
    assert order.count("trafilatura") == 2
    assert order.count("claimhouse") == ROUNDS
    assert order[: len(CONTESTANTS)] == [one.name for one in CONTESTANTS], "they take turns"


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr("benchmarks.parse.version", "version of {}".format)  # the peers are not installed here
    workers = {"pages": 300, "one": 3.0, "two": 2.0}
    memory = dict.fromkeys(("pages", "page", "repeats", "before", "peak", "after", "again", "used"), 7)
    return render({one.name: rounds((1, 1, 1)) for one in CONTESTANTS}, workers, memory)


def test_what_a_peer_does_not_read_is_not_scored(told: str) -> None:
    rows = [line for line in told.splitlines() if line.startswith("| resiliparse ")]
    assert rows == [
        "| resiliparse | version of resiliparse | .500 | .500 | .500 | 3 | 100 |",
        "| resiliparse | .500 | – | – | – | .500 | – | – |",
    ]
    assert "| lexbor alone | version of selectolax | – | – | – | 3 | 100 |" in told
    assert "150 pages a second of wall time, one: 100. That is 1.50 times as fast." in told


def test_only_the_generated_part_of_the_page_is_replaced(told: str) -> None:
    page = PAGE.read_text(encoding="utf-8")
    written = with_part(page, "parse", told)
    assert told in written
    assert written.startswith(page[: page.index("<!-- parse -->")])
    assert written.endswith(page[page.index("<!-- /parse -->") :])
    assert with_part(written, "parse", told) == written


@pytest.mark.parametrize("page", ["", "<!-- parse -->\n<!-- /parse -->\n" * 2])
def test_a_page_without_just_one_place_for_it_is_refused(page: str) -> None:
    with pytest.raises(ValueError, match="not one"):
        with_part(page, "parse", "told")


def test_missing_pages_are_said(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "benchmarks.parse", "--shared", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert "pages.jsonl is missing. The labelled pages are not part of the project" in done.stderr


@pytest.mark.parametrize("call", ["socket.create_connection(('127.0.0.1', 9))", "socket.getaddrinfo('localhost', 80)"])
def test_peers_do_not_reach_the_network(call: str) -> None:
    code = f"import socket, benchmarks.parse_peers\n{call}"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert "a parser is measured on the page alone" in done.stderr
