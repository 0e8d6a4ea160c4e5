"""From candidates to the archive and its log, against a real server: once, again, and after a crash."""

from __future__ import annotations

import signal
import subprocess
import sys
import textwrap
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from pipelines.collect import Archive, CandidateStore, LogStore, Visit, Window, collect_pages, poll
from pipelines.records import Candidate

DAY = date(2024, 5, 2)
ROOT = Path(__file__).resolve().parents[3]


def page(text: str) -> str:
    return f"<html><head><title>{text}</title></head><body><p>{text}</p></body></html>"


@pytest.fixture
def archive(tmp_path) -> Archive:
    return Archive(tmp_path / "warc")


@pytest.fixture
def links(site):
    def make(*paths: str) -> list[Candidate]:
        return [Candidate("example", site.url + path, DAY) for path in paths]

    return make


def bodies(archive: Archive) -> dict[str, bytes]:
    failures: Counter[str] = Counter()
    found = {found.url: found.body for found in archive.pages(DAY, failures=failures)}
    assert not failures
    return found


def test_feed_to_archive_and_a_second_run_changes_nothing(site, fetcher, make_source, archive, tmp_path):
    items = "".join(
        f"<item><title>{n}</title><link>/{n}</link><pubDate>Thu, 02 May 2024 0{n}:00:00 GMT</pubDate></item>"
        for n in range(1, 4)
    )
    site.add("/feed", f'<rss version="2.0"><channel><title>E</title>{items}</channel></rss>')
    for n in range(1, 4):
        site.add(f"/{n}", page(f"Page {n}"))
    source, store, logs = make_source(site), CandidateStore(tmp_path / "candidates"), LogStore(tmp_path / "log")
    seen = []
    for _ in range(2):
        store.add(poll(Visit(source, fetcher, Window(DAY, DAY, DAY))).candidates)
        log = collect_pages(
            source, store.read(DAY, "example"), archive=archive, fetcher=fetcher, on_page=lambda: seen.append(1)
        )
        logs.merge(log)
    assert (log.discovered, log.fetched, log.unchanged, log.duplicate, log.failures) == (3, 3, 3, 0, {})
    [stored] = logs.read(DAY)
    assert (stored.discovered, stored.fetched, stored.failures) == (3, 3, {})
    assert len(seen) == 6
    assert bodies(archive) == {f"{site.url}/{n}": page(f"Page {n}").encode() for n in range(1, 4)}
    assert [site.paths().count(f"/{n}") for n in range(1, 4)] == [1, 1, 1]
    assert len(list((tmp_path / "warc").rglob("*"))) == 3  # date, source, one file: the second run wrote none


def test_one_bad_page_never_stops_the_source(site, fetcher, make_source, archive, links):
    site.add("/robots.txt", "User-agent: *\nDisallow: /intern/\n")
    site.add("/ok", page("Fine"))
    site.add("/gone", status=404)
    site.add("/down", status=500)
    site.add("/pdf", b"%PDF-1.7", Content_Type="application/pdf")
    site.add("/lies", b"\x89PNG\r\n\x1a\n", Content_Type="text/html")
    site.add("/empty", "  \n")
    site.add("/large", "<p>" + "x" * 200_000)
    site.add("/odd", b"x", Content_Encoding="br")
    site.add("/loop", status=302, Location="/loop")
    site.add("/last", page("Last"))
    paths = ["/ok", "/gone", "/down", "/pdf", "/lies", "/empty", "/large", "/odd", "/loop", "/intern/x", "/last"]
    log = collect_pages(make_source(site), links(*paths), archive=archive, fetcher=fetcher)
    assert (log.discovered, log.fetched) == (11, 2)
    assert log.failures == {
        "http_4xx": 1, "http_5xx": 1, "not_html": 2, "empty_page": 1, "too_large": 1, "bad_encoding": 1,
        "bad_link": 1, "robots": 1,
    }  # fmt: skip
    assert set(bodies(archive)) == {site.url + "/ok", site.url + "/last"}


