"""What a user gets for bad input, through the command: a clear message, the right exit code, and nothing lost."""

from __future__ import annotations

import gzip
import json
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import duckdb
import pytest

Command = Callable[..., CompletedProcess[str]]
START = "2026-01-01"
TEXT = (
    "Der Pumpenbauer Nordwerk AG übernimmt den kleineren Rivalen Talflut GmbH, teilte das Unternehmen am Dienstag mit.",
    "Talflut beschäftigt nach eigenen Angaben 320 Menschen in Kiel und Aarhus. Der Umsatz war gestiegen.",
    "Analysten rechnen damit, dass weitere Anbieter folgen. Der Markt für Pumpen gilt als zersplittert.",
)


def page(title: str) -> bytes:
    body = "".join(f"<p>{text}</p>" for text in TEXT)
    head = f'<meta charset="utf-8"><title>{title}</title>'
    return f'<!DOCTYPE html><html lang="de"><head>{head}</head><body><h1>{title}</h1>{body}</body></html>'.encode()


def warc_record(number: int) -> bytes:
    """A response record as any crawler writes it, in a gzip member of its own."""
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + page(f"Meldung {number}")
    head = (
        f"WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: https://a.example/{number}\r\n"
        f"WARC-Date: 2026-03-02T08:00:00Z\r\nWARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-00000000000{number}>\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(http)}\r\n\r\n"
    )
    return gzip.compress(head.encode() + http + b"\r\n\r\n")


@pytest.fixture
def sources(tmp_path: Path) -> Callable[[str], Path]:
    """A sources file with the given text."""

    def write(text: str = f"start_date: {START}\n") -> Path:
        path = tmp_path / "sources.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def assert_told(finished: CompletedProcess[str], code: int, *words: str) -> None:
    """The exit code, all the words in the message, one message, no stack trace, nothing on standard output."""
    assert finished.returncode == code, finished.stderr
    assert all(word in finished.stderr for word in words), finished.stderr
    assert "Traceback" not in finished.stderr
    assert finished.stdout == ""


# What can be imported


def test_an_unknown_path(claimhouse: Command, tmp_path: Path) -> None:
    answer = claimhouse("import", tmp_path / "nowhere.html", "--home", tmp_path / "home")
    assert_told(answer, 2, "nowhere.html: there is no such file or folder", ".html")
    assert not (tmp_path / "home" / "warehouse").exists()


def test_an_empty_folder(claimhouse: Command, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    answer = claimhouse("import", tmp_path / "empty", "--home", tmp_path / "home")
    assert_told(answer, 2, "nothing in this folder can be imported", str(tmp_path / "empty"))


def test_a_file_of_another_kind(claimhouse: Command, tmp_path: Path) -> None:
    (tmp_path / "report.pdf").write_bytes(b"%PDF-1.7")
    answer = claimhouse("import", tmp_path / "report.pdf", "--home", tmp_path / "home")
    assert_told(answer, 2, "report.pdf: files of this kind cannot be imported")


@dataclass(frozen=True, slots=True)
class Imported:
    home: Path
    finished: CompletedProcess[str]

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.home / "published" / "claimhouse.duckdb"), read_only=True) as connection:
            return connection.execute(sql).fetchall()


