"""From candidates to the archive and its log, against a real server: once, again, and after a crash."""

from __future__ import annotations

import gzip
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable
from datetime import date
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from pipelines.collect import Archive, Fetcher, LogStore, State, Visit, Window, poll
from pipelines.collect.dispatch import PATIENCE
from pipelines.collect.web.hosts import BREAK_AFTER, BREAK_FACTOR
from pipelines.collect.web.urls import host_of
from pipelines.errors import CollectError
from pipelines.records import Failure, SourceLog

DAY, NEXT = date(2024, 5, 2), date(2024, 5, 3)
ROOT = Path(__file__).resolve().parents[3]
NEWS, WWW, ELSE = "http://news.example", "http://www.news.example", "http://else.example"


def test_feed_to_archive_and_a_second_run_changes_nothing(site, fetcher, make_source, make_page, home):
    items = "".join(
        f"<item><title>{n}</title><link>/{n}</link><pubDate>Thu, 02 May 2024 0{n}:00:00 GMT</pubDate></item>"
        for n in range(1, 4)
    )
    site.add("/feed", f'<rss version="2.0"><channel><title>E</title>{items}</channel></rss>')
    for n in range(1, 4):
        site.add(f"/{n}", make_page(f"Page {n}"))
    logs, seen = LogStore(home.state), []
    for _ in range(2):
        home.candidates.take("example", poll(Visit(make_source(site), fetcher, Window(DAY, DAY, DAY))))
        log = home.run_day(on_page=lambda: seen.append(1))
        logs.merge(log)
    assert log == SourceLog("example", DAY, 3, 3, 0, 0, 0, {})
    assert logs.read(DAY) == [log]
    assert len(seen) == 3
    assert home.bodies() == {f"{site.url}/{n}": make_page(f"Page {n}").encode() for n in range(1, 4)}
    assert [site.paths().count(f"/{n}") for n in range(1, 4)] == [1, 1, 1]
    assert home.files() == ["2024-05-02/example/00000.warc.gz"]  # the second run wrote none


def test_one_bad_page_never_stops_the_source(site, home, make_page):
    site.add("/robots.txt", "User-agent: *\nDisallow: /intern/\n")
    site.add("/ok", make_page("Fine"))
    site.add("/gone", status=404)
    site.add("/down", status=500)
    site.add("/pdf", b"%PDF-1.7", Content_Type="application/pdf")
    site.add("/lies", b"\x89PNG\r\n\x1a\n", Content_Type="text/html")
    site.add("/empty", "  \n")
    site.add("/large", "<p>" + "x" * 200_000)
    site.add("/odd", b"x", Content_Encoding="br")
    site.add("/loop", status=302, Location="/loop")
    site.add("/last", make_page("Last"))
    paths = ["/ok", "/gone", "/down", "/pdf", "/lies", "/empty", "/large", "/odd", "/loop", "/intern/x", "/last"]
    home.list(*(site.url + path for path in paths))
    seen: list[int] = []
    log = home.run_day(on_page=lambda: seen.append(1))
    assert (log.discovered, log.fetched, len(seen)) == (11, 2, 11)
    assert log.failures == {
        "http_4xx": 1, "http_5xx": 1, "not_html": 2, "empty_page": 1, "too_large": 1, "bad_encoding": 1,
        "bad_redirect": 1, "robots": 1,
    }  # fmt: skip
    assert set(home.bodies()) == {site.url + "/ok", site.url + "/last"}
    assert site.paths().count("/down") == 3  # what may pass is tried again within the run
    assert site.paths().count("/gone") == 1


def test_a_moment_of_trouble_costs_nothing(site, home, make_page):
    site.add("/a", status=503)
    site.add("/a", status=429, Retry_After="0")
    site.add("/a", make_page("A"))
    home.list(site.url + "/a")
    log = home.run_day()
    assert (log.fetched, log.failures) == (1, {})


def test_failed_pages_are_tried_again_and_the_log_tells_the_present_state(site, home, make_page):
    site.add("/a", make_page("A"))
    site.add("/b", status=404)
    site.add("/b", make_page("B"))
    home.list(site.url + "/a", site.url + "/b")
    logs = LogStore(home.state)
    assert logs.merge(home.run_day()).failures == {"http_4xx": 1}
    stored = logs.merge(home.run_day())
    assert (stored.discovered, stored.fetched, stored.failures) == (2, 2, {})
    assert site.paths().count("/a") == 1


