"""What the pages ask of the snapshot. Each function is one question; rows come as records of column names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from pipelines.explore.filters import PAGE_SIZE, Filters
from pipelines.warehouse import Reader, Record

CLAIM = """
    claims.*, companies.name as company, articles.title, articles.publisher, articles.url, grouped.real_move_id
"""
CLAIM_JOINS = """
    inner join companies on claims.company_id = companies.company_id
    inner join articles on claims.article_id = articles.article_id
    inner join move_claims as grouped on claims.move_id = grouped.move_id
"""
PAIRS = """
    select pairs.*, pairs.evidence_count as claims, a.name as company_a, b.name as company_b
    from competitors as pairs
    inner join companies as a on pairs.company_a_id = a.company_id
    inner join companies as b on pairs.company_b_id = b.company_id
"""
NEWEST = "order by claims.published_at desc nulls last, claims.move_id"
WEEK = "date_trunc('week', make_timestamp(epoch_us(published_at)))::date"
"""In UTC, and quicker than with a time zone."""
SHOWN = 50
CLAIMS_OF_A_MOVE = 200
MOST_FOUND = 2000
"""Claims that a search by words is narrowed down to, before the other filters."""
EDGES = 40
DOWNLOADED = 100_000


@dataclass(frozen=True, slots=True)
class Claims:
    """A page of claims, how many there are in all, and how many in each week."""

    rows: list[Record]
    total: int
    weeks: list[tuple[date, int]]


def find_claims(reader: Reader, filters: Filters) -> Claims:
    """The newest claims that the filters let through."""
    chosen, given = f"select * from market_moves where {filters.condition}", _given(reader, filters)
    skipped = (filters.page - 1) * PAGE_SIZE
    rows = reader.ask(
        f"with claims as (select * from ({chosen}) as claims {NEWEST} limit {PAGE_SIZE} offset {skipped}) "
        f"select {CLAIM} from claims {CLAIM_JOINS} {NEWEST}",
        given,
    )
    counted = reader.ask(
        f"select {WEEK} as week, count(*) as claims from ({chosen}) group by week order by week",
        given,
    )
    weeks = [(row["week"], row["claims"]) for row in counted if row["week"]]
    return Claims(rows, sum(row["claims"] for row in counted), weeks)


def claims_to_download(reader: Reader, filters: Filters) -> list[Record]:
    """All that the filters let through, the newest hundred thousand."""
    chosen = f"select * from market_moves as claims where {filters.condition} {NEWEST} limit {DOWNLOADED}"
    given = _given(reader, filters)
    return reader.ask(f"with claims as ({chosen}) select {CLAIM} from claims {CLAIM_JOINS} {NEWEST}", given)


def _given(reader: Reader, filters: Filters) -> Record:
    """The parameters of the filters; words are looked up once, for all that is asked about what they find."""
    given = filters.parameters
    if words := given.pop("q", None):
        found = reader.ask("select id from search_claims(?, n := ?) where kind = 'move'", [words, MOST_FOUND])
        given["found"] = [row["id"] for row in found]
    return given


def first(rows: list[Record]) -> Record | None:
    """The one row, if there is one."""
    return rows[0] if rows else None


def company(reader: Reader, company_id: str) -> Record | None:
    """What is known of a company."""
    return first(reader.ask("select * from companies where company_id = ?", [company_id]))


def companies(reader: Reader, name: str) -> list[Record]:
    """Companies whose name holds these letters, those most written about first."""
    sql = (
        f"select * from companies where contains(lower(name), lower(?)) order by article_count desc, name limit {SHOWN}"
    )
    return reader.ask(sql, [name])


def moves_of(reader: Reader, company_id: str) -> list[Record]:
    """A company's real-world moves, the newest first."""
    sql = f"select * from moves where company_id = ? order by last_claimed_at desc, real_move_id limit {SHOWN}"
    return reader.ask(sql, [company_id])


def rivals_of(reader: Reader, company_id: str) -> list[Record]:
    """The pairs that a company is one of, most claimed first."""
    return reader.ask(
        f"""
        select
            pairs.*,
            case when company_a_id = $id then company_b_id else company_a_id end as rival_id,
            case when company_a_id = $id then company_b else company_a end as rival
        from ({PAIRS}) as pairs
        where $id in (company_a_id, company_b_id)
        order by claims desc, rival limit {EDGES}
        """,
        {"id": company_id},
    )


def sources_of(reader: Reader, company_id: str) -> list[Record]:
    """Who is named as the source of what is claimed of a company."""
    return reader.ask(
        f"""
        select said.source_id, any_value(sources.name) as source, any_value(sources.kind) as kind, count(*) as claims
        from market_moves as moves
        inner join source_attributions as said using (attribution_id)
        inner join sources on said.source_id = sources.source_id
        where moves.company_id = ? group by said.source_id order by claims desc, source limit {SHOWN}
        """,
        [company_id],
    )


