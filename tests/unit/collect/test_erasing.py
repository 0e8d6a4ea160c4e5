"""Records blanked in place, rows forgotten, tombstones kept: erasing in what collecting keeps."""

from __future__ import annotations

import gzip
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from pipelines.collect import (
    Archive,
    BodyError,
    CandidateStore,
    Eraser,
    Erasure,
    ErasureStore,
    Fetched,
    Kind,
    Plan,
    Poll,
    State,
    Tombstones,
    Wanted,
    import_paths,
    rule_of,
)
from pipelines.collect.archive.page_writing import PageWriter
from pipelines.collect.archive.warc_reading import read_response_at, read_responses
from pipelines.collect.erasing.blanking import LEAST, blank, packed_tombstone, plain_tombstone
from pipelines.collect.erasing.scanning import Search, find_places
from pipelines.collect.erasing.tombstones import Place
from pipelines.collect.web.exchange import Exchange
from pipelines.errors import ClaimhouseError
from pipelines.home import Home
from pipelines.identity import hash_of
from pipelines.records import Candidate, Failure, Page

DAY, TIME = date(2026, 3, 2), datetime(2026, 3, 2, 8, tzinfo=UTC)
WAY, GONE, KEPT = "https://short.example/zq", "https://news.example/zephyr", "https://news.example/other"


def page(url: str, text: str, *, source_id: str = "bote", way: str | None = None) -> Fetched:
    body, kind = f"<html><body><p>{text}</p></body></html>".encode(), "text/html"
    headers = (("Content-Type", kind),)
    hops = (Exchange(way, 301, "Moved", (("Location", url),), (), TIME),) if way else ()
    return Fetched(source_id, DAY, way or url, url, 200, "OK", headers, (), body, TIME, kind, hops=hops)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


@pytest.fixture
def state(home: Home) -> Iterator[State]:
    with State(home.collection) as state:
        yield state


def fill(home: Home, state: State) -> Archive:
    """Two pages of one source, one of them by a redirect, looked at again and listed with a title; one of another."""
    archive = Archive(home.warc, state)

    def write(writer: PageWriter, fetched: Fetched) -> None:
        writer.write(fetched, None)

    with archive.writers() as writers:
        writer = writers.of(DAY, "bote")
        write(writer, page(GONE, "zephyr", way=WAY))
        write(writer, page(KEPT, "anderes"))
        known = archive.index.page(GONE)
        assert known
        writer.write_unchanged(page(GONE, "zephyr"), known)
        writer.write_same(page("https://m.news.example/zephyr", "zephyr"), GONE)
        write(writers.of(DAY, "kurier"), page("https://kurier.example/1", "drittes", source_id="kurier"))
    CandidateStore(state).add([
        Candidate("bote", WAY, DAY, title="Zephyr kommt"), Candidate("kurier", WAY, DAY, title="Zephyr auch"),
        Candidate("bote", KEPT, DAY, title="Anderes"),
    ])  # fmt: skip
    return archive


def texts(home: Home, archive: Archive) -> tuple[list[tuple[str, int | None]], Counter[str]]:
    failures: Counter[str] = Counter()
    return [(found.url, found.warc_offset) for found in archive.pages(DAY, failures=failures)], failures


def erase(home: Home, state: State, wanted: Wanted, kind: Kind = Kind.URL, rule: str = "x") -> Erasure:
    eraser = Eraser(home, state)
    found = eraser.find(wanted)
    plan = Plan(found.records, tuple(map(str, found.dates)), tuple(found.files))
    hashes = tuple(hash_of(name) for name in (*found.urls, *found.digests))
    erasure = Erasure(kind, rule, hashes, (), TIME.isoformat(), plan)
    ErasureStore(home.collection).note(erasure)
    eraser.carry_out(erasure, plan)
    eraser.carry_out(erasure, plan)  # as after a kill
    ErasureStore(home.collection).note_done(erasure)
    return erasure


def bytes_below(home: Home) -> bytes:
    return b"".join(
        gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        for path in home.path.rglob("*")
        if path.is_file()
    ).lower()


