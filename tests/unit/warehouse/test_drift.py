"""Silence, missing fields and strange counts show against a history, and small or steady figures do not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from pipelines.records import SourceLog
from pipelines.settings import Settings, load_settings
from pipelines.warehouse import check_claims_per_article, check_missing_fields, check_silent_sources, load_dates
from pipelines.warehouse.drift import Share, is_silence_surprising, usual_band

FIRST = date(2026, 3, 2)
ARTICLE = {"published_at": datetime(2026, 3, 2, tzinfo=UTC), "title": "A title", "words": 300, "authors": ["A. Author"]}
Write = Callable[..., None]


@pytest.fixture
def write(settings: Settings) -> Write:
    """Put articles of one publisher and date into the marts, each with so many market moves."""
    settings.home.warehouse.parent.mkdir(parents=True)
    with duckdb.connect(str(settings.home.warehouse)) as connection:
        connection.execute("""
            create table articles (
                article_id varchar, archive_date date, publisher varchar, source_id varchar, title varchar,
                published_at timestamptz, word_count integer, authors varchar[]
            );
            create table market_moves (article_id varchar);
        """)

    def articles(day: int, count: int, *, publisher: str = "The Press", moves: int = 0, **lacks: object) -> None:
        own = ARTICLE | lacks
        with duckdb.connect(str(settings.home.warehouse)) as connection:
            (before,) = connection.execute("select count(*) from articles").fetchall()[0]
            ids = [f"a{before + n}" for n in range(count)]
            connection.executemany(
                "insert into articles values (?, ?, ?, 'press', ?, ?, ?, ?)",
                [
                    [i, FIRST + timedelta(days=day), publisher, own["title"], own["published_at"], own["words"],
                     own["authors"]]
                    for i in ids
                ],
            )  # fmt: skip
            if moves:
                connection.executemany("insert into market_moves values (?)", [[i] for i in ids for _ in range(moves)])

    return articles


# Silence


@pytest.mark.parametrize(
    ("silent", "before", "surprising"),
    [
        (2, [True] * 30, True),
        (1, [True] * 30, False),  # a holiday
        (2, [True] * 9, False),  # no history yet
        (3, [True, True, True, True, True, False, False] * 6, False),  # rests at weekends, and a bank holiday
        (5, [True, True, True, True, True, False, False] * 6, True),
        (5, [True, False, False, False] * 10, False),  # gives twice a week
        (0, [True] * 30, False),
    ],
)
def test_a_silence_counts_by_the_sources_own_habits(silent: int, before: Sequence[bool], surprising: bool) -> None:
    assert is_silence_surprising(silent, before) is surprising


def test_sources_that_fell_silent_are_named_and_others_not(tmp_path: Path) -> None:
    sources = "".join(
        f"  - {{id: {i}, type: feed, name: {i}, url: 'https://{i}.example/feed', language: en}}\n"
        for i in ("daily", "silent", "never")
    )
    (tmp_path / "sources.yaml").write_text(f"start_date: 2026-03-01\nsources:\n{sources}")
    settings = load_settings(tmp_path / "home", tmp_path / "sources.yaml", {})
    logs = {}
    for n in range(30):
        day = FIRST + timedelta(days=n)
        gave = {"daily": 1, "silent": int(n < 27), "never": 0, "abandoned": int(n < 20)}
        logs[day] = [SourceLog(i, day, discovered=3, parsed=parsed) for i, parsed in gave.items()]
    load_dates(settings, logs, "run-1")
    found = check_silent_sources(settings)
    assert found.faults == {"silent": "nothing on the last 3 dates, something on 27 of 27"}
    assert found.counts == {"sources": 3, "silent": 1, "longest_silence": 3}


# Missing fields


def test_intervals_of_shares_hold_for_few_articles_and_at_the_edges() -> None:
    low, high = Share(0, 20).interval
    assert (low, round(high, 3)) == (pytest.approx(0), 0.249)
    assert not Share(3, 20).is_more_than(Share(0, 20))
    assert Share(12, 20).is_more_than(Share(0, 20))
    assert not Share(19, 19).is_more_than(Share(0, 1000))  # too few
    assert not Share(0, 1000).is_more_than(Share(1000, 1000))  # fewer is no fault


@pytest.mark.parametrize(
    ("field", "lacks"),
    [("date", {"published_at": None}), ("title", {"title": ""}), ("body", {"words": 12}), ("author", {"authors": []})],
)
def test_a_publisher_whose_articles_lose_a_field_is_named_with_it(
    settings: Settings, write: Write, field: str, lacks: dict[str, object]
) -> None:
    write(0, 40)
    write(0, 40, publisher="Always So", **lacks)
    write(20, 25, **lacks)
    write(20, 25, publisher="Always So", **lacks)
    write(20, 19, publisher="Too Few", **lacks)
    found = check_missing_fields(settings)
    assert found.faults == {f"The Press: {field}": "missing in 25 of 25 articles, before in 0 of 40"}
    assert found.counts["articles"] == 69
    assert found.counts[f"without_{field}"] == 69


# Claims


def test_the_band_has_a_floor_and_is_not_widened_by_a_wild_day() -> None:
    assert usual_band([2.0] * 10) == (1.5, 2.5)
    assert usual_band([2.0] * 10 + [50.0]) == (1.5, 2.5)
    assert usual_band([0.1] * 10) == (0.0, pytest.approx(0.35))
    low, high = usual_band([1.0, 2.0, 3.0] * 10)
    assert low == 0.0
    assert high == pytest.approx(2 + 5 * 1.4826)


def test_a_day_with_strange_counts_is_named_and_a_small_one_is_not(settings: Settings, write: Write) -> None:
    for day in range(12):
        write(day, 20, moves=2)
    write(18, 20, moves=2)
    write(19, 20, moves=0)
    write(20, 19, moves=9)
    write(21, 20, moves=2)
    found = check_claims_per_article(settings)
    assert found.faults == {"2026-03-21": "0.00 claims per article, usual are 1.50 to 2.50"}
    assert found.counts == {"dates": 15, "claims_per_article": 2.0, "lowest_usual": 1.5, "highest_usual": 2.5}


def test_without_a_history_nothing_is_strange(settings: Settings, write: Write) -> None:
    assert check_claims_per_article_of(settings, write, days=[0]) == {}
    assert check_claims_per_article_of(settings, write, days=range(1, 9)) == {}


def check_claims_per_article_of(settings: Settings, write: Write, days: Sequence[int]) -> dict[str, str]:
    for day in days:
        write(day, 20, moves=day)
    return dict(check_claims_per_article(settings).faults)