def test_only_the_asked_dates_and_sources_are_taken_up(site, home, make_page, make_source):
    for name in "abc":
        site.add(f"/{name}", make_page(name))
    home.list(site.url + "/a", day=DAY)
    home.list(site.url + "/b", day=NEXT)
    home.list(site.url + "/c", day=DAY, source_id="other")
    assert set(home.run(DAY)) == {("example", DAY)}
    assert set(home.bodies()) == {site.url + "/a"}
    both = [*home.sources, make_source(site, id="other")]
    assert set(home.run(DAY, NEXT, sources=both)) == {("example", DAY), ("example", NEXT), ("other", DAY)}
    assert home.files() == [
        "2024-05-02/example/00000.warc.gz", "2024-05-02/other/00000.warc.gz", "2024-05-03/example/00000.warc.gz",
    ]  # fmt: skip


def test_nothing_listed_is_no_log_and_no_folder(home):
    assert home.run(DAY, NEXT) == {}
    assert not home.archive.root.exists()


# One page under several addresses


def test_two_links_to_one_page_are_a_duplicate_and_neither_is_fetched_again(site, home, make_page):
    site.add("/short", status=301, Location="/page?utm_source=short")
    site.add("/other", status=301, Location="/page")
    site.add("/page?utm_source=short", make_page("Page"))
    site.add("/page", make_page("Page"))
    home.list(site.url + "/short", site.url + "/other", site.url + "/page")
    log = home.run_day()
    assert (log.discovered, log.fetched, log.duplicate, log.failures) == (3, 1, 2, {})
    requests = len(site.log)
    assert home.run_day() == log
    assert len(site.log) == requests
    assert len(home.bodies()) == 1
    assert "/page" in site.paths()  # by way of /other; the link itself needed no request of its own
    assert site.paths().count("/page") == 1


def test_a_page_and_its_twins_are_one_page(site, home, make_page, web):
    own = f"{WWW}/42"
    for url in (own, "http://m.news.example/42", f"{NEWS}/amp/42?x=1"):
        site.add(url, make_page(f"Seen at {url}", canonical=f"{own}?utm_source=self"))
    home.list(f"{NEWS}/amp/42?x=1")
    home.list("http://m.news.example/42", own, day=NEXT)
    first = home.run(DAY, fetcher=web)[("example", DAY)]
    assert (first.discovered, first.fetched, first.duplicate) == (1, 1, 0)
    second = home.run(NEXT, fetcher=web)[("example", NEXT)]
    assert (second.discovered, second.fetched, second.duplicate) == (2, 0, 2)
    assert own not in site.paths()
    assert len(home.bodies()) == 1
    assert home.bodies(NEXT) == {}


