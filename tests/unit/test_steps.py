"""The steps of one archive date on disk: identities, what a day of good and bad pages leaves, and repeating it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from pipelines import steps
from pipelines.collect import Archive, Fetched, LogStore, State
from pipelines.errors import CollectBusy
from pipelines.records import Article, Page, PageFault, SourceLog, Witness
from pipelines.settings import Settings, load_settings
from pipelines.warehouse import ArticleStore, Provenance
from tests.archived import new_file

DAY = date(2026, 3, 2)
TIME = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
SOURCES = """\
start_date: 2026-03-01
sources:
  - {id: hafenbote, name: Der Hafenbote, type: feed, url: "https://hafenbote.example/feed", language: de}
  - {id: kurier, name: Der Kurier, type: feed, url: "https://kurier.example/feed", language: de}
"""
TEXT = (
    "Der Pumpenbauer Nordwerk AG übernimmt den kleineren Rivalen Talflut GmbH, teilte das Unternehmen am Dienstag mit.",
    "Talflut beschäftigt nach eigenen Angaben 320 Menschen in Kiel und Aarhus. Der Umsatz war gestiegen.",
    "Analysten rechnen damit, dass weitere Anbieter folgen. Der Markt für Pumpen gilt als zersplittert.",
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    path = tmp_path / "sources.yaml"
    path.write_text(SOURCES)
    return load_settings(tmp_path / "home", path, {})


def html(*paragraphs: str, title: str = "Nordwerk kauft Talflut", canonical: str | None = None) -> bytes:
    link = f'<link rel="canonical" href="{canonical}">' if canonical else ""
    body = "".join(f"<p>{text}</p>" for text in paragraphs or TEXT)
    return (
        f'<!DOCTYPE html><html lang="de"><head><meta charset="utf-8"><title>{title}</title>{link}</head>'
        f"<body><main><article><h1>{title}</h1>{body}</article></main></body></html>"
    ).encode()


def keep(settings: Settings, source_id: str, pages: Iterable[tuple[str, bytes]], kind: str = "text/html") -> None:
    with (
        State(settings.home.collection) as state,
        new_file(Archive(settings.home.warc, state), DAY, source_id) as writer,
    ):
        for url, body in pages:
            headers = (("Content-Type", kind),)
            writer.write(Fetched(source_id, DAY, url, url, 200, "OK", headers, (), body, TIME, kind), None)


def logged(settings: Settings) -> list[SourceLog]:
    with State(settings.home.collection) as state:
        return LogStore(state).read(DAY)


def page(url: str = "https://hafenbote.example/a") -> Page:
    return Page("hafenbote", DAY, url, 200, "text/html", b"", TIME)


def article(canonical_url: str | None = None, title: str = "Titel", text: str = "Text") -> Article:
    return Article("https://hafenbote.example/a", title, text, canonical_url=canonical_url)


# Days


def test_days_include_both_ends_and_cross_leap_days_and_years() -> None:
    assert list(steps.days(date(2028, 2, 28), date(2028, 3, 1))) == [
        date(2028, 2, 28),
        date(2028, 2, 29),
        date(2028, 3, 1),
    ]
    assert list(steps.days(date(2025, 12, 31), date(2026, 1, 1))) == [date(2025, 12, 31), date(2026, 1, 1)]


def test_one_day_is_a_range_of_one_and_a_range_backwards_is_empty() -> None:
    assert list(steps.days(DAY, DAY)) == [DAY]
    assert list(steps.days(DAY, DAY - timedelta(days=1))) == []


# Identity


def test_the_canonical_url_makes_the_article() -> None:
    canonical = "https://hafenbote.example/kanonisch"
    first = steps.identify(page("https://hafenbote.example/a?ref=1"), article(canonical))
    second = steps.identify(page("https://hafenbote.example/a?ref=2"), article(canonical))
    third = steps.identify(page(canonical), article())
    assert first.article_id == second.article_id == third.article_id
    assert first.version_id == second.version_id == third.version_id


def test_ids_are_sixteen_hex_digits_and_the_same_in_every_process() -> None:
    stored = steps.identify(page(), article())
    assert (stored.article_id, stored.content_hash, stored.version_id) == (
        "505d8bd8f2ef45ba",
        "ad2266b8aacf5604",
        "791f2bb3f653ffbd",
    )


@pytest.mark.parametrize(
    "home", ["https://hafenbote.example", "https://hafenbote.example/", "https://hafenbote.example//"]
)
def test_a_canonical_link_to_the_home_page_is_not_believed(home: str) -> None:
    one = steps.identify(page("https://hafenbote.example/1"), article(home))
    two = steps.identify(page("https://hafenbote.example/2"), article(home))
    assert one.article_id != two.article_id
    assert one.article.canonical_url is None
    assert one.article_id == steps.identify(page("https://hafenbote.example/1"), article()).article_id


def test_a_canonical_link_that_is_not_believed_is_not_said_to_be_chosen() -> None:
    home = "https://hafenbote.example/"
    said = (Witness("canonical_url", "link", home, True), Witness("title", "h1", "Titel", True))
    given = replace(article(home), witnesses=said, origins={"canonical_url": "link", "title": "h1"})
    kept = steps.identify(page(), given).article
    assert kept.witnesses == (Witness("canonical_url", "link", home), said[1])
    assert kept.origins == {"title": "h1"}


def test_a_canonical_link_that_tells_articles_apart_by_query_is_believed() -> None:
    one = steps.identify(page("https://hafenbote.example/x"), article("https://hafenbote.example/?p=1"))
    two = steps.identify(page("https://hafenbote.example/x"), article("https://hafenbote.example/?p=2"))
    assert one.article_id != two.article_id
    assert one.article.canonical_url == "https://hafenbote.example/?p=1"


@pytest.mark.parametrize("changed", [article(text="Text, korrigiert"), article(title="Neuer Titel")])
def test_a_corrected_text_is_another_version_of_the_same_article(changed: Article) -> None:
    old, new = steps.identify(page(), article()), steps.identify(page(), changed)
    assert old.article_id == new.article_id
    assert old.content_hash != new.content_hash
    assert old.version_id != new.version_id


def test_the_same_text_at_two_addresses_is_two_articles_with_one_content() -> None:
    one = steps.identify(page("https://hafenbote.example/1"), article())
    two = steps.identify(page("https://kurier.example/2"), article())
    assert one.content_hash == two.content_hash
    assert one.version_id != two.version_id


def test_title_and_text_do_not_run_into_each_other() -> None:
    one, two = article(title="ab", text="c"), article(title="a", text="bc")
    assert steps.identify(page(), one).content_hash != steps.identify(page(), two).content_hash


def test_a_lone_surrogate_from_a_broken_page_has_a_hash_too() -> None:
    assert len(steps.identify(page(), article(text="kaputt \ud83d")).content_hash) == 16


# A day


def test_a_day_of_good_and_bad_pages_keeps_the_good_and_counts_the_bad(settings: Settings) -> None:
    keep(
        settings,
        "hafenbote",
        [
            ("https://hafenbote.example/gut", html()),
            ("https://hafenbote.example/leer", b"  \n "),
            ("https://hafenbote.example/ohne-text", b"<!DOCTYPE html><html><body><img src='a.png'></body></html>"),
            ("https://hafenbote.example/muell", b"\x00\xff\xfe<<<>>><p" * 50),
            ("https://hafenbote.example/auch-gut", html(*TEXT[:2], title="Talflut verkauft")),
        ],
    )
    ticks: list[None] = []
    (log,) = steps.parse_date(settings, DAY, lambda: ticks.append(None))
    stored = ArticleStore(settings.home.articles).read(DAY)
    assert {"https://hafenbote.example/gut", "https://hafenbote.example/auch-gut"} <= {s.url for s in stored}
    assert log.parsed == len(stored)
    assert log.failures["empty_page"] == 1
    assert log.failures["no_text"] >= 1
    assert log.parsed + sum(log.failures.values()) == 5
    assert len(ticks) == 5


def test_what_the_page_does_not_say_the_source_does(settings: Settings) -> None:
    keep(settings, "hafenbote", [("https://hafenbote.example/gut", html())])
    steps.parse_date(settings, DAY)
    (stored,) = ArticleStore(settings.home.articles).read(DAY)
    assert stored.article.publisher == "Der Hafenbote"
    assert stored.article.language == "de"
    assert (stored.source_id, stored.archive_date, stored.fetched_at) == ("hafenbote", DAY, TIME)
    assert stored.warc_file == "2026-03-02/hafenbote/00000.warc.gz"
    assert stored.warc_offset


def test_the_same_version_from_two_sources_is_one_article_and_one_duplicate(settings: Settings) -> None:
    canonical = "https://hafenbote.example/kanonisch"
    keep(settings, "hafenbote", [(canonical, html(canonical=canonical))])
    keep(settings, "kurier", [("https://kurier.example/kopie", html(canonical=canonical))])
    logs = {log.source_id: log for log in steps.parse_date(settings, DAY)}
    assert [s.source_id for s in ArticleStore(settings.home.articles).read(DAY)] == ["hafenbote"]
    assert (logs["hafenbote"].parsed, logs["kurier"].parsed, logs["kurier"].duplicate) == (1, 0, 1)


def test_a_text_file_is_read_as_text(settings: Settings) -> None:
    keep(settings, "import", [("file:///tmp/a.txt", "\n\n".join(TEXT).encode())], "text/plain")
    steps.parse_date(settings, DAY)
    (stored,) = ArticleStore(settings.home.articles).read(DAY)
    assert all(text in stored.article.text for text in TEXT[1:])


def test_a_text_file_is_decoded_as_its_characters_say_and_what_could_not_be_is_counted(settings: Settings) -> None:
    latin, broken = "\n\n".join(TEXT).encode("cp1252"), "\n\n".join(TEXT).encode() + b" \xff"
    keep(settings, "import", [("file:///tmp/a.txt", latin), ("file:///tmp/b.txt", broken)], "text/plain")
    steps.parse_date(settings, DAY)
    one, two = (stored.article for stored in ArticleStore(settings.home.articles).read(DAY))
    assert one.text == "\n\n".join(TEXT)
    assert (one.faults, two.faults) == ({}, {PageFault.UNDECODABLE_BYTES: 1})


def test_parsing_again_changes_nothing(settings: Settings) -> None:
    keep(settings, "hafenbote", [("https://hafenbote.example/gut", html()), ("https://hafenbote.example/leer", b" ")])
    logs = steps.parse_date(settings, DAY)
    stored = ArticleStore(settings.home.articles).read(DAY)
    assert steps.parse_date(settings, DAY) == logs
    assert ArticleStore(settings.home.articles).read(DAY) == stored


def test_a_failure_that_is_gone_is_no_longer_counted(settings: Settings) -> None:
    keep(settings, "hafenbote", [("https://hafenbote.example/leer", b" ")])
    assert steps.parse_date(settings, DAY)[0].failures == {"empty_page": 1}
    (settings.home.warc / str(DAY) / "hafenbote" / "00000.warc.gz").unlink()
    assert steps.parse_date(settings, DAY)[0].failures == {}


def test_what_collecting_counted_stays_when_the_day_is_parsed(settings: Settings) -> None:
    log = SourceLog("hafenbote", DAY, discovered=4, fetched=1, failures={"robots": 3})
    with State(settings.home.collection) as state:
        LogStore(state).merge(log)
    keep(settings, "hafenbote", [("https://hafenbote.example/leer", b" ")])
    (read,) = steps.parse_date(settings, DAY)
    assert (read.discovered, read.fetched, read.parsed) == (4, 1, 0)
    assert read.failures == {"empty_page": 1, "robots": 3}


def test_a_day_without_pages_is_an_empty_day(settings: Settings) -> None:
    assert steps.parse_date(settings, DAY) == []
    rows = steps.annotate_date(settings, DAY)
    assert set(rows.values()) == {0}
    assert "articles" in rows


def test_annotating_counts_the_rows_of_the_day_and_says_the_same_again(settings: Settings) -> None:
    keep(settings, "hafenbote", [("https://hafenbote.example/gut", html())])
    steps.parse_date(settings, DAY)
    rows = steps.annotate_date(settings, DAY)
    assert rows["articles"] == 1
    assert rows["sentences"] >= 5
    assert rows["proposed_companies"] == 2
    assert steps.annotate_date(settings, DAY) == rows


def test_an_article_on_which_the_annotator_fails_is_kept_and_counted(settings: Settings) -> None:
    keep(settings, "hafenbote", [("https://hafenbote.example/gut", html())])
    steps.parse_date(settings, DAY)
    store = ArticleStore(settings.home.articles)
    (good,) = store.read(DAY)
    paragraph = good.article.paragraphs[0]
    torn = replace(good.article, paragraphs=(replace(paragraph, start=None),))  # type: ignore[arg-type]
    bad = replace(good, article_id="0" * 16, version_id="0" * 16, article=torn)
    store.write(DAY, [bad, good], Provenance("a parser"))
    rows = steps.annotate_date(settings, DAY)
    assert (rows["articles"], rows["annotator_error"]) == (2, 1)
    assert logged(settings)[0].failures == {"annotator_error": 1}


def test_the_error_of_an_annotator_that_was_mended_is_forgotten(settings: Settings) -> None:
    keep(settings, "hafenbote", [("https://hafenbote.example/gut", html())])
    steps.parse_date(settings, DAY)
    store = ArticleStore(settings.home.articles)
    (good,) = store.read(DAY)
    paragraph = good.article.paragraphs[0]
    torn = replace(good.article, paragraphs=(replace(paragraph, start=None),))  # type: ignore[arg-type]
    store.write(DAY, [replace(good, article=torn)], Provenance("a parser"))
    steps.annotate_date(settings, DAY)
    steps.parse_date(settings, DAY)
    steps.annotate_date(settings, DAY)
    assert logged(settings)[0].failures == {}


def test_importing_keeps_files_and_counts_what_could_not_be_read(settings: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "gut.html").write_bytes(html(canonical="https://hafenbote.example/gut"))
    (folder / "leer.html").write_bytes(b"")
    first = steps.import_files(settings, [folder], DAY)
    assert (first.files, first.pages, first.duplicates, dict(first.failures)) == (2, 1, 0, {"empty_page": 1})
    again = steps.import_files(settings, [folder], DAY)
    assert (again.pages, again.duplicates) == (0, 1)
    (log,) = steps.parse_date(settings, DAY)
    assert (log.source_id, log.discovered, log.fetched, log.parsed) == ("import", 1, 1, 1)
    assert log.failures == {"empty_page": 1}


# What is to be read


def test_a_date_with_new_pages_is_to_be_read_until_it_is_in_the_warehouse(settings: Settings) -> None:
    asked = DAY + timedelta(days=5)
    assert steps.dates_to_read(settings, [asked]) == [asked]
    keep(settings, "hafenbote", [("https://hafenbote.example/gut", html())])
    assert steps.dates_to_read(settings, [asked]) == [DAY, asked]
    assert steps.dates_to_read(settings, [DAY]) == [DAY]
    steps.load(settings, [DAY], "run-0")
    assert steps.dates_to_read(settings, [asked]) == [DAY, asked], "loaded without having been parsed"
    steps.parse_date(settings, DAY)
    steps.annotate_date(settings, DAY)
    assert steps.dates_to_read(settings, [asked]) == [DAY, asked], "parsed and not loaded"
    assert steps.load(settings, [DAY], "run-1")[DAY]["articles"] == 1
    assert steps.dates_to_read(settings, [asked]) == [asked]
    keep(settings, "hafenbote", [("https://hafenbote.example/gut", html())])
    assert steps.dates_to_read(settings, [asked]) == [asked], "the same content is nothing new"
    keep(settings, "hafenbote", [("https://hafenbote.example/gut", html(*TEXT[:2]))])
    assert steps.dates_to_read(settings, [asked]) == [DAY, asked]


def test_two_versions_of_a_page_are_two_versions_of_one_article(settings: Settings) -> None:
    url = "https://hafenbote.example/gut"
    keep(settings, "hafenbote", [(url, html())])
    keep(settings, "hafenbote", [(url, html(*TEXT[:2]))])
    (log,) = steps.parse_date(settings, DAY)
    first, second = ArticleStore(settings.home.articles).read(DAY)
    assert first.article_id == second.article_id
    assert first.version_id != second.version_id
    assert (log.parsed, log.duplicate) == (2, 0)


def test_importing_waits_for_a_run_that_collects_and_says_for_whom(tmp_path: Path) -> None:
    path = tmp_path / "sources.yaml"
    path.write_text(SOURCES + "collect: {lock_wait: 0}\n")
    settings = load_settings(tmp_path / "home", path, {})
    (tmp_path / "gut.html").write_bytes(html())
    with State(settings.home.collection) as state, state.collecting(0):  # noqa: SIM117
        with pytest.raises(CollectBusy, match=rf"process {os.getpid()} \(.*\) is collecting"):
            steps.import_files(settings, [tmp_path / "gut.html"], DAY)
    assert steps.import_files(settings, [tmp_path / "gut.html"], DAY).pages == 1


def test_importing_finishes_what_a_killed_run_left(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "gut.html").write_bytes(html())
    keep(settings, "hafenbote", [("https://hafenbote.example/gut", html())])
    whole = settings.home.warc / str(DAY) / "hafenbote" / "00000.warc.gz"
    whole.rename(whole.with_name("00000.warc.gz.part"))
    with State(settings.home.collection) as state:
        state.run("insert into open_files values (?)", f"{DAY}/hafenbote/00000.warc.gz")
    steps.import_files(settings, [tmp_path / "gut.html"], DAY)
    assert whole.exists()
    assert {log.source_id: log.parsed for log in steps.parse_date(settings, DAY)} == {"hafenbote": 1, "import": 1}