def test_a_page_goes_with_all_that_led_to_it_and_the_others_keep_their_places(home: Home, state: State) -> None:
    archive = fill(home, state)
    before, _ = texts(home, archive)
    assert b"zephyr" in bytes_below(home)
    erase(home, state, Wanted({WAY}))
    left, failures = texts(home, archive)
    assert left == [place for place in before if place[0] != GONE]
    assert failures == {"erased": 1}
    assert b"zephyr" not in bytes_below(home)
    assert b"short.example" not in bytes_below(home)
    assert archive.index.page(KEPT)
    assert archive.index.page(GONE) is None


def test_the_state_made_anew_does_not_bring_it_back(home: Home, state: State) -> None:
    fill(home, state)
    erase(home, state, Wanted({GONE}))
    with State(home.path / "collection-anew") as anew:
        archive = Archive(home.warc, anew)
        archive.recover()
        assert archive.index.page(KEPT)
        assert archive.index.page(GONE) is None
        assert archive.index.page_of(WAY) is None


def test_what_sources_list_again_is_left_out_and_counted(home: Home, state: State) -> None:
    fill(home, state)
    erase(home, state, Wanted({GONE}))
    links = (Candidate("bote", WAY, DAY, title="Zephyr"), Candidate("bote", "https://news.example/new", DAY))
    left = CandidateStore(state).without_erased(Poll(links, {"bad_link": 1}))
    assert [link.url for link in left.candidates] == ["https://news.example/new"]
    assert left.failures == {"bad_link": 1, "erased": 1}


def test_the_same_content_in_another_file_stays_away(home: Home, state: State, tmp_path: Path) -> None:
    fill(home, state)
    erase(home, state, Wanted({GONE}))
    copy = tmp_path / "copy.html"
    copy.write_bytes(page(GONE, "zephyr").body)
    archive = Archive(home.warc, state)
    report = import_paths([copy], archive, archive_date=DAY)
    assert (report.pages, report.failures) == (0, {"erased": 1})
    assert report.unreadable == ()


def test_a_source_goes_whole_and_gives_back_the_room(home: Home, state: State) -> None:
    archive = fill(home, state)
    erase(home, state, Wanted(set(), source_id="bote"), Kind.SOURCE, "bote")
    left, failures = texts(home, archive)
    assert [url for url, _ in left] == ["https://kurier.example/1"]
    assert failures == {"erased": 2}
    assert (home.warc / "2026-03-02" / "bote" / "00000.warc.gz").stat().st_size == 2 * LEAST
    assert b"anderes" not in bytes_below(home)
    assert state.all("select count(*) from links where source_id = 'bote'") == [(0,)]
    tombstones = ErasureStore(home.collection).tombstones()
    assert tombstones.covers_link("bote", "https://news.example/never-seen")
    assert not tombstones.covers_link("kurier", "https://news.example/never-seen")


def test_a_link_that_another_source_lists_too_passes_to_it(home: Home, state: State) -> None:
    fill(home, state)
    store, link = CandidateStore(state), Candidate("bote", "https://news.example/later", DAY, title="Von Bote")
    store.add([link, replace(link, source_id="kurier", title="Von Kurier")])
    erase(home, state, Wanted(set(), source_id="bote"), Kind.SOURCE, "bote")
    rows = state.all("select source_id, title from links where url = 'https://news.example/later'")
    assert rows == [("kurier", "Von Kurier")]


def test_pages_are_judged_by_who_asks_where_a_needle_stands(home: Home, state: State) -> None:
    fill(home, state)
    asked: list[str] = []

    def is_same(found: Page) -> bool:
        asked.append(found.url)
        return found.url == KEPT

    found = Eraser(home, state).find(Wanted(set(), None, is_same, lambda _: {b"ANDERES"}))
    assert set(asked) == {KEPT}, "pages without the needle are not parsed"
    assert found.pages == 1
    assert KEPT in found.urls