def waiting(event: threading.Event, body: str) -> Callable[[BaseHTTPRequestHandler], None]:
    """An answer that waits for an event; after waiting in vain there is none."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200 if event.wait(0.35) else 410)
        handler.send_header("Content-Type", "text/html")
        handler.send_header("Content-Length", str(len(body.encode())))
        handler.end_headers()
        handler.wfile.write(body.encode())

    return answer


def noting(event: threading.Event, answer: Callable[[BaseHTTPRequestHandler], None]):  # type: ignore[no-untyped-def]
    """An answer that says that it was asked for."""

    def noted(handler: BaseHTTPRequestHandler) -> None:
        event.set()
        answer(handler)

    return noted


def test_twins_of_which_one_is_kept_while_the_other_is_fetched_are_one_page(site, home, make_page, web):
    """The page itself is answered only once its mobile twin, which names it, has been kept."""
    own, mobile = f"{NEWS}/42", "http://m.news.example/42"
    kept, asked = threading.Event(), threading.Event()
    site.add_answer(own, noting(asked, waiting(kept, make_page("Page"))))
    site.add_answer(mobile, waiting(asked, make_page("Page", canonical=own)))
    home.list(own, mobile)
    log = home.run_day(fetcher=web, on_page=kept.set)
    assert asked.is_set()
    assert (log.discovered, log.fetched, log.duplicate, log.failures) == (2, 1, 1, {})
    assert set(home.bodies()) == {mobile}


def test_twins_that_are_kept_at_the_same_time_are_one_page(site, home, make_page, web):
    """The twin is there and its site is being asked for its reservations while the page itself arrives."""
    own, mobile = f"{NEWS}/42", "http://m.news.example/42"
    kept, arrived = threading.Event(), threading.Event()
    site.add(mobile, make_page("Page", canonical=own))
    site.add_answer("http://m.news.example/.well-known/tdmrep.json", noting(arrived, waiting(kept, "[]")))
    site.add_answer(own, waiting(arrived, make_page("Page")))
    home.list(own, mobile)
    log = home.run_day(fetcher=web, on_page=kept.set)
    assert arrived.is_set()
    assert (log.discovered, log.fetched, log.duplicate, log.failures) == (2, 1, 1, {})
    assert set(home.bodies()) == {mobile}
    assert home.archive.index.page_of(own) == mobile


@pytest.mark.parametrize("claimed", [f"{NEWS}/", f"{ELSE}/a", f"{WWW}/"])
def test_an_address_that_cannot_be_a_pages_own_is_not_believed(site, home, make_page, web, claimed):
    """Every page of a site names its home page, or the agency's copy: they are pages all the same."""
    for name in "ab":
        site.add(f"{NEWS}/{name}", make_page(name, canonical=claimed))
    home.list(f"{NEWS}/a", f"{NEWS}/b")
    log = home.run_day(fetcher=web)
    assert (log.fetched, log.duplicate) == (2, 0)


def test_a_page_that_several_sources_list_is_fetched_once_for_the_first(site, home, make_source, make_page):
    site.add("/page", make_page("Page"))
    site.add("/short", status=302, Location="/page")
    sources = [*home.sources, make_source(site, id="sitemap"), make_source(site, id="third")]
    home.list(site.url + "/page")
    home.list(site.url + "/page", source_id="sitemap", day=NEXT)
    home.list(site.url + "/short", source_id="third", day=NEXT)
    logs = home.run(DAY, NEXT, sources=sources)
    assert set(logs) == {("example", DAY), ("sitemap", DAY), ("third", NEXT)}
    counts = {key[0]: (log.discovered, log.fetched, log.duplicate) for key, log in logs.items()}
    assert counts == {"example": (1, 1, 0), "sitemap": (1, 0, 1), "third": (1, 0, 1)}
    assert site.paths().count("/page") == 2  # once by way of /short: where that leads, nobody could know
    assert home.bodies().keys() == {site.url + "/page"}
    assert home.run(DAY, NEXT, sources=sources) == logs
    assert site.paths().count("/page") == 2


def test_an_index_made_again_from_the_files_knows_it_all_and_nothing_is_fetched_again(
    site, home, make_source, make_page, tmp_path
):
    sources = [*home.sources, make_source(site, id="other")]
    site.add("/1", make_page("One"), ETag='"1"')
    site.add("/short", status=301, Location="/2?utm_source=short")
    site.add("/2?utm_source=short", make_page("Two", canonical=site.url + "/2"))
    site.add("/again", status=302, Location="/2")
    site.add("/2", make_page("Two"))
    site.add("/amp/1", make_page("One", canonical=site.url + "/1"))
    site.add("/amp/3", make_page("Three", canonical=site.url + "/3"))
    site.add("/reserved", make_page("Mine"), X_Robots_Tag="noai")
    paths = ["/1", "/short", "/amp/1", "/amp/3", "/3", "/reserved"]
    home.list(*(site.url + path for path in paths))
    home.list(site.url + "/again", source_id="other", day=NEXT)
    home.run(DAY, NEXT, sources=sources)
    tables = {
        "visited": "select url, page_url from visited order by url",
        "pages": "select url, archive_date, source_id, digest, etag, last_modified, unchanged from pages order by url",
        "versions": "select * from versions order by url, digest",
    }
    before = {name: home.state.all(sql) for name, sql in tables.items()}
    assert len(before["pages"]) == 3
    home.state.close()
    for path in (tmp_path / "collection").glob("state.sqlite*"):
        path.unlink()
    requests = len(site.log)
    with State(tmp_path / "collection") as state:
        anew = type(home)(state, Archive(home.archive.root, state), home.fetcher, sources)
        anew.list(*(site.url + path for path in paths))  # every source lists its links once more
        anew.list(site.url + "/again", source_id="other", day=NEXT)
        logs = anew.run(DAY, NEXT)
        assert {name: state.all(sql) for name, sql in tables.items()} == before
    assert len(site.log) == requests
    assert [(log.discovered, log.fetched, log.failures) for log in logs.values()] == [(6, 3, {}), (1, 0, {})]


