"""What the command line shows: rows as tables, CSV or JSON, the collection log, the four tables of the demo."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from pipelines.settings import Settings
from pipelines.warehouse import Result, query

COLLECTED = """
select
    source_id as source,
    archive_date as day,
    discovered, fetched, unchanged, duplicate, parsed, failed,
    array_to_string(list_transform(map_entries(failures), lambda f: concat(f.key, ' ', f.value)), ', ')
        as "failures by reason"
from collection_log
where archive_date between coalesce(?, archive_date) and coalesce(?, archive_date)
order by source_id, archive_date
"""
COLLECTED_IN_ALL = """
with counted as (
    select * from collection_log where archive_date between ? and ?
),

reasons as (
    select source_id, failure.key as reason, sum(failure.value) as failures
    from counted, unnest(map_entries(failures)) as entries (failure)
    group by all
)

select
    source_id as source,
    count(*) as days,
    cast(sum(discovered) as bigint) as discovered,
    cast(sum(fetched) as bigint) as fetched,
    cast(sum(unchanged) as bigint) as unchanged,
    cast(sum(duplicate) as bigint) as duplicate,
    cast(sum(parsed) as bigint) as parsed,
    cast(sum(failed) as bigint) as failed,
    (
        select string_agg(concat(reason, ' ', failures), ', ' order by reason)
        from reasons where reasons.source_id = counted.source_id
    ) as "failures by reason"
from counted
group by source_id
order by source_id
"""
LONG = 31
"""Days from which on the collection log is shown in sums."""
SHOWN: tuple[tuple[str, str], ...] = (
    (
        "companies",
        """
        select name, country, sector, is_registered as registered, article_count as articles, mention_count as mentions
        from companies order by article_count desc, mention_count desc, name limit {rows}
        """,
    ),
    (
        "market_moves",
        """
        select companies.name as company, move_type as move, direction, counterparty, market, value, unit, certainty,
               source_name as "says", evidence
        from market_moves inner join companies using (company_id)
        order by row_number() over (partition by move_type order by value is null, published_at, move_id), move_type
        limit {rows}
        """,
    ),
    (
        "competitors",
        """
        select a.name as company, b.name as competitor, strength, market, competitors.article_count as articles,
               claims.evidence
        from competitors
        inner join (
            select company_a_id, company_b_id, min(evidence) as evidence from competitor_claims group by all
        ) as claims using (company_a_id, company_b_id)
        inner join companies as a on company_a_id = a.company_id
        inner join companies as b on company_b_id = b.company_id
        order by competitors.article_count desc, company, competitor limit {rows}
        """,
    ),
    (
        "source_attributions",
        """
        select source_name as source, source_kind as kind, organisation, manner, cue, evidence
        from source_attributions
        order by row_number() over (partition by source_kind order by attribution_id), kind limit {rows}
        """,
    ),
)


def show_collection(settings: Settings, console: Console, first: date | None = None, last: date | None = None) -> None:
    """What each source gave on each of the dates, in sums over many, and why the rest is missing."""
    if first and last and (last - first).days >= LONG:
        found, title = query(settings, COLLECTED_IN_ALL, [first, last]), f"collected from {first} to {last}, by source"
    else:
        found, title = query(settings, COLLECTED, [first, last]), "collected, by source and archive date"
    console.print(as_table(found, title=title))


def show_rows(settings: Settings, rows: Mapping[str, int], console: Console) -> None:
    """Where the published file is, and rows per table."""
    counts = ", ".join(f"{name} {count:,}" for name, count in rows.items())
    console.print(f"[bold]{settings.home.published}[/bold]: {counts}", highlight=False, soft_wrap=True)


def show_marts(settings: Settings, console: Console, rows: int = 8) -> None:
    """The first rows of the four tables: the values on one line, the evidence under them."""
    for name, sql in SHOWN:
        total = query(settings, f'select count(*) from "{name}"').rows[0][0]
        found = query(settings, sql.format(rows=rows))
        if found.columns[-1] != "evidence":
            console.print(as_table(found, title=f"{name}: {total} rows"))
            continue
        console.print(
            f"\n[bold]{name}: {total} rows[/bold]  [dim]{' · '.join(found.columns[:-1])}[/dim]", highlight=False
        )
        for *values, evidence in found.rows:
            first, *rest = [plain(value) for value in values if value is not None]
            line = Text.assemble((first, "bold cyan"), *(f" · {value}" for value in rest))
            console.print(line, soft_wrap=True)
            console.print(Padding(Text(f"“{plain(evidence)}”", style="dim"), (0, 0, 0, 4)))


def as_table(result: Result, title: str | None = None) -> Table:
    """Rows as a table that fits the terminal; long text is folded."""
    table = Table(title=title, title_justify="left", title_style="bold", show_lines=False, header_style="bold")
    for number, column in enumerate(result.columns):
        is_number = bool(result.rows) and all(isinstance(r[number], int | float | None) for r in result.rows)
        table.add_column(column, justify="right" if is_number else "left", overflow="fold")
    for row in result.rows:
        table.add_row(*(Text(plain(value)) for value in row))  # what a page says is no markup
    return table


def plain(value: object) -> str:
    """A value as a reader wants it: no trailing zeros, no microseconds, nothing for null."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:,.10g}"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)


def as_csv(result: Result) -> str:
    """RFC 4180 with a header line; lists and maps as JSON, times in ISO 8601."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(result.columns)
    writer.writerows([_cell(value) for value in row] for row in result.rows)
    return out.getvalue()


def _cell(value: object) -> object:
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    return value.isoformat() if isinstance(value, date) else value


def as_json(result: Result) -> str:
    """A list of objects, times in ISO 8601."""
    names = _distinct(result.columns)
    rows: list[dict[str, Any]] = [dict(zip(names, map(_finite, row), strict=True)) for row in result.rows]
    return to_json(rows)


def _distinct(columns: Sequence[str]) -> list[str]:
    """Column names as keys: a name that comes again gets a number ("id", "id_2")."""
    names: list[str] = []
    for column in columns:
        count = sum(name == column or name.startswith(f"{column}_") for name in names)
        names.append(f"{column}_{count + 1}" if column in names else column)
    return names


def _finite(value: object) -> object:
    """JSON has no infinity and no NaN."""
    return None if isinstance(value, float) and not math.isfinite(value) else value


def to_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1, default=_iso)


def _iso(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def show_problems(problems: Iterable[str], console: Console) -> None:
    """What could not be read, one line each."""
    for problem in problems:
        console.print(Text.assemble(("not read: ", "yellow"), problem), soft_wrap=True)


def next_things(published: Sequence[str], console: Console) -> None:
    """Where to go on from here."""
    console.print("\n[bold]Three things to try next[/bold]")
    for line in published:
        console.print(f"  {line}", highlight=False, markup=False, soft_wrap=True)
