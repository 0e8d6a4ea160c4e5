"""Staged days into the raw tables: every kind of row arrives, a day is replaced whole, a failed day is left alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.records import Annotations, SourceLog, StoredArticle, Witness
from pipelines.settings import Settings
from pipelines.warehouse import AnnotationStore, ArticleStore, Provenance, load_dates
from pipelines.warehouse.load import create_raw_schema
from pipelines.warehouse.tables import RAW_SCHEMAS

DAY = date(2026, 3, 2)
NEXT = DAY + timedelta(days=1)
Annotated = tuple[StoredArticle, Annotations]
MakeAnnotated = Callable[..., Annotated]
ONE_ARTICLE = dict.fromkeys(RAW_SCHEMAS, 1) | {"article_metadata": 2, "clauses": 2, "collection_log": 0}
"""Rows of the article of the `annotated` fixture."""
MADE = Provenance("parser-1", 3, "lexicon-1")


def ask(settings: Settings, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(settings.home.warehouse), read_only=True) as connection:
        connection.execute("set timezone = 'UTC'")
        return connection.execute(sql).fetchall()


def counts(settings: Settings) -> dict[str, int]:
    return {name: ask(settings, f'select count(*) from raw."{name}"')[0][0] for name in RAW_SCHEMAS}


def stage(settings: Settings, day: date, found: Sequence[Annotated]) -> None:
    AnnotationStore(settings.home.annotations).write(day, found, MADE)


def test_every_kind_of_annotation_arrives(settings: Settings, annotated: MakeAnnotated) -> None:
    stage(settings, DAY, [annotated()])
    assert load_dates(settings, {DAY: []}, "run-1") == {DAY: ONE_ARTICLE}
    assert counts(settings) == ONE_ARTICLE


def test_every_raw_row_says_where_it_belongs(settings: Settings, annotated: MakeAnnotated) -> None:
    stage(settings, DAY, [annotated()])
    load_dates(settings, {DAY: []}, "run-1")
    for name in set(RAW_SCHEMAS) - {"collection_log", "loads"}:
        rows = ask(settings, f'select article_id, archive_date, annotator_version, run_id from raw."{name}"')
        assert set(rows) == {("a1", DAY, "lexicon-1", "run-1")}, name
        assert ask(settings, f'select count(*) from raw."{name}" where loaded_at is null or rule_id is null') == [(0,)]


def test_a_loaded_date_says_what_made_it(settings: Settings, annotated: MakeAnnotated) -> None:
    stage(settings, DAY, [annotated()])
    heard: list[tuple[date, Provenance | None]] = []
    load_dates(settings, {DAY: [], NEXT: []}, "run-1", lambda *one: heard.append(one))
    assert heard == [(DAY, MADE), (NEXT, None)]
    made = "archive_date, parser_version, annotator_version, changes, run_id"
    assert ask(settings, f"select {made} from raw.loads") == [(DAY, "parser-1", "lexicon-1", 3, "run-1")]
    assert ask(settings, "select distinct parser_version from raw.articles") == [("parser-1",)]


def test_values_come_back_as_they_went_in(settings: Settings, annotated: MakeAnnotated) -> None:
    stored, _ = annotated()
    stage(settings, DAY, [(stored, annotated()[1])])
    load_dates(settings, {DAY: []}, "run-1")
    (article,) = ask(
        settings,
        "select text, authors, credits, published_at, published_at_origin, modified_at, fetched_at, is_paywalled, "
        "warc_file, warc_offset, word_count, version_id, canonical_url from raw.articles",
    )
    assert article == (
        stored.article.text, ["Greta Holm", "Ole Bär"], ["dpa"], datetime(2026, 3, 2, 8, tzinfo=UTC), "json-ld", None,
        stored.fetched_at, False, "x.warc.gz", 7, 13, "v1", "https://a.example/1",
    )  # fmt: skip
    assert ask(settings, "select preposition, determiner, is_genitive, list_no, description from raw.mentions") == [
        ("von", None, True, 2, "Pumpenbauer")
    ]
    assert ask(settings, "select value, unit, period_start, period_end from raw.quantities, raw.times") == [
        (3.0, "EUR", date(2026, 3, 1), date(2026, 3, 31))
    ]
    assert ask(settings, "select substr(text, c.start_char + 1, c.end_char) from raw.cues c, raw.articles") == [
        ("Nordwerk",)
    ]


def test_what_is_known_of_the_page_arrives_with_its_article(settings: Settings, annotated: MakeAnnotated) -> None:
    stage(settings, DAY, [annotated()])
    load_dates(settings, {DAY: []}, "run-1")
    asked = "select published_precision, modified_precision, next_url, is_live_blog, faults from raw.articles"
    assert ask(settings, asked) == [
        ("minute", None, "https://a.example/1?seite=2", True, {"too_deep": 1, "undecodable_bytes": 3})
    ]


def test_places_that_disagree_can_be_found(settings: Settings, annotated: MakeAnnotated) -> None:
    stored, found = annotated()
    said = [
        ("authors", "byline", "Greta Holm", True),
        ("authors", "byline", "Ole Bär", True),
        ("authors", "meta", "Redaktion", False),
        ("published", "json-ld", "2026-03-01T09:00:00+01:00", False),
        ("published", "json-ld", "2026-03-02T09:00:00+01:00", True),
        ("published", "time", "2. März 2026", False),
        ("section", "meta", "Häfen", False),
        ("title", "opengraph", "Titel 1 | Kurier", True),
        ("title", "opengraph", "Titel 1, anders", False),
    ]
    article = replace(stored.article, witnesses=tuple(Witness(*values) for values in said))
    stage(settings, DAY, [(replace(stored, article=article), found)])
    load_dates(settings, {DAY: []}, "run-1")
    asked = "select field, origin, value, is_chosen from raw.article_metadata order by field, origin, value"
    assert ask(settings, asked) == said


LATER = ["published_precision", "modified_precision", "next_url", "is_live_blog", "faults"]


def test_files_and_tables_of_before_a_column_was_added_still_serve(
    settings: Settings, annotated: MakeAnnotated
) -> None:
    stage(settings, DAY, [annotated()])
    load_dates(settings, {DAY: []}, "run-1")
    with duckdb.connect(str(settings.home.warehouse)) as connection:
        for column in LATER:
            connection.execute(f"alter table raw.articles drop column {column}")
        connection.execute("drop table raw.article_metadata")
    store = AnnotationStore(settings.home.annotations)
    path = store.path(DAY, "articles")
    pq.write_table(pq.read_table(path).drop_columns(LATER), path)
    store.path(DAY, "article_metadata").unlink()
    stage(settings, NEXT, [annotated(2, NEXT)])
    loaded = load_dates(settings, {DAY: [], NEXT: []}, "run-2")
    assert {day: rows["articles"] for day, rows in loaded.items()} == {DAY: 1, NEXT: 1}
    asked = f"select {', '.join(LATER)} from raw.articles order by archive_date"
    old, new = ask(settings, asked)
    assert set(old) == {None}
    assert new[3] is True
    assert ask(settings, "select distinct archive_date from raw.article_metadata") == [(NEXT,)]


def test_the_collection_log_arrives_with_its_reasons(settings: Settings) -> None:
    logs = [
        SourceLog("kurier", DAY, 9, 6, 1, 2, 5, {"robots": 2, "http_4xx": 1}),
        SourceLog("bote", DAY),
    ]
    assert load_dates(settings, {DAY: logs}, "run-1")[DAY]["collection_log"] == 2
    assert ask(settings, "select * exclude (run_id, loaded_at) from raw.collection_log order by source_id") == [
        ("bote", DAY, 0, 0, 0, 0, 0, 0, {}),
        ("kurier", DAY, 9, 6, 1, 2, 5, 3, {"http_4xx": 1, "robots": 2}),
    ]


def test_loading_twice_gives_the_same_counts(settings: Settings, annotated: MakeAnnotated) -> None:
    stage(settings, DAY, [annotated(1), annotated(2)])
    logs = {DAY: [SourceLog("kurier", DAY, 2, 2)]}
    first = load_dates(settings, logs, "run-1")
    before = counts(settings)
    assert load_dates(settings, logs, "run-2") == first
    assert counts(settings) == before
    assert ask(settings, "select distinct run_id from raw.articles") == [("run-2",)]


def test_a_day_is_replaced_and_its_neighbours_are_not(settings: Settings, annotated: MakeAnnotated) -> None:
    stage(settings, DAY, [annotated(1), annotated(2)])
    stage(settings, NEXT, [annotated(3, NEXT)])
    load_dates(settings, {DAY: [], NEXT: []}, "run-1")
    stage(settings, DAY, [annotated(4)])
    load_dates(settings, {DAY: []}, "run-2")
    assert ask(settings, "select article_id, run_id from raw.articles order by 1") == [("a3", "run-1"), ("a4", "run-2")]
    assert counts(settings) == {name: 2 * rows for name, rows in ONE_ARTICLE.items()}


def test_a_day_that_lost_its_articles_loses_its_rows(settings: Settings, annotated: MakeAnnotated) -> None:
    stage(settings, DAY, [annotated()])
    load_dates(settings, {DAY: []}, "run-1")
    stage(settings, DAY, [])
    load_dates(settings, {DAY: []}, "run-2")
    assert counts(settings) == dict.fromkeys(RAW_SCHEMAS, 0) | {"loads": 1}


def test_a_day_that_was_never_staged_loads_nothing(settings: Settings) -> None:
    assert load_dates(settings, {DAY: []}, "run-1") == {DAY: dict.fromkeys(RAW_SCHEMAS, 0)}
    assert set(counts(settings).values()) == {0}


@pytest.mark.parametrize("broken", ["paragraphs", "cues", "quotations"])
def test_a_load_that_fails_half_way_leaves_the_day_as_it_was(
    settings: Settings, annotated: MakeAnnotated, broken: str
) -> None:
    stage(settings, DAY, [annotated(1)])
    load_dates(settings, {DAY: [SourceLog("kurier", DAY, 1, 1)]}, "run-1")
    before = {name: ask(settings, f'select * from raw."{name}" order by all') for name in RAW_SCHEMAS}
    stage(settings, DAY, [annotated(2), annotated(3)])
    AnnotationStore(settings.home.annotations).path(DAY, broken).write_bytes(b"no parquet at all")
    with pytest.raises(duckdb.Error, match=broken):
        load_dates(settings, {DAY: [SourceLog("kurier", DAY, 2, 2)]}, "run-2")
    assert {name: ask(settings, f'select * from raw."{name}" order by all') for name in RAW_SCHEMAS} == before


def test_the_days_before_the_failed_one_stay_loaded_and_a_repeat_mends_it(
    settings: Settings, annotated: MakeAnnotated
) -> None:
    stage(settings, DAY, [annotated(1)])
    stage(settings, NEXT, [annotated(2, NEXT)])
    path = AnnotationStore(settings.home.annotations).path(NEXT, "cues")
    good = path.read_bytes()
    path.write_bytes(good[: len(good) // 2])
    loaded: list[date] = []
    with pytest.raises(duckdb.Error):
        load_dates(settings, {NEXT: [], DAY: []}, "run-1", lambda day, _: loaded.append(day))
    assert loaded == [DAY]
    assert ask(settings, "select article_id from raw.articles") == [("a1",)]
    path.write_bytes(good)
    load_dates(settings, {NEXT: [], DAY: []}, "run-2", lambda day, _: loaded.append(day))
    assert ask(settings, "select article_id from raw.articles order by 1") == [("a1",), ("a2",)]


def test_the_raw_schema_can_be_made_twice(settings: Settings) -> None:
    with duckdb.connect() as connection:
        create_raw_schema(connection)
        create_raw_schema(connection)
        found = connection.execute("select table_name from information_schema.tables where table_schema = 'raw'")
        assert {name for (name,) in found.fetchall()} == set(RAW_SCHEMAS)


def test_articles_come_back_from_disk_as_they_were(settings: Settings, annotated: MakeAnnotated) -> None:
    store = ArticleStore(settings.home.articles)
    articles = [annotated(number)[0] for number in (1, 2)]
    store.write(DAY, articles, MADE)
    assert store.read(DAY) == articles
    assert store.read(DAY)[0].article.published.isoformat() == "2026-03-02T09:00:00+01:00"  # type: ignore[union-attr]
    assert store.read(NEXT) == []


def test_articles_written_before_a_field_was_added_come_back_without_it(
    settings: Settings, annotated: MakeAnnotated
) -> None:
    store, (stored, _) = ArticleStore(settings.home.articles), annotated()
    store.write(DAY, [stored], MADE)
    pq.write_table(pq.read_table(store.path(DAY)).drop_columns([*LATER, "witnesses"]), store.path(DAY))
    without = {"published_precision": None, "next_url": None, "is_live_blog": False, "witnesses": (), "faults": {}}
    assert store.read(DAY) == [replace(stored, article=replace(stored.article, **without))]


def test_witnesses_written_before_it_was_known_who_was_chosen_come_back_as_not_chosen(
    settings: Settings, annotated: MakeAnnotated
) -> None:
    store, (stored, _) = ArticleStore(settings.home.articles), annotated()
    witness = Witness("title", "h1", "Titel 1", True)
    store.write(DAY, [replace(stored, article=replace(stored.article, witnesses=(witness,)))], MADE)
    assert store.read(DAY)[0].article.witnesses == (witness,)
    table = pq.read_table(store.path(DAY))
    old = pa.array([[{"field": "title", "origin": "h1", "value": "Titel 1"}]])
    pq.write_table(table.set_column(table.schema.get_field_index("witnesses"), "witnesses", old), store.path(DAY))
    assert store.read(DAY)[0].article.witnesses == (replace(witness, is_chosen=False),)


def test_an_interrupted_write_leaves_the_old_day(settings: Settings, annotated: MakeAnnotated) -> None:
    store = ArticleStore(settings.home.articles)
    store.write(DAY, [annotated(1)[0]], MADE)
    with pytest.raises(AttributeError):
        store.write(DAY, [annotated(2)[0], None], MADE)  # type: ignore[list-item]
    assert [stored.article_id for stored in store.read(DAY)] == ["a1"]