def weeks_of(reader: Reader, company_id: str) -> list[tuple[date, int]]:
    """How much is claimed of a company, week by week."""
    rows = reader.ask(
        f"select {WEEK} as week, count(*) as claims from market_moves "
        "where company_id = ? and published_at is not null group by week order by week",
        [company_id],
    )
    return [(row["week"], row["claims"]) for row in rows]


def move(reader: Reader, real_move_id: str) -> Record | None:
    """A real-world move with the name of its company."""
    named = "moves inner join companies using (company_id)"
    sql = f"select moves.*, companies.name as company from {named} where real_move_id = ?"
    return first(reader.ask(sql, [real_move_id]))


def claims_of_moves(reader: Reader, real_move_ids: Sequence[str], most: int = DOWNLOADED) -> list[Record]:
    """Who told of moves, in order, so many at most. An article that is not the first of its story is a copy of it."""
    return reader.ask(
        f"""
        select {CLAIM}, grouped.claimed_at, grouped.story_id
        from market_moves as claims {CLAIM_JOINS}
        where grouped.real_move_id in (select unnest(?)) order by grouped.claimed_at, claims.move_id limit {most}
        """,
        [list(real_move_ids)],
    )


def rivals(reader: Reader, name: str, market: str) -> list[Record]:
    """The pairs most claimed, of all companies or those of a name, in all markets or those of a name."""
    return reader.ask(
        f"""
        select * from ({PAIRS})
        where (contains(lower(company_a), lower($name)) or contains(lower(company_b), lower($name)))
            and contains(lower(coalesce(market, '')), lower($market))
        order by claims desc, company_a, company_b limit {EDGES}
        """,
        {"name": name, "market": market},
    )


def sources(reader: Reader, name: str, kind: str) -> list[Record]:
    """Sources whose name holds these letters, those most cited first."""
    return reader.ask(
        f"""
        select * from sources where contains(lower(name), lower($name)) and ($kind = '' or kind = $kind)
        order by attribution_count desc, name limit {SHOWN}
        """,
        {"name": name, "kind": kind},
    )


def source(reader: Reader, source_id: str) -> Record | None:
    """A source, and how early and how right it is."""
    return first(reader.ask("select * from source_scoreboard where source_id = ?", [source_id]))


def said_by(reader: Reader, source_id: str) -> list[Record]:
    """What a source said, the newest first."""
    return reader.ask(
        f"""
        with newest as (
            select * from source_attributions where source_id = $id
            order by claimed_at desc, attribution_id limit {SHOWN}
        )
        select * from who_said_what where source_id = $id and attribution_id in (select attribution_id from newest)
            and article_id in (select article_id from newest)
        order by said_at desc, attribution_id, move_id limit {SHOWN}
        """,
        {"id": source_id},
    )


def article(reader: Reader, article_id: str) -> Record | None:
    """An article with its text and its story."""
    told = "articles inner join story_articles as told using (article_id)"
    sql = f"select articles.*, told.story_id from {told} where article_id = ?"
    return first(reader.ask(sql, [article_id]))


def claims_in(reader: Reader, article_id: str) -> list[Record]:
    """What an article claims, in the order of its text: moves, rivalries and who said something."""
    return reader.ask(
        """
        with found as (
            select move_id as id, 'move' as kind, company_id, move_type as what, certainty, counterparty as other,
                value, unit, source_name, evidence, region, start_char, end_char
            from market_moves where article_id = $id
            union all
            select claim_id, 'rivalry', company_a_id, strength, null, company_b_id, null, null, null, evidence, region,
                start_char, end_char
            from competitor_claims where article_id = $id
            union all
            select attribution_id, 'statement', company_id, manner, null, null, null, null, source_name, evidence,
                region, start_char, end_char
            from source_attributions where article_id = $id
        )
        select found.* replace (coalesce(others.name, found.other) as other), companies.name as company
        from found
        left join companies using (company_id)
        left join companies as others on found.other = others.company_id
        order by (region != 'title'), start_char, kind, id
        """,
        {"id": article_id},
    )


def copies_of(reader: Reader, story_id: str, article_id: str) -> list[Record]:
    """The other articles of a story, in the order in which they appeared."""
    return reader.ask(
        """
        select articles.article_id, articles.title, articles.publisher, told.claimed_at
        from story_articles as told inner join articles using (article_id)
        where told.story_id = ? and articles.article_id != ? order by told.claimed_at, articles.article_id
        """,
        [story_id, article_id],
    )


def versions_of(reader: Reader, article_id: str) -> list[Record]:
    """The versions of an article, the newest first."""
    return reader.ask("select * from article_versions where article_id = ? order by version desc", [article_id])


def choices(reader: Reader) -> dict[str, list[str]]:
    """What there is to choose from in a form."""
    kinds = reader.ask("select list_sort(list(distinct move_type)) as types from market_moves")
    return {"types": kinds[0]["types"] or [], "certainties": ["actual", "announced", "possible", "denied"]}
