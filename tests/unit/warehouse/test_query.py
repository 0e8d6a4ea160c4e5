"""Asking the published snapshot: values with their types, errors in DuckDB's words, and nothing can be changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest

from pipelines.errors import NothingPublished, QueryError, WarehouseError
from pipelines.settings import Settings
from pipelines.warehouse import Limits, open_published, publish, query


@pytest.fixture
def published(settings: Settings, write_marts: Callable[..., None]) -> Settings:
    write_marts(settings, 3)
    publish(settings)
    return settings


def test_columns_and_rows(published: Settings) -> None:
    result = query(published, "select id, id * 2 as twice from articles order by id")
    assert result.columns == ("id", "twice")
    assert result.rows == ((0, 0), (1, 2), (2, 4))


def test_values_have_their_python_types_and_times_are_utc(published: Settings) -> None:
    result = query(
        published,
        "select 1.5::double, true, null, date '2026-03-02', timestamptz '2026-03-02 06:15:00+01', ['a', 'b'], "
        "map {'robots': 1}, 'ä😀'",
    )
    (row,) = result.rows
    assert row[:4] == (1.5, True, None, date(2026, 3, 2))
    assert row[4] == datetime(2026, 3, 2, 5, 15, tzinfo=UTC)
    assert row[4].utcoffset().total_seconds() == 0  # type: ignore[attr-defined]
    assert row[5:] == (["a", "b"], {"robots": 1}, "ä😀")


def test_no_rows_keep_their_columns(published: Settings) -> None:
    result = query(published, "select id from articles where id > 99")
    assert (result.columns, result.rows) == (("id",), ())


def test_of_several_statements_the_last_one_answers(published: Settings) -> None:
    assert query(published, "select 1 as one; select 2 as two").rows == ((2,),)


@pytest.mark.parametrize("sql", ["", "  ", "-- nothing", ";"])
def test_an_empty_query_is_told_so_or_empty(published: Settings, sql: str) -> None:
    assert query(published, sql).rows == ()


@pytest.mark.parametrize(
    "sql",
    [
        "insert into articles (id) values (9)",
        "delete from articles",
        "drop table articles",
        "create table mine as select 1",
        "select 1; update articles set id = 0",
        "create view mine as select 1",
        "alter table articles add column more int",
    ],
)
def test_what_writes_is_refused_as_read_only(published: Settings, sql: str) -> None:
    with pytest.raises(QueryError, match="read-only"):
        query(published, sql)
    assert query(published, "select count(*), min(id) from articles").rows == ((3, 0),)


@pytest.mark.parametrize(
    "sql",
    [
        "copy articles to '{file}'",
        "copy (select 1) to '{file}' (format parquet)",
        "export database '{file}'",
        "import database '{file}'",
        "from read_csv('{secret}')",
        "from read_text('{secret}')",
        "from read_blob('{secret}')",
        "from read_json('{secret}')",
        "from read_parquet('{secret}')",
        "from parquet_metadata('{secret}')",
        "from sniff_csv('{secret}')",
        "from glob('{secret}*')",
        "from '{secret}'",
        "from 'http://127.0.0.1:1/x.csv'",
        "from read_csv('s3://bucket/x.csv')",
        "create temp macro there() as table from read_text('{secret}')",
        "attach '{file}'",
        "attach '{secret}' as other (read_only)",
        "install httpfs",
        "force install fts from 'http://127.0.0.1:1'",
        "load httpfs",
        "load '{file}'",
        "update extensions",
        "create secret (type s3)",
        "from duckdb_secrets()",
        "set enable_external_access = true",
        "reset enable_external_access",
        "set lock_configuration = false",
        "set memory_limit = '100GB'",
        "set threads = 64",
        "set temp_directory = '{file}'",
        "set log_query_path = '{file}'",
        "pragma profiling_output = '{file}'",
        "detach claimhouse",
        "select getenv('HOME')",
        "from a_variable_of_ours",
    ],
)
def test_a_query_reaches_nothing_but_the_snapshot(published: Settings, tmp_path: Path, sql: str) -> None:
    secret, file = tmp_path / "secret.csv", tmp_path / "new"
    secret.write_text("who,knows\nnobody,it\n")
    a_variable_of_ours = duckdb.sql("select 'nobody'")
    assert a_variable_of_ours.fetchall() == [("nobody",)]
    with pytest.raises(QueryError) as caught:
        query(published, sql.format(file=file, secret=secret))
    assert "nobody" not in str(caught.value)
    assert not file.exists()
    assert query(published, "select count(*) from articles").rows == ((3,),)


@pytest.mark.parametrize(
    ("sql", "limits", "words"),
    [
        ("select count(*) from range(1000000000000)", Limits(seconds=0.3), "more than 0.3 s"),
        ("from range(100000) as a, range(100000) as b", Limits(seconds=0.3, rows=10**10), "more than 0.3 s"),
        ("select count(distinct random()) from range(1000000000)", Limits(memory="100MB"), "more memory than 100MB"),
        ("from range(30)", Limits(rows=29), "more than 29 rows"),
        ("select 1", Limits(memory="much"), "'much' is no size of memory"),
    ],
)
def test_a_query_over_its_limits_is_stopped_and_says_so(
    published: Settings, sql: str, limits: Limits, words: str
) -> None:
    with pytest.raises(QueryError, match=words):
        query(published, sql, limits=limits)


def test_bad_sql_has_the_place_marked(published: Settings) -> None:
    with pytest.raises(QueryError, match=r"LINE 2: from article_s\n +\^"):
        query(published, "select 1\nfrom article_s")


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("selct 1", "syntax error"),
        ("select nothing from articles", 'column "nothing" not found'),
        ("select * from article_s", "article_s does not exist"),
        ("select 'x'::int", "Could not convert string 'x' to INT32"),
    ],
)
def test_bad_sql_is_explained_in_duckdbs_words(published: Settings, sql: str, words: str) -> None:
    with pytest.raises(QueryError) as caught:
        query(published, sql)
    assert words.casefold() in str(caught.value).casefold()


def test_nothing_published_says_what_to_do(settings: Settings) -> None:
    with pytest.raises(NothingPublished, match="claimhouse demo") as caught:
        query(settings, "select 1")
    assert str(settings.home.path) in str(caught.value)


def test_a_published_file_that_is_no_database_is_our_error_and_names_it(settings: Settings) -> None:
    settings.home.published.parent.mkdir(parents=True)
    settings.home.published.write_text("no database, but more text than a header would need " * 100)
    with pytest.raises(WarehouseError, match=r"claimhouse\.duckdb"):
        query(settings, "select 1")


def test_two_readers_at_once(published: Settings) -> None:
    with open_published(published) as one, open_published(published) as two:
        assert one.execute("select count(*) from articles").fetchall() == two.execute("select 3").fetchall()


def test_a_reader_does_not_keep_the_pipeline_from_writing(
    published: Settings, write_marts: Callable[..., None], tmp_path: Path
) -> None:
    with open_published(published) as reader:
        write_marts(published, 8)
        assert publish(published).rows["articles"] == 8
        assert reader.execute("select count(*) from articles").fetchall() == [(3,)]
    assert query(published, "select count(*) from articles").rows == ((8,),)


def test_the_published_file_is_an_ordinary_duckdb_file(published: Settings) -> None:
    with duckdb.connect(str(published.home.published), read_only=True) as connection:
        assert connection.sql("select count(*) from market_moves").fetchall() == [(3,)]
