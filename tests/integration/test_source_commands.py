"""`claimhouse sources` as users call it, against the demo press and files: what it says, and what it writes."""

from __future__ import annotations

import json
import os
import re
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from pipelines import steps
from pipelines.cli import app
from pipelines.collect import State
from pipelines.demo import DEMO_END, DEMO_START, serve_press
from pipelines.settings import load_settings, read_sources_file
from pipelines.terminal import err, out

DOCS = (Path(__file__).resolve().parents[2] / "docs" / "commands.md").read_text(encoding="utf-8")
BOTE = '{id: wirtschaftsbote, name: Wirtschaftsbote, type: feed, language: de, url: "http://wirtschaftsbote.example/feed.rss"}'
LEDGER = '{id: ledger, name: Ledger, type: site, language: en, url: "http://harbourledger.example/"}'
BROKEN = '{id: broken, name: Broken, type: feed, language: de, url: "http://wirtschaftsbote.example/rss"}'
RESTED = '{id: rested, name: Rested, type: feed, language: de, enabled: false, url: "http://rested.example/feed"}'
DAY = '{id: day, name: Day, type: archive, language: de, links: "main li a", url: "http://wirtschaftsbote.example/archiv/{yyyy}/{mm}/{dd}"}'
WARC = '{id: crawl, name: Crawl, type: warc, language: de, paths: ["/srv/a.warc.gz"]}'
PAST = "{id: past, name: Past, type: wayback, language: de, site: wirtschaftsbote.example}"
OTHER_PAST = "{id: other-past, name: Other past, type: wayback, language: de, site: harbourledger.example}"


@pytest.fixture(scope="module")
def proxy() -> Iterator[str]:
    with serve_press() as press:
        yield press.proxy_url


class Desk:
    """A sources file and a home, and the command over them."""

    def __init__(self, folder: Path, proxy: str) -> None:
        self.file, self.home, self.folder = folder / "sources.yaml", folder / "home", folder
        self.head = f"start_date: {DEMO_START}\nhttp: {{delay: 0, proxy: '{proxy}'}}\n"
        self.write()

    def write(self, *lines: str) -> None:
        self.file.write_text(self.head + "sources:\n" + "".join(f"  - {line}\n" for line in lines))

    def call(self, *arguments: object, exit_code: int = 0) -> Result:
        result = CliRunner().invoke(app, ["sources", *map(str, arguments), "--sources", str(self.file)])
        assert result.exit_code == exit_code, result.output
        assert result.exception is None or isinstance(result.exception, SystemExit)
        return result

    def json(self, *arguments: object, exit_code: int = 0) -> Any:
        return json.loads(self.call(*arguments, "--json", exit_code=exit_code).stdout)

    def list(self) -> dict[str, dict[str, Any]]:
        return {row["id"]: row for row in self.json("list", "--home", self.home)}

    def poll(self) -> None:
        steps.poll_sources(load_settings(self.home, self.file, {}), [DEMO_START, DEMO_END])

    @property
    def ids(self) -> list[str]:
        return [source.id for source in read_sources_file(self.file).sources]


@pytest.fixture
def desk(tmp_path: Path, proxy: str) -> Desk:
    return Desk(tmp_path, proxy)