@pytest.fixture(scope="module")
def imported(claimhouse: Command, tmp_path_factory: pytest.TempPathFactory) -> Imported:
    """One import of a folder with a good page, a binary file, empty pages and a WARC file with a broken record."""
    folder = tmp_path_factory.mktemp("files")
    (folder / "good.html").write_bytes(page("Nordwerk kauft Talflut"))
    (folder / "binary[1].html").write_bytes(bytes(range(256)) * 40)
    (folder / "blank.html").write_bytes(b" \n\n ")
    (folder / "empty.html").write_bytes(b"")
    (folder / "no-text.html").write_bytes(b"<!DOCTYPE html><html><body><img src='a.png'></body></html>")
    broken = bytearray(warc_record(2))
    broken[len(broken) // 2 : len(broken) // 2 + 40] = b"\xff" * 40
    (folder / "pages.warc.gz").write_bytes(warc_record(1) + bytes(broken) + warc_record(3))
    home = tmp_path_factory.mktemp("imported") / "home"
    return Imported(home, claimhouse("import", folder, "--home", home, "--json"))


def test_bad_files_among_good_ones_do_not_stop_an_import(imported: Imported) -> None:
    assert imported.finished.returncode == 0, imported.finished.stderr
    summary = json.loads(imported.finished.stdout)
    assert summary["files"] == 6
    assert summary["failures"] == {"bad_warc_record": 1, "empty_page": 2, "not_html": 1}
    assert summary["rows"]["articles"] == 3


@pytest.mark.parametrize(
    "words",
    [
        "binary[1].html: is no HTML, but binary data",
        "blank.html: is empty",
        "empty.html: is empty",
        "pages.warc.gz: has broken WARC records; the rest was read (1×)",
    ],
)
def test_every_bad_file_is_named_on_a_line_of_its_own(imported: Imported, words: str) -> None:
    lines = [line for line in imported.finished.stderr.splitlines() if line.startswith("not read: ")]
    assert len(lines) == 4, imported.finished.stderr
    assert any(line.endswith(words) for line in lines), lines


def test_the_records_around_a_broken_one_are_read(imported: Imported) -> None:
    urls = [url for (url,) in imported.ask("select url from articles where url like 'https://a.example/%' order by 1")]
    assert urls == ["https://a.example/1", "https://a.example/3"]


def test_every_loss_is_counted_in_the_warehouse(imported: Imported) -> None:
    ((failures, parsed),) = imported.ask("select failures, parsed from collection_log where source_id = 'import'")
    assert failures == {"bad_warc_record": 1, "empty_page": 2, "no_text": 1, "not_html": 1}
    assert parsed == 3


def test_the_good_page_makes_its_claim(imported: Imported) -> None:
    assert ("nordwerk", "acquisition") in imported.ask("select company_id, move_type from market_moves")


# Queries


def test_a_query_before_anything_is_published(claimhouse: Command, tmp_path: Path) -> None:
    answer = claimhouse("query", "select 1", "--home", tmp_path)
    assert_told(answer, 1, "Nothing is published", str(tmp_path), "claimhouse demo")


def test_status_before_anything_is_published_is_no_failure(claimhouse: Command, tmp_path: Path) -> None:
    answer = claimhouse("status", "--json", "--home", tmp_path / "home")
    assert answer.returncode == 0, answer.stderr
    assert json.loads(answer.stdout)["published"] is None


@pytest.mark.parametrize("sql", ["delete from articles", "create table mine as select 1", "drop table companies"])
def test_sql_that_writes(claimhouse: Command, imported: Imported, sql: str) -> None:
    assert_told(claimhouse("query", sql, "--home", imported.home), 1, "read-only")
    assert imported.ask("select count(*) from articles") == [(3,)]


@pytest.mark.parametrize(("sql", "words"), [("selct 1", "syntax error"), ("select * from no_table", "no_table")])
def test_bad_sql(claimhouse: Command, imported: Imported, sql: str, words: str) -> None:
    assert_told(claimhouse("query", sql, "--home", imported.home), 1, words)


def test_an_empty_query_has_no_rows(claimhouse: Command, imported: Imported) -> None:
    answer = claimhouse("query", "", "--json", "--home", imported.home)
    assert answer.returncode == 0, answer.stderr
    assert json.loads(answer.stdout) == []


def test_two_formats_at_once(claimhouse: Command, imported: Imported) -> None:
    answer = claimhouse("query", "select 1", "--csv", "--json", "--home", imported.home)
    assert_told(answer, 2, "--csv and --json exclude each other")


def test_a_query_from_standard_input_with_brackets_and_quotes(claimhouse: Command, imported: Imported) -> None:
    answer = claimhouse("query", "-", "--home", imported.home, stdin="select ['[/red]', '[b]'] as brackets")
    assert answer.returncode == 0, answer.stderr
    assert '["[/red]", "[b]"]' in answer.stdout


# Settings


@pytest.mark.parametrize("command", [["run"], ["backfill", "--from", START, "--to", START], ["status"]])
def test_a_sources_file_with_a_typo(
    claimhouse: Command, tmp_path: Path, sources: Callable[[str], Path], command: list[str]
) -> None:
    path = sources(f"start_date: {START}\nhttp:\n  delay: 1\n  tiemout: 3\nsources: []\n")
    answer = claimhouse(*command, "--home", tmp_path / "home", "--sources", path)
    assert_told(answer, 2, f"{path}:4: http.tiemout: unknown key")


def test_a_sources_file_that_is_not_there(claimhouse: Command, tmp_path: Path) -> None:
    answer = claimhouse("run", "--home", tmp_path / "home", "--sources", tmp_path / "none.yaml")
    assert_told(answer, 2, "none.yaml: cannot be read")


ONE_SOURCE = f"""\
start_date: {START}
sources:
  - {{id: bote, name: Bote, type: feed, url: "http://127.0.0.1:9/feed", language: de}}
"""


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["backfill", "--from", "2026-03-05", "--to", "2026-03-02"], "--from 2026-03-05 is after --to 2026-03-02"),
        (["backfill", "--from", "2025-12-31", "--to", "2026-03-02"], f"before start_date {START}"),
        (["run", "--date", "2025-12-31"], f"before start_date {START}"),
        (["run", "--date", "2199-01-01"], "2199-01-01 is in the future"),
        (["backfill", "--from", "2026-03-02", "--to", "2199-01-01"], "2199-01-01 is in the future"),
        (["run", "--date", "yesterday"], "--date"),
        (["backfill", "--from", "2026-02-30", "--to", "2026-03-01"], "--from"),
        (["backfill", "--from", "2026-03-02"], "--to"),
    ],
    ids="wrong-way-round before-start before-start-run future-run future no-date no-such-day one-end".split(),
)
def test_dates_that_cannot_be(
    claimhouse: Command, tmp_path: Path, sources: Callable[[str], Path], arguments: list[str], words: str
) -> None:
    answer = claimhouse(*arguments, "--home", tmp_path / "home", "--sources", sources(ONE_SOURCE))
    assert_told(answer, 2, words)
    assert not (tmp_path / "home" / "dagster").exists()


