"""An archive of any size for measuring: the raw tables of a small warehouse, multiplied in SQL; nothing is parsed.

Each article is copied under other ids, on another day, into another text; its companies become others of their sectors,
those outside the register and the persons get other names: companies, rivals and sources grow as an archive's do.
What was annotated keeps its place in the text: a copy's text is the article's own, with invented sentences behind it.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from pipelines.settings import Settings, load_settings
from pipelines.warehouse.connection import open_warehouse
from pipelines.warehouse.load import create_raw_schema
from pipelines.warehouse.tables import RAW_SCHEMAS

FIRST = date(2015, 1, 1)
"""First archive date of the archive."""
PER_DAY = 54
"""Articles of a day. 200 000 of them make ten years."""
CHUNK = 20_000
"""Articles inserted at once, which bounds the memory."""
WORDS_BEHIND = 200
"""Words added behind each text, so that texts are as long as those of news and no two the same."""

SHIFTED = {
    "articles": ("published_at", "modified_at", "fetched_at"),
    "times": ("period_start", "period_end"),
}
"""Columns with times, which move with the archive date."""
COMPANY_COLUMNS = {"mentions": "company_id", "proposed_companies": "company_id", "persons": "organisation_id"}
COPIED = tuple(name for name in RAW_SCHEMAS if name not in ("collection_log", "loads"))
PERSON_TABLES = ("persons", "speakers")

PLAN = """
create temp table press_articles as
    select version_id, archive_date, article_id, row_number() over (order by archive_date, version_id) - 1 as place
    from press.raw.articles;