@pytest.fixture
def site(desk: Desk, tmp_path: Path) -> Iterator[str]:
    """A site of files on loopback, with two feeds and a sitemap, in place of the press."""
    feed = "<rss version='2.0'><channel><title>%s</title></channel></rss>"
    links = "".join(f'<link rel="alternate" type="application/rss+xml" href="/[{n}].xml">' for n in "ab")
    files = {
        "index.html": f'<html lang="de"><head><title>Small</title>{links}</head></html>',
        "[a].xml": feed % "A",
        "[b].xml": feed % "B",
        "sitemap.xml": "<urlset><url><loc>http://small.example/1</loc></url></urlset>",
    }
    folder = tmp_path / "site"
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_text(text)

    class Handler(SimpleHTTPRequestHandler):
        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(folder)))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    desk.head = f"start_date: {DEMO_START}\nenvironment: test\nhttp: {{delay: 0, allow_loopback: true}}\n"
    desk.write()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Makes the terminal so many columns wide."""

    def wide(columns: int) -> None:
        for console in (out, err):
            monkeypatch.setattr(console, "width", columns)

    return wide


# --- list ---


def test_a_list_without_sources_says_how_to_add_one(desk: Desk) -> None:
    assert "claimhouse sources add" in desk.call("list").stdout
    assert desk.json("list") == []


def test_sources_that_were_never_looked_at_are_listed_in_their_order(desk: Desk) -> None:
    desk.write(LEDGER, BOTE, RESTED)
    rows = desk.json("list", "--home", desk.home)
    assert [(row["id"], row["type"], row["enabled"]) for row in rows] == [
        ("ledger", "site", True), ("wirtschaftsbote", "feed", True), ("rested", "feed", False),
    ]  # fmt: skip
    assert {row["polled_at"] for row in rows} == {None}
    assert "never" in desk.call("list", "--home", desk.home).stdout
    assert not desk.home.exists()


def test_a_list_tells_how_the_last_run_found_each_source(desk: Desk) -> None:
    desk.write(BOTE, BROKEN, RESTED)
    desk.poll()
    first = desk.list()
    assert (first["wirtschaftsbote"]["listed"], first["wirtschaftsbote"]["new"]) == (21, 21)
    assert first["wirtschaftsbote"]["problem"] is None
    assert "404" in first["broken"]["problem"]
    assert first["rested"]["polled_at"] is None
    desk.poll()
    assert desk.list()["wirtschaftsbote"]["new"] == 0, "nothing has changed"


def test_a_source_that_has_brought_nothing_for_days_is_marked(desk: Desk) -> None:
    desk.write(BOTE)
    desk.poll()
    assert not desk.list()["wirtschaftsbote"]["is_silent"]
    with State(desk.home / "collection") as state:
        state.run("update polls set last_new_at = ?", (datetime.now(UTC) - timedelta(days=5)).isoformat())
    row = desk.list()["wirtschaftsbote"]
    assert (row["silent_days"], row["is_silent"]) == (5, True)
    assert "5 days" in desk.call("list", "--home", desk.home).stdout


def test_a_problem_is_shown_whole_and_as_the_server_worded_it(desk: Desk, terminal: Callable[[int], None]) -> None:
    """Square brackets are markup to the table, and a server may answer with any."""
    desk.write(BOTE)
    desk.poll()
    terminal(90)
    problem = "http://wirtschaftsbote.example/an-address-as-long-as-this: the server answered 500 [/red]"
    with State(desk.home / "collection") as state:
        state.run("update polls set problem = ?", problem)
    shown = desk.call("list", "--home", desk.home).stdout
    column = "".join(line.split("│")[-2].strip() for line in shown.splitlines() if "│" in line)
    assert column.replace(" ", "") == problem.replace(" ", "")


# --- check ---


def test_a_check_tells_what_a_source_would_give_and_stores_nothing(desk: Desk) -> None:
    desk.write(BOTE, LEDGER, RESTED)
    found = {row["id"]: row for row in desk.json("check")}
    assert set(found) == {"wirtschaftsbote", "ledger"}, "those that are enabled"
    assert found["wirtschaftsbote"]["listed"] == 21
    assert (found["wirtschaftsbote"]["first_day"], found["wirtschaftsbote"]["last_day"]) == ("2026-03-02", "2026-03-15")
    assert len(found["ledger"]["samples"]) == 3
    assert {row["problem"] for row in found.values()} == {None}
    assert "21 articles, 2026-03-02 to 2026-03-15" in desk.call("check", "wirtschaftsbote").stdout
    assert [path.name for path in desk.folder.iterdir()] == ["sources.yaml"]


def test_a_broken_source_fails_the_check_and_not_the_others(desk: Desk) -> None:
    desk.write(BROKEN, BOTE)
    broken, fine = desk.json("check", exit_code=1)
    assert "404" in broken["problem"]
    assert broken["failures"] == {"http_4xx": 1}
    assert (fine["listed"], fine["problem"]) == (21, None)
    result = desk.call("check", exit_code=1)
    assert "left out: http_4xx 1" in result.stdout
    assert "the server answered 404" in result.stderr


def test_a_source_of_history_is_checked_for_the_day_that_is_named(desk: Desk) -> None:
    desk.write(DAY)
    [row] = desk.json("check", "day", "--date", "2026-03-09")
    assert (row["listed"], row["first_day"], row["last_day"]) == (2, "2026-03-09", "2026-03-09")
    [row] = desk.json("check", "day", "--date", "2019-01-01", exit_code=1)
    assert (row["failures"], row["problem"]) == ({"http_4xx": 1}, "it lists no article")


def test_a_source_of_files_is_checked_without_a_network(desk: Desk) -> None:
    (desk.folder / "pages").mkdir()
    (desk.folder / "pages" / "a.html").write_text("<html><title>A</title><p>Text.</p></html>")
    os.utime(desk.folder / "pages" / "a.html", (1_772_700_000, 1_772_700_000))
    desk.write(f'{{id: saved, name: Saved, type: folder, language: de, path: "{desk.folder / "pages"}"}}')
    [row] = desk.json("check")
    assert (row["listed"], row["first_day"]) == (1, "2026-03-05")


def test_what_cannot_be_checked_is_a_wrong_call(desk: Desk) -> None:
    desk.write(RESTED)
    assert "no enabled source" in desk.call("check", exit_code=2).stderr
    assert "Known: rested" in desk.call("check", "rest", exit_code=2).stderr


# --- add ---


def test_the_feed_of_a_site_is_found_and_added_once(desk: Desk) -> None:
    result = desk.call("add", "http://wirtschaftsbote.example/")
    assert "+ feed" in result.stdout
    [source] = read_sources_file(desk.file).sources
    assert (source.id, source.name, source.type) == ("wirtschaftsbote", "Rheinischer Wirtschaftsbote", "feed")
    assert (source.language, source.address) == ("de", "http://wirtschaftsbote.example/feed.rss")
    before = desk.file.read_text()
    again = desk.call("add", "http://wirtschaftsbote.example/")
    assert "= feed" in again.stdout
    assert "already" in again.stdout
    assert desk.file.read_text() == before


def test_a_sitemap_and_a_feed_can_be_named_themselves(desk: Desk) -> None:
    desk.call("add", "http://harbourledger.example/news-sitemap.xml", "--language", "en", "--name", "The Ledger")
    desk.call("add", "http://technikspiegel.example/atom.xml", "--id", "tn")
    ledger, spiegel = read_sources_file(desk.file).sources
    assert (ledger.id, ledger.type, ledger.name) == ("harbourledger", "sitemap", "The Ledger")
    assert (spiegel.id, spiegel.type, spiegel.language) == ("tn", "feed", "de")


def test_everything_that_was_found_can_be_added(desk: Desk, site: str) -> None:
    """An id that is given is counted on."""
    desk.call("add", site, "--id", "small")
    assert desk.ids == ["small"]
    result = desk.call("add", site, "--all", "--id", "more", "--name", "More")
    assert [line[0] for line in result.stdout.splitlines()[:3]] == ["=", "+", "+"]
    assert f"{site}[b].xml " in result.stdout, "brackets are no markup"
    _, second, sitemap = read_sources_file(desk.file).sources
    assert (second.id, second.type, second.name) == ("more", "feed", "More")
    assert (sitemap.id, sitemap.type, sitemap.language) == ("more-2", "sitemap", "de")


def test_a_site_without_feed_and_sitemap_is_told(desk: Desk, site: str, tmp_path: Path) -> None:
    for listing in (tmp_path / "site").glob("*.xml"):
        listing.unlink()
    assert "neither a feed nor a sitemap was found" in desk.call("add", site, exit_code=1).stderr


def test_a_site_that_does_not_tell_its_language_must_be_told_it(desk: Desk, site: str, tmp_path: Path) -> None:
    index = tmp_path / "site" / "index.html"
    index.write_text(index.read_text().replace('lang="de"', 'lang="fr"'))
    assert "'fr'" in desk.call("add", site, exit_code=2).stderr
    desk.call("add", site, "--language", "en")
    assert [source.language for source in read_sources_file(desk.file).sources] == ["en"]


def test_an_id_that_is_taken_or_cannot_be_is_refused(desk: Desk) -> None:
    desk.write(LEDGER)
    before = desk.file.read_text()
    taken = desk.call("add", "http://wirtschaftsbote.example", "--id", "ledger", exit_code=2)
    assert "share the id 'ledger'" in taken.stderr
    wrong = desk.call("add", "http://wirtschaftsbote.example", "--id", "Der Bote", exit_code=2)
    assert "id: " in wrong.stderr
    assert desk.file.read_text() == before


def test_what_is_not_there_is_told(desk: Desk) -> None:
    before = desk.file.read_text()
    nowhere = desk.call("add", "http://nowhere.example", exit_code=1)
    assert "robots.txt answers 502" in nowhere.stderr
    gone = desk.call("add", "http://wirtschaftsbote.example/gone", exit_code=1)
    assert "404" in gone.stderr
    none = desk.call("add", "https://wirtschaftsbote", exit_code=1)
    assert "own network" in none.stderr
    assert desk.file.read_text() == before


@pytest.mark.parametrize("layout", ["sources: [%s]\n", "sources: [\n  %s,\n]\n"])
def test_a_list_in_brackets_is_refused(desk: Desk, layout: str) -> None:
    desk.file.write_text(text := desk.head + layout % LEDGER)
    result = desk.call("add", "http://wirtschaftsbote.example", exit_code=2)
    assert "stands in brackets" in result.stderr
    assert desk.file.read_text() == text


def test_comments_and_order_of_the_file_stay(desk: Desk) -> None:
    text = f"# Ours.\n{desk.head}sources:\n  # first\n  - {LEDGER}   # daily\n\n# the end\nwarehouse: {{threads: 1}}\n"
    desk.file.write_text(text)
    desk.call("add", "http://wirtschaftsbote.example")
    lines = desk.file.read_text().splitlines(keepends=True)
    [new] = [n for n, line in enumerate(lines) if "feed.rss" in line]
    assert lines[new - 1].endswith("# daily\n")
    del lines[new]
    assert "".join(lines) == text


def test_a_link_to_the_file_stays_a_link_and_its_rights_stay(desk: Desk) -> None:
    real = desk.folder / "real.yaml"
    desk.file.rename(real)
    real.chmod(0o640)
    desk.file.symlink_to(real)
    desk.call("add", "http://wirtschaftsbote.example")
    assert desk.file.is_symlink()
    assert "feed.rss" in real.read_text()
    assert real.stat().st_mode & 0o777 == 0o640


# --- import and export ---


def opml(*outlines: str) -> str:
    return f'<opml version="2.0"><head/><body><outline text="News">{"".join(outlines)}</outline></body></opml>'


def test_sources_of_every_kind_come_back_as_they_were(desk: Desk) -> None:
    desk.write(BOTE.replace("name", "exclude: [/sport/], opt_outs: skip, name"), DAY, WARC, PAST, OTHER_PAST, RESTED)
    before = read_sources_file(desk.file).sources
    exported = desk.folder / "sources.opml"
    desk.call("export", "--output", exported)
    assert exported.read_text() == desk.call("export").stdout
    assert "0 added" in desk.call("import", exported).stdout
    assert read_sources_file(desk.file).sources == before, "what is there is left alone"
    desk.write()
    assert "6 listed, 6 added" in desk.call("import", exported).stdout
    assert read_sources_file(desk.file).sources == before


def test_an_id_that_is_taken_by_another_source_is_counted_on(desk: Desk) -> None:
    desk.write(WARC, OTHER_PAST)
    exported = desk.folder / "sources.opml"
    desk.call("export", "--output", exported)
    desk.write(WARC.replace("a.warc", "b.warc"))
    desk.call("import", exported)
    assert desk.ids == ["crawl", "crawl-2", "other-past"]
    desk.call("import", exported)
    assert desk.ids == ["crawl", "crawl-2", "other-past"], "the same files under another id are the same source"


def test_the_list_of_a_feed_reader_is_taken(desk: Desk) -> None:
    desk.write(BOTE)
    file = desk.folder / "reader.opml"
    file.write_text(
        opml(
            '<outline text="Bote" xmlUrl="http://WIRTSCHAFTSBOTE.example/feed.rss"/>',
            '<outline text="Tech &#x9f; Now" xmlUrl="https://tech.example/rss" language="en-US"/>',
            '<outline text="Same host" xmlUrl="https://tech.example/markets" language="de_AT"/>',
        )
    )
    assert f"{file}: 3 listed, 2 added." in desk.call("import", file).stdout.replace("\n", "")
    bote, tech, markets = read_sources_file(desk.file).sources
    assert bote.id == "wirtschaftsbote"
    assert (tech.id, tech.language, tech.name) == ("tech", "en", "Tech \x9f Now")
    assert (markets.id, markets.language) == ("tech-2", "de")
    assert "0 added" in desk.call("import", file).stdout


@pytest.mark.parametrize(
    ("outline", "message"),
    [
        ('<outline text="T" xmlUrl="https://t.example/rss"/>', "--language"),
        ('<outline text="T" xmlUrl="https://t.example/rss" language="fr"/>', "'fr'"),
        ('<outline text="T" xmlUrl="feed://t.example/rss" language="de"/>', "cannot be a source: url"),
    ],
)
def test_a_feed_that_cannot_be_a_source_adds_none(desk: Desk, outline: str, message: str) -> None:
    file = desk.folder / "reader.opml"
    file.write_text(opml('<outline text="A" xmlUrl="https://a.example/rss" language="de"/>', outline))
    assert message in desk.call("import", file, exit_code=2).stderr
    assert desk.ids == []


def test_a_language_can_be_said_for_all(desk: Desk) -> None:
    file = desk.folder / "reader.opml"
    file.write_text(opml('<outline text="T" xmlUrl="https://t.example/rss"/>'))
    desk.call("import", file, "--language", "en")
    assert read_sources_file(desk.file).sources[0].language == "en"


@pytest.mark.parametrize("content", [None, b"<html><body></body></html>", b"<rss/>", b"\x00", b"<!DOCTYPE a><opml/>"])
def test_what_is_no_opml_is_told(desk: Desk, content: bytes | None) -> None:
    file = desk.folder / "list.opml"
    if content is not None:
        file.write_bytes(content)
    assert str(file) in desk.call("import", file, exit_code=2).stderr.replace("\n", "")


def test_an_export_that_cannot_be_written_is_told(desk: Desk) -> None:
    result = desk.call("export", "--output", desk.folder / "missing" / "a.opml", exit_code=2)
    assert "cannot be written" in result.stderr


# --- the docs ---


def shown(name: str) -> str:
    """The output that docs/commands.md shows; times are as good as any other."""
    found = re.search(rf"<!-- output: {name} -->\n```text\n(.*?)```", DOCS, re.DOTALL)
    assert found
    return without_times(found.group(1))


def without_times(text: str) -> str:
    return re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d", "TIME", text)


def test_the_docs_show_what_the_commands_print(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, terminal: Callable[[int], None]
) -> None:
    monkeypatch.chdir(desk.folder)
    desk.file = Path("sources.yaml")
    terminal(118)
    desk.call("add", "http://wirtschaftsbote.example")
    assert desk.call("add", "http://harbourledger.example").stdout == shown("add")
    with desk.file.open("a") as file:
        file.write(f"  - {BROKEN.replace('broken', 'nowhere')}\n")
    checked = desk.call("check", "wirtschaftsbote", "nowhere", exit_code=1)
    [problem] = [line for line in checked.stderr.splitlines() if "http" in line]
    assert sorted([*checked.stdout.splitlines(), problem]) == sorted(shown("check").splitlines())
    desk.poll()
    listed = desk.call("list", "--home", desk.home).stdout
    assert without_times(listed) == shown("list")
    Path("subscriptions.opml").write_text(
        opml('<outline text="Technikspiegel Nord" xmlUrl="http://technikspiegel.example/atom.xml"/>')
    )
    assert desk.call("import", "subscriptions.opml", "--language", "de").stdout == shown("import")
