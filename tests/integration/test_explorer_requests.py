"""What the explorer answers to requests: downloads, who may look, bad addresses, many readers while a snapshot is
replaced; and reports."""

from __future__ import annotations

import io
import shutil
import threading
from collections.abc import Iterator
from csv import reader
from pathlib import Path

import duckdb
import httpx
import pyarrow.parquet as pq
import pytest

from pipelines.settings import load_settings
from pipelines.warehouse import publish
from tests.browser.explorers import explorer
from tests.conftest import RunCommand

READERS = 20


@pytest.fixture(scope="module")
def home(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the demo's home."""
    copy = tmp_path_factory.mktemp("explorer") / "home"
    shutil.copytree(demo_home, copy, symlinks=True)
    return copy


@pytest.fixture(scope="module")
def client(home: Path) -> Iterator[httpx.Client]:
    with explorer(home) as address, httpx.Client(base_url=address, timeout=30) as client:
        yield client


def test_downloads_hold_what_is_shown(client: httpx.Client, demo_warehouse: duckdb.DuckDBPyConnection) -> None:
    wanted = demo_warehouse.execute("select move_id from market_moves where certainty = 'denied' order by 1").fetchall()
    table = pq.read_table(io.BytesIO(client.get("/claims.parquet?certainty=denied").content))
    assert sorted(table["move_id"].to_pylist()) == [move for (move,) in wanted] != []
    csv = client.get("/claims.csv?certainty=denied")
    assert csv.headers["content-type"].startswith("text/csv")
    assert "claims.csv" in csv.headers["content-disposition"]
    assert len(list(reader(io.StringIO(csv.text)))) == len(wanted) + 1
    found = pq.read_table(io.BytesIO(client.get("/sql.parquet", params={"sql": "from companies"}).content))
    assert found.num_rows == demo_warehouse.execute("select count(*) from companies").fetchall()[0][0]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/claims.exe", 404),
        ("/company/nobody", 404),
        ("/article/%00", 404),
        ("/move/'%20or%201=1", 404),
        ("/static/../app.py", 404),
        ("/claims?since=yesterday", 400),
        ("/claims?page=-3", 200),
        ("/claims?page=99999999999", 200),
        ("/claims?page=%C2%B2", 200),
        ("/claims?q=%25%27%22", 200),
        ("/claims?company=%25", 200),
        ("/claims?nonsense=1&type=%00", 200),
        ("/companies?name=%27%3B--", 200),
        ("/sql?sql=copy+articles+to+'/tmp/x'", 400),
        ("/sql?sql=attach+'/tmp/x.duckdb'", 400),
    ],
)
def test_strange_addresses_are_answered(client: httpx.Client, path: str, status: int) -> None:
    assert client.get(path).status_code == status


def test_a_browser_runs_nothing_and_remembers_nothing(client: httpx.Client) -> None:
    headers = client.get("/claims").headers
    assert "script-src" not in headers["content-security-policy"]
    assert "default-src 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"


def test_another_hosts_name_is_refused(client: httpx.Client) -> None:
    assert client.get("/claims", headers={"host": "evil.example"}).status_code == 400


def test_beyond_this_machine_it_takes_the_token(home: Path) -> None:
    with explorer(home, "--host", "0.0.0.0") as told:  # reached by loopback
        address, token = told.replace("0.0.0.0", "127.0.0.1").split("/?token=")
        with httpx.Client(base_url=address, timeout=30) as client:
            assert client.get("/claims").status_code == 401
            assert client.get("/claims", params={"token": token[:-1]}).status_code == 401
            assert client.get("/static/explorer.css").status_code == 401
            first = client.get("/claims", params={"token": token, "type": "merger"})
            assert first.status_code == 303
            assert first.headers["location"] == "/claims?type=merger"
            assert client.get("/claims").status_code == 200, "the cookie does"


def test_twenty_readers_while_a_snapshot_is_replaced(home: Path) -> None:
    """Nobody sees an error, and afterwards all see the new one. Its latency is measured in benchmarks/, not here."""
    problems: list[object] = []
    stop = threading.Event()

    def read(address: str) -> None:
        with httpx.Client(base_url=address, timeout=60) as client:
            while not stop.is_set():
                for path in ("/claims", "/company/veltronik", "/rivals"):
                    answer = client.get(path)
                    if answer.status_code != 200:
                        problems.append((path, answer.status_code, answer.text[:200]))

    settings = load_settings(home)
    with explorer(home) as address:
        threads = [threading.Thread(target=read, args=(address,)) for _ in range(READERS)]
        for thread in threads:
            thread.start()
        for _ in range(3):
            publish(settings)
        with duckdb.connect(str(settings.home.warehouse)) as warehouse:
            warehouse.execute("update main.companies set name = 'Veltronik Neu' where company_id = 'veltronik'")
        publish(settings)
        stop.set()
        for thread in threads:
            thread.join(60)
        assert problems == []
        assert "Veltronik Neu" in httpx.get(f"{address}/company/veltronik", timeout=30).text


def test_a_report_is_one_file(home: Path, tmp_path: Path, claimhouse: RunCommand) -> None:
    to = tmp_path / "report.html"
    done = claimhouse("report", "--home", home, "--company", "Microsoft", "--to", to)
    assert done.returncode == 0, done.stderr
    html = to.read_text(encoding="utf-8")
    assert "<svg" in html
    assert "<style>" in html
    assert not [part for part in ('src="', "<link", "<script", 'href="/') if part in html]
    unknown = claimhouse("report", "--home", home, "--company", "nobody at all", "--to", to)
    assert unknown.returncode == 2
    assert "nobody at all" in unknown.stderr


def test_nothing_published_is_said(tmp_path: Path) -> None:
    with explorer(tmp_path / "empty") as address:
        answer = httpx.get(f"{address}/claims", timeout=30)
        assert answer.status_code == 503
        assert "Nothing is published" in answer.text