create temp macro chance(copy, name) as hash(name, copy) / 18446744073709551616.0;
create temp table copied as
    with numbered as (
        select number // {each} as copy, number % {each} as place, number,
            {first} + cast(number // {per_day} as integer) as day
        from (select unnest(range({articles})) as number)
    )
    select number, copy, day, version_id as old_version, archive_date as old_date,
        substr(md5(concat(article_id, '/', copy)), 1, 16) as article_id,
        substr(md5(concat(version_id, '/', copy)), 1, 16) as version_id
    from numbered inner join press_articles using (place);
create temp table words as
    select list(distinct word) as words
    from (
        select unnest(regexp_extract_all(text, '\\b[a-zäöü][a-zäöüß]+\\b')) as word
        from press.raw.articles where language = 'en'
    );
create temp table sectors as
    select coalesce(sector, '') as sector, list(company_id order by hash(company_id)) as companies
    from press.seeds.company_register group by all;
-- A few companies are in the news every day, most of them once a year; new ones appear as long as one reads.
create temp table companies as
    with named as (
        select company_id from press.raw.mentions
        union select company_id from press.raw.proposed_companies
        union select organisation_id from press.raw.persons where organisation_id is not null
    ),
    found as (
        select named.company_id, sectors.companies
        from named
        left join press.seeds.company_register as register using (company_id)
        left join sectors on coalesce(register.sector, '') = sectors.sector and register.company_id is not null
    )
    select copy, company_id as old_company,
        cast(floor({copies} * pow(chance(copy, company_id), 2)) as bigint) as variant,
        case
            when companies is null then concat(company_id, '-', variant)
            else companies[1 + cast(floor(len(companies) * pow(chance(copy, company_id), 3)) as bigint)]
        end as new_company
    from found, (select unnest(range({copies})) as copy);
create temp table people as
    select distinct name from press.raw.persons;
"""


@dataclass(frozen=True, slots=True)
class Archive:
    """What was made: rows per raw table, and the days that are staged and not loaded."""

    rows: dict[str, int]
    ahead: list[date]


def _columns(name: str) -> dict[str, str]:
    """Expressions for the columns of a raw table that a copy does not keep."""
    changed = {
        "article_id": "copied.article_id", "version_id": "copied.version_id", "archive_date": "copied.day",
        "run_id": "'synthetic'", "loaded_at": "cast(copied.day + interval 29 hour as timestamptz)",
    }  # fmt: skip
    for column in SHIFTED.get(name, ()):
        kind = RAW_SCHEMAS[name].field(column).type
        moved = f"old.{column} + to_days(cast(copied.day - copied.old_date as integer))"
        changed[column] = f"cast({moved} as date)" if str(kind).startswith("date") else moved
    if name in COMPANY_COLUMNS:
        changed[COMPANY_COLUMNS[name]] = "companies.new_company"
    if name == "proposed_companies":
        for column in ("name", "legal_name"):
            changed[column] = f"concat(old.{column}, ' ', companies.variant)"
            changed[column] = f"case when old.{column} is not null then {changed[column]} end"
    if name in PERSON_TABLES:
        variant = "cast(floor(sqrt(copied.copy) * pow(chance(copied.copy, old.name), 2)) as bigint)"
        changed["name"] = f"case when people.name is null then old.name else concat(old.name, ' ', {variant}) end"
    if name == "articles":
        word = "words[1 + cast(hash(copied.number, n) % len(words) as bigint)]"
        words = f"list_transform(range({WORDS_BEHIND}), lambda n: {word})"
        changed |= {
            "url": "concat(old.url, '?copy=', copied.copy)",
            "canonical_url": "concat(old.canonical_url, '?copy=', copied.copy)",
            "title": "concat(old.title, ' (', copied.copy, ')')",
            "text": f"concat(old.text, '\n\n', array_to_string({words}, ' '), '.')",
            "word_count": f"old.word_count + {WORDS_BEHIND}",
            "content_hash": "substr(md5(concat(old.content_hash, '/', copied.copy)), 1, 16)",
            "fingerprint": "cast(hash(old.fingerprint, copied.copy) as varchar)",
        }
    return changed


def _rows(name: str) -> str:
    """The query of one raw table's rows for the articles between two numbers."""
    replaced = ", ".join(f'{expression} as "{column}"' for column, expression in _columns(name).items())
    joins = ""
    if name in COMPANY_COLUMNS:
        same = f"companies.copy = copied.copy and companies.old_company = old.{COMPANY_COLUMNS[name]}"
        joins += f" left join companies on {same}"
    if name in PERSON_TABLES:
        joins += " left join people on people.name = old.name"
    if name == "articles":
        joins += " cross join words"
    return f"""
        select old.* replace ({replaced})
        from press.raw."{name}" as old
        inner join copied on copied.old_version = old.version_id and copied.old_date = old.archive_date {joins}
        where copied.number >= ? and copied.number < ?
        order by copied.number
    """


LOGS = """
insert into raw.collection_log by name
    select source_id, archive_date, count(*) as discovered, count(*) as fetched, 0 as unchanged, 0 as duplicate,
        count(*) as parsed, 0 as failed, map([]::varchar[], []::integer[]) as failures, 'synthetic' as run_id,
        max(loaded_at) as loaded_at
    from raw.articles group by source_id, archive_date order by archive_date;
insert into raw.loads by name
    select archive_date, min(parser_version) as parser_version, min(annotator_version) as annotator_version,
        1 as changes, 'synthetic' as run_id, max(loaded_at) as loaded_at
    from raw.articles group by archive_date order by archive_date;
"""


def build_archive(
    settings: Settings,
    press: Path,
    articles: int,
    days_ahead: int = 0,
    on_articles: Callable[[int], None] = lambda _: None,
) -> Archive:
    """Fill the raw tables of a home that has none yet with `articles` copies of what the warehouse file `press` holds.

    The days that would come next are staged, not loaded. Nothing is derived. Calls `on_articles(done)` as it goes on.
    """
    with open_warehouse(settings) as connection:
        create_raw_schema(connection)
        connection.execute(f"attach '{press}' as press (read_only)")
        next_day = -(-articles // PER_DAY)
        _plan(connection, (next_day + days_ahead) * PER_DAY)
        for begin in range(0, articles, CHUNK):
            end = min(begin + CHUNK, articles)
            for name in COPIED:
                connection.execute(f'insert into raw."{name}" by name {_rows(name)}', [begin, end])
            on_articles(end)
        connection.execute(LOGS)
        ahead = [FIRST + timedelta(days=number) for number in range(next_day, next_day + days_ahead)]
        for number, day in enumerate(ahead, next_day):
            _stage(connection, settings.home.annotations / str(day), number * PER_DAY)
        rows = {name: _count(connection, f'raw."{name}"') for name in RAW_SCHEMAS}
        connection.execute("detach press")
    return Archive(rows, ahead)


def _plan(connection: duckdb.DuckDBPyConnection, articles: int) -> None:
    each = _count(connection, "press.raw.articles")
    copies = -(-articles // each)
    first = f"date '{FIRST}'"
    connection.execute(PLAN.format(each=each, copies=copies, articles=articles, per_day=PER_DAY, first=first))


def _stage(connection: duckdb.DuckDBPyConnection, folder: Path, begin: int) -> None:
    """Write a day's files as the annotator leaves them."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in COPIED:
        rows = f"select * exclude (run_id, loaded_at) from ({_rows(name)})"
        pq.write_table(connection.execute(rows, [begin, begin + PER_DAY]).to_arrow_table(), folder / f"{name}.parquet")


def _count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    counted = connection.execute(f"select count(*) from {table}").fetchone()
    return int(counted[0]) if counted else 0


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("home", type=Path, help="home to fill, which has no warehouse yet")
    arguments.add_argument("--press", type=Path, required=True, help="a warehouse file, such as the demo's")
    arguments.add_argument("--articles", type=int, default=200_000)
    given = arguments.parse_args()
    began = time.perf_counter()
    settings = load_settings(given.home)
    if settings.home.warehouse.exists():
        sys.exit(f"{settings.home.warehouse} exists; give a home of its own.")
    made = build_archive(settings, given.press, given.articles)
    size = settings.home.warehouse.stat().st_size / 1e6
    took = time.perf_counter() - began
    sys.stdout.write(f"{given.articles:,} articles: {size:,.0f} MB in {took:.0f} s\n")
    for name, count in made.rows.items():
        sys.stdout.write(f"{count:12,} {name}\n")


if __name__ == "__main__":
    main()