def test_no_enabled_source(claimhouse: Command, tmp_path: Path, sources: Callable[..., Path]) -> None:
    answer = claimhouse("run", "--date", START, "--home", tmp_path / "home", "--sources", sources())
    assert_told(answer, 2, "no enabled source")


@pytest.mark.parametrize("arguments", [["fly"], ["query"], ["import"], ["status", "--colour"]])
def test_a_call_that_is_no_call(claimhouse: Command, arguments: list[str]) -> None:
    assert claimhouse(*arguments).returncode == 2


# The warehouse in other hands


def test_a_warehouse_held_by_another_process(
    claimhouse: Command, tmp_path: Path, sources: Callable[[str], Path], hold: Callable[..., Any]
) -> None:
    home, file = tmp_path / "home", tmp_path / "a.html"
    file.write_bytes(page("Nordwerk kauft Talflut"))
    holder = hold(home / "warehouse" / "claimhouse.duckdb")
    path = sources(f"start_date: {START}\nwarehouse:\n  lock_wait: 0.5\n")
    answer = claimhouse("import", file, "--home", home, "--sources", path)
    assert_told(answer, 1, f"process {holder.pid} (", "lock_wait", str(home / "warehouse" / "claimhouse.duckdb"))
    assert len(list((home / "warc").rglob("*.warc.gz"))) == 1  # what was read stays; the next import goes on from there


