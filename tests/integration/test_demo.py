"""The demo from the outside: what it prints, what it publishes, that running it again changes nothing, and that the
claims an analyst would expect of the embedded press are found.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.demo import EXPECTED, SOURCES
from pipelines.warehouse.contract import VIEWS

CONTRACT = {
    "articles": (
        "article_id url canonical_url source_id publisher title text authors language published_at published_at_origin "
        "modified_at archive_date fetched_at word_count is_paywalled content_hash version warc_file warc_offset"
    ),
    "article_metadata": "article_id field origin value is_chosen",
    "companies": (
        "company_id name legal_name country sector ticker isin is_listed is_registered first_mentioned_at "
        "last_mentioned_at article_count mention_count"
    ),
    "article_versions": "article_id version version_id is_newest paragraphs_added paragraphs_removed",
    "stories": "story_id title first_publisher first_told_at article_count publisher_count agency",
    "story_articles": "story_id article_id is_first claimed_at",
    "moves": (
        "real_move_id company_id move_type counterparty_company_id market product first_claimed_at first_publisher "
        "story_count publisher_count source_count possible_at announced_at actual_at denied_at claimed_values "
        "is_disputed"
    ),
    "move_claims": "real_move_id move_id article_id story_id is_first",
    "company_mentions": "mention_id article_id company_id surface region sentence_no start_char end_char rule_id",
    "market_moves": (
        "move_id article_id published_at company_id move_type direction counterparty_company_id counterparty market "
        "product value unit basis period_start period_end certainty attribution_id source_name evidence region "
        "start_char end_char rule_id"
    ),
    "competitors": (
        "company_a_id company_b_id strength market evidence_count article_count first_claimed_at last_claimed_at"
    ),
    "competitor_claims": (
        "claim_id article_id company_a_id company_b_id strength market evidence start_char end_char rule_id"
    ),
    "sources": "source_id name kind company_id article_count attribution_count",
    "source_attributions": (
        "attribution_id article_id source_id source_name source_kind organisation company_id via cue manner evidence "
        "region start_char end_char rule_id"
    ),
    "collection_log": "source_id archive_date discovered fetched unchanged duplicate parsed failed failures",
}
"""The contract of the tables as the design promises it. Written out here, so that no change of a model can pass."""
OF_ONE_RUN = {"loaded_at", "run_id", "fetched_at", "annotator_version"}
"""Columns that say when and by what a row was made, and so may differ from run to run."""
FIRST_DAY, LAST_DAY = "2026-03-02", "2026-03-15"

Connection = duckdb.DuckDBPyConnection
LABELS: list[dict[str, Any]] = [json.loads(line) for line in EXPECTED.read_text(encoding="utf-8").splitlines()]


# The command


def test_the_demo_ends_with_0_and_an_empty_standard_error_but_for_progress(demo) -> None:
    assert demo.finished.returncode == 0, demo.finished.stderr
    assert "Traceback" not in demo.finished.stderr
    assert "published_snapshot" in demo.finished.stderr


def test_it_prints_the_collection_the_four_tables_and_what_to_try_next_in_this_order(demo) -> None:
    text = demo.finished.stdout
    heads = [
        "collected, by source and archive date",
        *(f"{name}: " for name in ("companies", "market_moves", "competitors", "source_attributions")),
        "Published: ",
        "Three things to try next",
    ]
    places = [text.find(head) for head in heads]
    assert -1 not in places, dict(zip(heads, places, strict=True))
    assert places == sorted(places)
    assert len(text[places[-1] :].strip().splitlines()) == 4


def test_it_shows_every_source_and_every_reason_of_failure(demo) -> None:
    collected = demo.finished.stdout.split("companies: ")[0]
    for source in ("wirtschaftsbote", "technikspiegel", "harbourledger"):
        assert collected.count(source) == 14
    assert "robots 1" in collected
    assert "http_4xx 1" in collected


@pytest.mark.parametrize("name", ["market_moves", "competitors", "source_attributions"])
def test_the_claims_are_shown_with_their_evidence(demo, demo_warehouse: Connection, name: str) -> None:
    shown = demo.finished.stdout.split(f"\n{name}: ")[1].split(" rows")
    (total,) = demo_warehouse.execute(f"select count(*) from {name}").fetchall()
    assert int(shown[0].replace(",", "")) == total[0]
    claims = "competitor_claims" if name == "competitors" else name
    evidence = [text for (text,) in demo_warehouse.execute(f"select distinct evidence from {claims}").fetchall()]
    text = " ".join(shown[1].split())
    assert sum(" ".join(sentence.split()) in text for sentence in evidence) >= 4


def test_the_named_file_is_there_and_the_suggested_query_works(
    demo, demo_home: Path, claimhouse: Callable[..., Any]
) -> None:
    text = demo.finished.stdout
    assert f"Published: {demo.published}\n" in text
    suggested = re.search(r'claimhouse query --home (\S+) "(.+)"', text)
    assert suggested is not None
    answer = claimhouse("query", "--home", suggested[1], "--json", suggested[2])
    assert answer.returncode == 0, answer.stderr
    assert len(json.loads(answer.stdout)) > 20


def test_status_tells_what_the_home_holds(demo, demo_home: Path, claimhouse: Callable[..., Any]) -> None:
    answer = claimhouse("status", "--json", "--home", demo_home, "--sources", SOURCES)
    assert answer.returncode == 0, answer.stderr
    facts = json.loads(answer.stdout)
    assert (facts["archived_days"], facts["first_day"], facts["last_day"]) == (14, FIRST_DAY, LAST_DAY)
    assert facts["published"] == str(demo.published)
    assert set(facts["rows"]) == set(CONTRACT)
    assert min(facts["rows"].values()) > 0


# The contract


@pytest.mark.parametrize("mart", CONTRACT)
def test_every_mart_has_its_columns(mart: str, demo_warehouse: Connection) -> None:
    found = [column for column, *_ in demo_warehouse.execute(f'describe main."{mart}"').fetchall()]
    assert [column for column in CONTRACT[mart].split() if column not in found] == []


@pytest.mark.parametrize("mart", CONTRACT)
def test_all_times_are_timestamptz_and_no_mart_is_empty(mart: str, demo_warehouse: Connection) -> None:
    types = {name: kind for name, kind, *_ in demo_warehouse.execute(f'describe main."{mart}"').fetchall()}
    moments = {name: kind for name, kind in types.items() if name.endswith("_at")}
    assert set(moments.values()) <= {"TIMESTAMP WITH TIME ZONE"}
    assert demo_warehouse.execute(f'select count(*) from main."{mart}"').fetchall()[0][0] > 0


def test_the_published_schema_main_holds_the_marts_their_views_and_nothing_else(demo_warehouse: Connection) -> None:
    found = demo_warehouse.execute("select table_name from information_schema.tables where table_schema = 'main'")
    assert {name for (name,) in found.fetchall()} == {*CONTRACT, *VIEWS}


@pytest.mark.parametrize("mart", ["market_moves", "source_attributions", "competitor_claims", "company_mentions"])
def test_offsets_lead_to_the_very_characters(mart: str, demo_warehouse: Connection) -> None:
    said = "surface" if mart == "company_mentions" else "evidence"
    rows = demo_warehouse.execute(
        f'select {said}, m.region, start_char, end_char, text, title from "{mart}" m join articles using (article_id)'
    ).fetchall()
    total = demo_warehouse.execute(f'select count(*) from "{mart}"').fetchall()[0][0]
    assert len(rows) == total
    wrong = [r[0] for r in rows if (r[5] if r[1] == "title" else r[4])[r[2] : r[3]] != r[0]]
    assert wrong == []


# Running it again


def hashes(path: Path) -> dict[str, tuple[int, Any]]:
    """Rows, and an ordered hash of all that does not depend on the run, for every mart."""
    found = {}
    with duckdb.connect(str(path), read_only=True) as connection:
        for mart in CONTRACT:
            names = [name for name, *_ in connection.execute(f'describe main."{mart}"').fetchall()]
            columns = ", ".join(f'"{name}"' for name in names if name not in OF_ONE_RUN)
            rows = f"select row({columns})::varchar as line from main.{mart}"
            sql = f"select count(*), md5(string_agg(line, chr(10) order by line)) from ({rows})"
            found[mart] = connection.execute(sql).fetchall()[0]
    return found


def test_a_second_demo_changes_no_row_and_no_id(demo, demo_home: Path, claimhouse: Callable[..., Any]) -> None:
    before, first = hashes(demo.published), demo.published.resolve()
    archive = sorted(path.relative_to(demo_home) for path in (demo_home / "warc").rglob("*.gz"))
    again = claimhouse("demo", "--home", demo_home)
    assert again.returncode == 0, again.stderr
    assert demo.published.resolve() != first  # it did publish anew
    after = hashes(demo.published)
    assert {mart: (before[mart][0], rows) for mart, (rows, _) in after.items() if rows != before[mart][0]} == {}
    assert [mart for mart in CONTRACT if after[mart] != before[mart]] == []
    assert sorted(path.relative_to(demo_home) for path in (demo_home / "warc").rglob("*.gz")) == archive


# What was collected


def test_every_source_is_logged_for_every_day(demo_warehouse: Connection) -> None:
    rows = demo_warehouse.execute(
        "select source_id, count(*), min(archive_date)::varchar, max(archive_date)::varchar from collection_log "
        "group by 1 order by 1"
    ).fetchall()
    assert rows == [(name, 14, FIRST_DAY, LAST_DAY) for name in ("harbourledger", "technikspiegel", "wirtschaftsbote")]


def test_what_robots_forbid_and_what_is_gone_is_counted_under_its_reason(demo_warehouse: Connection) -> None:
    failed = demo_warehouse.execute(
        "select source_id, archive_date::varchar, failed, failures from collection_log where failed > 0 order by 1"
    ).fetchall()
    assert failed == [
        ("harbourledger", "2026-03-08", 1, {"http_4xx": 1}),
        ("wirtschaftsbote", "2026-03-05", 1, {"robots": 1}),
    ]


def test_every_link_is_fetched_or_counted_as_failed(demo_warehouse: Connection) -> None:
    lost = demo_warehouse.execute("select * from collection_log where discovered != fetched + duplicate + failed")
    assert lost.fetchall() == []
    (row,) = demo_warehouse.execute("select sum(parsed), sum(discovered) - 2 from collection_log").fetchall()
    assert row == (55, 55)


def test_the_forbidden_page_was_never_fetched(demo_warehouse: Connection) -> None:
    assert demo_warehouse.execute("select url from articles where url like '%/intern/%'").fetchall() == []


def test_every_labelled_story_is_one_article_and_there_is_no_other(demo_warehouse: Connection) -> None:
    urls = [url for (url,) in demo_warehouse.execute("select canonical_url from articles").fetchall()]
    assert sorted(urls) == sorted(label["url"] for label in LABELS)


def test_every_article_has_what_its_page_says(demo_warehouse: Connection) -> None:
    rows = demo_warehouse.execute(
        "select canonical_url, language, published_at::date::varchar, title, authors, publisher from articles"
    ).fetchall()
    labels = {label["url"]: label for label in LABELS}
    wrong = [r for r in rows if r[1] != labels[r[0]]["lang"] or r[2] != labels[r[0]]["published"]]
    assert wrong == []
    assert [r for r in rows if not r[3]] == []
    # The four agency copies are signed by the newsroom or by initials, which are no person's name.
    assert sum(not r[4] for r in rows) == 4
    assert {r[5] for r in rows} == {"Rheinischer Wirtschaftsbote", "Technikspiegel Nord", "The Harbour Ledger"}


def test_the_corrected_article_is_its_second_version_with_the_new_figure(demo_warehouse: Connection) -> None:
    rows = demo_warehouse.execute(
        "select version, archive_date::varchar, text, article_id from articles "
        "where canonical_url like '%/siltron-nord-baut-chipwerk'"
    ).fetchall()
    ((version, day, text, article_id),) = rows
    assert (version, day) == (2, "2026-03-09")
    assert "420" in text
    values = demo_warehouse.execute("select value from market_moves where article_id = ?", [article_id]).fetchall()
    assert (420_000_000.0,) in values
    (versions,) = demo_warehouse.execute(
        "select count(distinct version_id), count(distinct archive_date) from raw.articles where article_id = ?",
        [article_id],
    ).fetchall()
    assert versions == (2, 2)
    assert demo_warehouse.execute("select count(*) from articles where version != 1").fetchall() == [(1,)]


def test_one_statement_is_one_move(demo_warehouse: Connection) -> None:
    """The same event must not be counted twice, say once as 250 and once as -250."""
    twice = demo_warehouse.execute(
        "select company_id, move_type, abs(value) as size, any_value(evidence) from market_moves "
        "group by article_id, company_id, move_type, size, start_char, end_char having count(*) > 1"
    ).fetchall()
    assert not twice, f"{len(twice)} moves stand there twice:\n" + "\n".join(map(str, twice))


def test_syndicated_copies_are_four_articles_that_make_the_same_claim(demo_warehouse: Connection) -> None:
    copies = demo_warehouse.execute(
        "select article_id, source_id, title from articles where text like '%ULM (dpa-AFX)%'"
    ).fetchall()
    assert len(copies) == 4
    assert {source for _, source, _ in copies} == {"wirtschaftsbote", "technikspiegel"}
    assert len({title for *_, title in copies}) == 4
    claims = defaultdict(set)
    for article_id, *_ in copies:
        moves = "select move_type, value, evidence from market_moves where article_id = ? and region = 'body'"
        claims[article_id] = set(demo_warehouse.execute(moves, [article_id]).fetchall())
    # what else each claims depends on the title and lead that its paper gave it: they count where claims are weighed
    common = {(move_type, value) for move_type, value, _ in set.intersection(*claims.values())}
    assert common >= {("financial_result", 12), ("stock_price_change", 3.2), ("workforce_change", -250)}


# What an analyst would expect


@dataclass(frozen=True, slots=True)
class Found:
    """What the warehouse says about one article; companies by all the names under which it shows them."""

    text: str
    names: dict[str, set[str]] = field(default_factory=dict)
    moves: list[tuple[str, str]] = field(default_factory=list)
    pairs: list[tuple[str, str]] = field(default_factory=list)
    attributions: list[tuple[str, str, str]] = field(default_factory=list)


LEGAL_FORMS = re.compile(
    r"\b(AG|SE|GmbH|KG|KGaA|Co|Inc|Corp|Corporation|Ltd|Limited|plc|Group|Holding|mbH)\b\.?", re.IGNORECASE
)


def key(name: str) -> str:
    """A name without legal form, case and punctuation."""
    return " ".join(re.findall(r"\w+", LEGAL_FORMS.sub(" ", name).casefold())) or name.casefold()


@pytest.fixture(scope="module")
def found(demo_warehouse: Connection) -> dict[str, Found]:
    """By canonical URL."""

    def rows(sql: str) -> Iterable[tuple[Any, ...]]:
        return demo_warehouse.execute(sql).fetchall()

    articles = {
        article_id: (url, Found(f"{title}\n\n{text}"))
        for article_id, url, title, text in rows("select article_id, canonical_url, title, text from articles")
    }
    for article_id, company_id, name, legal_name, surface in rows(
        "select article_id, company_id, name, legal_name, surface "
        "from company_mentions join companies using (company_id)"
    ):
        names = articles[article_id][1].names.setdefault(company_id, set())
        names.update(key(text) for text in (name, legal_name, surface) if text)
    for article_id, *move in rows("select article_id, company_id, move_type from market_moves"):
        articles[article_id][1].moves.append((move[0], move[1]))
    for article_id, *pair in rows("select article_id, company_a_id, company_b_id from competitor_claims"):
        articles[article_id][1].pairs.append((pair[0], pair[1]))
    for article_id, *said in rows("select article_id, source_name, source_kind, evidence from source_attributions"):
        articles[article_id][1].attributions.append((said[0], said[1], said[2]))
    return dict(articles.values())


def labelled_names(label: dict[str, Any], name: str) -> set[str]:
    entry = next((c for c in label["companies"] if c["name"] == name), {"name": name, "aliases": []})
    return {key(text) for text in (entry["name"], *entry["aliases"])}


def is_company(article: Found, company_id: str, names: set[str]) -> bool:
    return bool(article.names.get(company_id, {key(company_id)}) & names)


def overlap(article: Found, one: str, other: str) -> bool:
    at, there = article.text.find(one), article.text.find(other)
    return min(at, there) >= 0 and at < there + len(other) and there < at + len(one)


def same_source(label: dict[str, Any], wanted: dict[str, Any], name: str, kind: str) -> bool:
    """An unnamed source is known by its kind, a named one by its name, or a longer or shorter form of it."""
    if wanted["kind"] == "unnamed":
        return kind == "unnamed"
    words = set(key(name).split())
    return any(words and (words <= set(form.split()) or set(form.split()) <= words)
               for form in labelled_names(label, wanted["source"]))  # fmt: skip


def core(part: str) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    return [(label, entry) for label in LABELS for entry in label[part] if entry["core"]]


def report(missing: list[str], total: int) -> str:
    return f"{len(missing)} of {total} core claims are missing:\n" + "\n".join(missing)


def test_every_core_move_is_found(found: dict[str, Found]) -> None:
    missing = [
        f"{label['id']}: {move['actor']} {move['type']}: {move['evidence']}"
        for label, move in core("moves")
        if not any(
            move["type"] == kind and is_company(found[label["url"]], company, labelled_names(label, move["actor"]))
            for company, kind in found[label["url"]].moves
        )
    ]
    assert not missing, report(missing, len(core("moves")))


def test_every_core_pair_of_competitors_is_found(found: dict[str, Found]) -> None:
    def has(label: dict[str, Any], pair: dict[str, Any]) -> bool:
        article, a, b = found[label["url"]], labelled_names(label, pair["a"]), labelled_names(label, pair["b"])
        return any(
            (is_company(article, one, a) and is_company(article, two, b))
            or (is_company(article, one, b) and is_company(article, two, a))
            for one, two in article.pairs
        )

    missing = [f"{g['id']}: {p['a']} and {p['b']}: {p['evidence']}" for g, p in core("competitors") if not has(g, p)]
    assert not missing, report(missing, len(core("competitors")))


def test_every_core_attribution_is_found(found: dict[str, Found]) -> None:
    missing = [
        f"{label['id']}: {wanted['source']}: {wanted['evidence']}"
        for label, wanted in core("attributions")
        if not any(
            same_source(label, wanted, name, kind) and overlap(found[label["url"]], evidence, wanted["evidence"])
            for name, kind, evidence in found[label["url"]].attributions
        )
    ]
    assert not missing, report(missing, len(core("attributions")))


def test_no_company_of_the_noise_around_an_article_counts(found: dict[str, Found]) -> None:
    taken = [
        f"{label['id']}: {noise}"
        for label in LABELS
        for noise in label["noise_companies"]
        if any(key(noise) in names for names in found[label["url"]].names.values())
    ]
    assert not taken, f"{len(taken)} companies of advertisements, teasers and comments were taken:\n" + "\n".join(taken)


def test_companies_that_the_text_names_only_side_by_side_are_no_competitors(found: dict[str, Found]) -> None:
    wrong = [
        f"{label['id']}: {a} and {b}"
        for label in LABELS
        for a, b in label["not_competitors"]
        for one, two in found[label["url"]].pairs
        if all(
            is_company(found[label["url"]], one, names) or is_company(found[label["url"]], two, names)
            for names in (labelled_names(label, a), labelled_names(label, b))
        )
    ]
    assert not wrong, "\n".join(wrong)


def test_the_story_that_is_no_business_story_makes_no_claim(found: dict[str, Found]) -> None:
    (label,) = [label for label in LABELS if not label["companies"]]
    article = found[label["url"]]
    assert (article.names, article.moves, article.pairs) == ({}, [], [])