# What publishers reserve


@pytest.mark.parametrize(
    ("policy", "fetched", "files"),
    [("keep", 2, 1), ("metadata", 1, 1), ("skip", 1, 1)],
)
@pytest.mark.parametrize("place", ["header", "meta", "tdmrep"])
def test_a_page_that_is_reserved_is_dealt_with_as_the_source_says(
    site, home, make_source, make_page, policy, fetched, files, place
):
    site.add("/free", make_page("Free"))
    head = '<meta name="robots" content="noindex">' if place == "meta" else ""
    headers = {"X_Robots_Tag": "noai, noindex"} if place == "header" else {}
    site.add("/mine", make_page("Mine", head=head), **headers)
    if place == "tdmrep":
        rule = '[{"location": "/mine", "tdm-reservation": 1, "tdm-policy": "https://news.example/terms"}]'
        site.add("/.well-known/tdmrep.json", rule)
    home.list(site.url + "/mine", site.url + "/free")
    home.sources = [make_source(site, opt_outs=policy)]
    for _ in range(2):
        log = home.run_day()
    assert (log.discovered, log.fetched) == (2, fetched)
    assert log.failures == ({} if policy == "keep" else {"opted_out": 1})
    assert ((site.url + "/mine") in home.bodies()) == (policy == "keep")
    assert site.paths().count("/mine") == 1
    assert len(home.files()) == files
    rows = home.state.all("select url, kind, place, evidence, policy_url, source_id from opt_outs order by kind")
    assert {(row[0], row[2], row[5]) for row in rows} == {(site.url + "/mine", place, "example")}
    words = {"header": "X-Robots-Tag: noai, noindex", "meta": head, "tdmrep": "/mine: tdm-reservation: 1"}
    assert rows[0][3] == words[place]
    assert rows[0][4] == ("https://news.example/terms" if place == "tdmrep" else None)
    notice = b"".join(gzip.decompress((home.archive.root / name).read_bytes()) for name in home.files())
    assert (b"optOut: " in notice) == (policy == "metadata")
    assert (b"Mine" in notice) == (policy == "keep")


def test_what_a_server_reserves_does_not_count_for_a_page_from_a_web_archive(site, home, make_page):
    """The archive's own headers are not the publisher's words, and its tdmrep.json is asked by nobody."""
    site.add("/web/2024id_/http://news.example/a", make_page("Old"))
    site.add("/.well-known/tdmrep.json", '[{"location": "*", "tdm-reservation": 1}]')
    home.list(f"{NEWS}/a", held_at=f"{site.url}/web/2024id_/http://news.example/a")
    log = home.run_day()
    assert (log.fetched, log.failures) == (1, {})
    assert set(home.bodies()) == {f"{NEWS}/a"}
    assert "/.well-known/tdmrep.json" not in site.paths()
    [name] = home.files()
    assert b"X-Archive-Replayed-From: " in gzip.decompress((home.archive.root / name).read_bytes())


# Hosts


def test_a_host_that_asks_for_a_long_rest_holds_up_nobody_and_is_asked_no_more(site, other_site, home, make_page):
    for n in range(3):
        site.add(f"/{n}", status=429, Retry_After="7200")
        other_site.add(f"/{n}", make_page(f"Page {n}"))
    home.list(*(f"{host.url}/{n}" for n in range(3) for host in (site, other_site)))
    for _ in range(2):
        log = home.run_day()
        assert (log.fetched, log.failures) == (3, {"http_429": 3})
    assert [path for path in site.paths() if path != "/robots.txt"] == ["/0"]