def test_a_warehouse_that_is_no_database(claimhouse: Command, tmp_path: Path) -> None:
    home, file = tmp_path / "home", tmp_path / "a.html"
    file.write_bytes(page("Nordwerk kauft Talflut"))
    warehouse = home / "warehouse" / "claimhouse.duckdb"
    warehouse.parent.mkdir(parents=True)
    warehouse.write_text("my shopping list\n" * 500)
    assert_told(claimhouse("import", file, "--home", home), 1, str(warehouse), "cannot be opened")
    assert warehouse.read_text().startswith("my shopping list")


# A source that fails


@dataclass(frozen=True, slots=True)
class Server:
    url: str
    day: str


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """One feed that answers 500, and one with two articles of yesterday, of which one answers 500."""
    day = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0) - timedelta(days=1)
    items = "".join(
        f"<item><title>Meldung {n}</title><link>{{url}}/{n}</link><pubDate>{format_datetime(day)}</pubDate></item>"
        for n in ("good", "bad")
    )
    feed = f'<?xml version="1.0"?><rss version="2.0"><channel><title>Bote</title>{items}</channel></rss>'

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            here = f"http://127.0.0.1:{self.server.server_port}"  # type: ignore[attr-defined]
            answers = {"/feed": ("application/rss+xml", feed.format(url=here).encode()),
                       "/good": ("text/html; charset=utf-8", page("Nordwerk kauft Talflut"))}  # fmt: skip
            if self.path in ("/robots.txt", "/.well-known/tdmrep.json"):
                self.send_error(404)
            elif self.path not in answers:
                self.send_error(500)
            else:
                kind, body = answers[self.path]
                self.send_response(200)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield Server(f"http://127.0.0.1:{server.server_port}", f"{day:%Y-%m-%d}")
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def collected(server: Server, claimhouse: Command, tmp_path_factory: pytest.TempPathFactory) -> Imported:
    """`claimhouse run --date YESTERDAY` on both sources of the server."""
    folder = tmp_path_factory.mktemp("failing")
    (folder / "sources.yaml").write_text(
        f"start_date: {server.day}\nenvironment: test\nhttp: {{delay: 0, timeout: 5, allow_loopback: true}}\nsources:\n"
        f'  - {{id: broken, name: Broken, type: feed, url: "{server.url}/nothing", language: de}}\n'
        f'  - {{id: bote, name: Bote, type: feed, url: "{server.url}/feed", language: de}}\n'
    )
    arguments = ("run", "--date", server.day, "--home", folder / "home", "--sources", folder / "sources.yaml", "--json")
    return Imported(folder / "home", claimhouse(*arguments))


def test_a_source_that_answers_500_does_not_keep_the_others_from_being_collected(collected: Imported) -> None:
    assert collected.finished.returncode == 0, collected.finished.stderr
    assert json.loads(collected.finished.stdout)["rows"]["articles"] == 1
    assert collected.ask("select source_id, title from articles") == [("bote", "Nordwerk kauft Talflut")]


def test_it_is_counted_under_its_reason_as_is_a_page_that_answers_500(collected: Imported) -> None:
    assert collected.ask("select source_id, discovered, fetched, failures from collection_log order by 1") == [
        ("bote", 2, 1, {"http_5xx": 1}),
        ("broken", 0, 0, {"http_5xx": 1}),
    ]


def test_a_published_file_survives_a_failed_run(collected: Imported, claimhouse: Command, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(collected.home / "published", home / "published", symlinks=True)
    (home / "warehouse").mkdir()
    (home / "warehouse" / "claimhouse.duckdb").write_text("no database\n" * 500)
    file = tmp_path / "a.html"
    file.write_bytes(page("Talflut kauft Nordwerk"))
    assert claimhouse("import", file, "--home", home).returncode == 1
    answer = claimhouse("query", "select count(*) as n from articles", "--json", "--home", home)
    assert json.loads(answer.stdout) == [{"n": 1}]