def test_failed_pages_are_tried_again_and_the_log_tells_the_present_state(
    site, fetcher, make_source, archive, links, tmp_path
):
    site.add("/a", page("A"))
    site.add("/b", status=404)
    site.add("/b", page("B"))
    logs = LogStore(tmp_path / "log")
    assert logs.merge(
        collect_pages(make_source(site), links("/a", "/b"), archive=archive, fetcher=fetcher)
    ).failures == {"http_4xx": 1}
    stored = logs.merge(collect_pages(make_source(site), links("/a", "/b"), archive=archive, fetcher=fetcher))
    assert (stored.discovered, stored.fetched, stored.failures) == (2, 2, {})


def test_two_links_to_one_page_are_a_duplicate_and_neither_is_fetched_again(site, fetcher, make_source, archive, links):
    site.add("/short", status=301, Location="/page?utm_source=short")
    site.add("/other", status=301, Location="/page")
    site.add("/page?utm_source=short", page("Page"))
    site.add("/page", page("Page"))
    everything = links("/short", "/other", "/page")
    log = collect_pages(make_source(site), everything, archive=archive, fetcher=fetcher)
    assert (log.discovered, log.fetched, log.duplicate, log.unchanged) == (3, 1, 2, 0)
    requests = len(site.log)
    again = collect_pages(make_source(site), everything, archive=archive, fetcher=fetcher)
    assert (again.discovered, again.fetched, again.failures) == (3, 1, {})
    assert len(site.log) == requests
    assert len(bodies(archive)) == 1


def test_no_candidates_need_a_date_and_mixed_dates_are_an_error(site, fetcher, make_source, archive, links):
    log = collect_pages(make_source(site), [], archive=archive, fetcher=fetcher, archive_date=DAY)
    assert (log.archive_date, log.discovered) == (DAY, 0)
    assert not archive.root.exists()
    with pytest.raises(ValueError, match="exactly one archive date"):
        collect_pages(make_source(site), [], archive=archive, fetcher=fetcher)
    with pytest.raises(ValueError, match="not of 2"):
        collect_pages(make_source(site), links("/a"), archive=archive, fetcher=fetcher, archive_date=date(2024, 5, 3))


def test_an_interrupted_run_keeps_what_it_had(site, fetcher, make_source, archive, links):
    site.add("/a", page("A"))
    site.add("/b", page("B"))

    def stop() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        collect_pages(make_source(site), links("/a", "/b"), archive=archive, fetcher=fetcher, on_page=stop)
    assert archive.urls(DAY, "example") == {site.url + "/a"}
    log = collect_pages(make_source(site), links("/a", "/b"), archive=archive, fetcher=fetcher)
    assert (log.fetched, log.unchanged) == (2, 1)
    assert site.paths().count("/a") == 1


def test_a_killed_run_leaves_no_half_file_and_the_next_one_cleans_up(
    site, fetcher, make_source, archive, links, tmp_path
):
    site.add("/a", page("A"))
    site.add("/b", page("B"))
    script = f"""
        import os, signal
        from datetime import date
        from pipelines.collect import Archive, Fetcher, collect_pages
        from pipelines.records import Candidate
        from pipelines.settings import Http
        from pipelines.sources import FeedSource
        from pathlib import Path
        source = FeedSource.model_validate(dict(id="example", name="E", type="feed", url="{site.url}", language="en"))
        links = [Candidate("example", "{site.url}" + path, date(2024, 5, 2)) for path in ("/a", "/b")]
        with Fetcher(Http(delay=0)) as fetcher:
            collect_pages(source, links, archive=Archive(Path(r"{archive.root}")), fetcher=fetcher,
                          on_page=lambda: os.kill(os.getpid(), signal.SIGKILL))
    """
    ended = subprocess.run([sys.executable, "-c", textwrap.dedent(script)], cwd=ROOT, timeout=30, check=False)
    assert ended.returncode == -signal.SIGKILL
    folder = archive.root / "2024-05-02" / "example"
    assert [path.name for path in folder.iterdir()] == ["00000.warc.gz.part"]
    assert archive.urls(DAY, "example") == set()
    log = collect_pages(make_source(site), links("/a", "/b"), archive=archive, fetcher=fetcher)
    assert (log.fetched, log.failures) == (2, {})
    assert [path.name for path in folder.iterdir()] == ["00000.warc.gz"]