def test_copies_in_the_inbox_go(home: Home, state: State) -> None:
    fill(home, state)
    read = home.inbox / "read"
    read.mkdir(parents=True)
    (read / "copy.html").write_bytes(page(GONE, "zephyr").body)
    (read / "own.html").write_bytes(page(GONE, "eigenes").body)
    (read / "crawl.warc.gz").write_bytes((home.warc / "2026-03-02" / "bote" / "00000.warc.gz").read_bytes())
    erase(home, state, Wanted({GONE}))
    assert sorted(path.name for path in read.iterdir()) == ["crawl.warc.gz", "own.html"]
    assert b"zephyr" not in bytes_below(home)
    assert b"anderes" in gzip.decompress((read / "crawl.warc.gz").read_bytes())


def place_of(path: Path, url: str) -> list[Place]:
    search = Search(lambda *names: url in names)
    return find_places(path, lambda record: search.judge(record, DAY, "bote"))


@pytest.mark.parametrize("form", ["plain", "packed whole"])
def test_other_forms_of_warc_files(form: str, home: Home, state: State, tmp_path: Path) -> None:
    fill(home, state)
    plain = gzip.decompress((home.warc / "2026-03-02" / "bote" / "00000.warc.gz").read_bytes())
    path = tmp_path / ("a.warc" if form == "plain" else "a.warc.gz")
    path.write_bytes(plain if form == "plain" else gzip.compress(plain))
    blank(path, place_of(path, GONE))
    failures: Counter[str] = Counter()
    assert [found.url for found in read_responses(path, failures) if found.status == 200] == [KEPT]
    assert failures == {"erased": 1}
    left = path.read_bytes() if form == "plain" else gzip.decompress(path.read_bytes())
    assert len(left) == len(plain)
    assert b"<p>zephyr" not in left


def test_a_torn_blanking_is_mended_by_doing_it_again(home: Home, state: State) -> None:
    archive = fill(home, state)
    path = home.warc / "2026-03-02" / "bote" / "00000.warc.gz"
    places = place_of(path, GONE)
    with path.open("r+b") as file:
        file.seek(places[0].offset)
        file.write(packed_tombstone(places[0])[: places[0].length // 2])
    blank(path, places)
    left, failures = texts(home, archive)
    assert [url for url, _ in left] == [KEPT, "https://kurier.example/1"]
    assert failures == {"erased": 1}
    with pytest.raises(BodyError, match="erased"):
        read_response_at(path, next(place.offset for place in places if place.is_page))


@pytest.mark.parametrize("length", [100, 150, 151, 230, 256, 257, 5_000, 100_000])
@pytest.mark.parametrize("is_page", [True, False])
def test_a_tombstone_has_the_length_of_what_it_stands_for(length: int, is_page: bool) -> None:
    place = Place(0, length, is_page)
    assert len(plain_tombstone(place)) == length
    packed = packed_tombstone(place)
    assert len(packed) == length
    assert gzip.decompress(packed).startswith(b"WARC/1.1\r\n")


def test_authors_are_known_by_hash_however_the_name_is_written() -> None:
    rule = rule_of(Kind.AUTHOR, "Tilda  XANTHOSPERL ")
    assert "tilda" not in rule
    tombstones = Tombstones([Erasure(Kind.AUTHOR, rule, (), (), TIME.isoformat())])
    assert tombstones.covers_article("id", "bote", ["Jo Ro", "tilda xanthosperl"])
    assert not tombstones.covers_article("id", "bote", ["Tilda X."])


def test_a_damaged_tombstone_stops_instead_of_letting_texts_in(home: Home, state: State) -> None:
    fill(home, state)
    erase(home, state, Wanted({GONE}))
    next((home.collection / "erasures").glob("*.json")).write_text("{")
    with pytest.raises(ClaimhouseError, match="restore it from a backup"):
        Archive(home.warc, state)


def test_no_plan_stays_when_all_is_done(home: Home, state: State) -> None:
    fill(home, state)
    store = ErasureStore(home.collection)
    erase(home, state, Wanted({GONE}))
    assert store.unfinished() == []
    noted = next((home.collection / "erasures").glob("*.json")).read_text()
    assert "news.example" not in noted
    assert str(Failure.ERASED) == "erased"