def test_a_host_that_was_down_in_the_last_run_is_soon_left_alone(site, other_site, home, make_page, http, state):
    other_site.server.server_close()
    site.add("/ok", make_page("Fine"))
    home.list(site.url + "/ok", *(f"{other_site.url}/{n}" for n in range(20)))
    down = (host_of(other_site.url), time.time() - 60, BREAK_AFTER - 1, Failure.HOST_PAUSED.value)
    state.run("insert into rests values (?, ?, ?, ?)", *down)
    with Fetcher(http, backoff=PATIENCE / BREAK_FACTOR + 1, state=state) as fetcher:
        log = home.run_day(fetcher=fetcher)
    assert (log.discovered, log.fetched, log.failures) == (21, 1, {"host_paused": 20})


def test_what_a_host_is_owed_is_written_at_once_and_until_it_answers(site, http, state, make_page):
    site.add("/a", status=503, Retry_After="1")
    site.add("/a", make_page("A"))
    old = ("old.example", time.time() - 2 * 24 * 3600, 4, Failure.HOST_PAUSED.value)
    state.run("insert into rests values (?, ?, ?, ?)", *old)
    with Fetcher(http, backoff=0.05, state=state) as fetcher:
        with pytest.raises(CollectError):
            fetcher.fetch(site.url + "/a", archive_date=DAY, source_id="example")
        [(host, until, failures)] = state.all("select host, until, failures from rests")
        assert (host, failures) == (host_of(site.url), 1)
        assert until == pytest.approx(time.time() + 1, abs=0.5)
        fetcher.fetch(site.url + "/a", archive_date=DAY, source_id="example")
        assert state.all("select * from rests") == []


def test_hosts_are_served_side_by_side(site, other_site, home, make_page):
    """Each of the two answers only when the other one has been asked."""
    one, two = threading.Event(), threading.Event()
    site.add_answer("/a", noting(one, waiting(two, make_page("A"))))
    other_site.add_answer("/a", noting(two, waiting(one, make_page("B"))))
    home.list(site.url + "/a", other_site.url + "/a")
    log = home.run_day()
    assert (log.fetched, log.failures) == (2, {})


# Interrupted


def test_an_interrupted_run_keeps_what_it_had(site, home, make_page):
    site.add("/a", make_page("A"))
    site.add("/b", make_page("B"))
    home.list(site.url + "/a", site.url + "/b")

    def stop() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        home.run(on_page=stop)
    assert set(home.bodies()) == {site.url + "/a"}
    log = home.run_day()
    assert (log.fetched, log.failures) == (2, {})
    assert site.paths().count("/a") == 1


def test_a_killed_run_leaves_a_part_file_and_the_next_one_goes_on(site, home, make_page, tmp_path):
    for name in "abc":
        site.add(f"/{name}", make_page(name))
    home.list(*(f"{site.url}/{name}" for name in "abc"))
    script = f"""
        import os, signal
        from datetime import date
        from pathlib import Path
        from pipelines.collect import Archive, Fetcher, State, collect_pages
        from pipelines.settings import Http
        from pipelines.sources import FeedSource
        source = FeedSource.model_validate(dict(id="example", name="E", type="feed", url="{site.url}", language="en"))
        seen = []
        def on_page():
            seen.append(1)
            if len(seen) == 2:
                os.kill(os.getpid(), signal.SIGKILL)
        state = State(Path(r"{tmp_path}") / "collection")
        archive = Archive(Path(r"{home.archive.root}"), state)
        archive.recover()
        day = date(2024, 5, 2)
        with Fetcher(Http(delay=0, allow_loopback=True)) as fetcher:
            collect_pages([source], day, day, state=state, archive=archive, fetcher=fetcher, on_page=on_page)
    """
    ended = subprocess.run([sys.executable, "-c", textwrap.dedent(script)], cwd=ROOT, timeout=30, check=False)
    assert ended.returncode == -signal.SIGKILL
    assert home.files() == ["2024-05-02/example/00000.warc.gz.part"]
    assert home.bodies() == {}
    part = home.archive.root / home.files()[0]
    part.write_bytes(part.read_bytes() + gzip.compress(b"WARC/1.1 and half a rec")[:-9])
    log = home.run_day()
    assert (log.discovered, log.fetched, log.failures) == (3, 3, {})
    assert set(home.bodies()) == {f"{site.url}/{name}" for name in "abc"}
    assert home.files() == ["2024-05-02/example/00000.warc.gz", "2024-05-02/example/00001.warc.gz"]
    assert [site.paths().count(f"/{name}") for name in "abc"] == [1, 1, 1]
