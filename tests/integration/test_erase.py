"""`claimhouse erase` on a whole home: no byte of the text remains, all else does, and it does not come back."""

from __future__ import annotations

import gzip
import io
import json
import shutil
import zlib
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from pipelines import erasing
from pipelines.collect import ErasureStore, Kind
from pipelines.settings import load_settings
from tests.conftest import ROOT, RunCommand

SLUG, TITLE, BODY, AUTHOR, CAPTION = (
    "zephyrquark",
    "Kolibrinebel",
    "Wunderkerzenmoos",
    "Tilda Xanthosperl",
    "Bildglimmer",
)
CANARIES = [word.encode() for word in (SLUG, TITLE, BODY, "Xanthosperl", CAPTION)]
URL = f"https://canary.example/wirtschaft/{SLUG}.html"
PAGE = f"""<!DOCTYPE html><html lang="de"><head><meta charset="utf-8"><title>{TITLE} kauft Talflut</title>
<link rel="canonical" href="{URL}"><meta name="author" content="{AUTHOR}">
<meta property="article:published_time" content="2026-03-04T08:00:00+01:00"></head><body><main><article>
<h1>{TITLE} kauft Talflut</h1><p class="byline">Von {AUTHOR}</p>
<figure><img src="a.jpg"><figcaption>{CAPTION} im Hafen von Kiel</figcaption></figure>
<p>Die {TITLE} GmbH übernimmt den Rivalen Talflut GmbH für 30 Millionen Euro, sagte {AUTHOR} am Dienstag in Kiel.</p>
<p>{BODY} gilt als Werkstoff der Zukunft. Der Umsatz war im vergangenen Jahr um zehn Prozent gestiegen.</p>
<p>Analysten rechnen damit, dass weitere Anbieter folgen werden. Der Markt gilt als zersplittert.</p>
</article></main></body></html>"""
DERIVED = ("companies", "sources", "collection_log", "competitors")
"""Marts whose rows count over many articles, or name what only the erased one names."""


@pytest.fixture(scope="module")
def home(demo_home: Path, tmp_path_factory: pytest.TempPathFactory, claimhouse: RunCommand) -> Path:
    """The demo's home with the page imported, and a snapshot of before and after."""
    home = tmp_path_factory.mktemp("erase") / "home"
    shutil.copytree(demo_home, home, symlinks=True)
    page = home.parent / "page.html"
    page.write_text(PAGE, encoding="utf-8")
    read = home / "inbox" / "read"
    read.mkdir(parents=True)
    shutil.copy(page, read / "page.html")
    (home / "warehouse" / "claimhouse.duckdb.aside").write_bytes(PAGE.encode())
    finished = claimhouse("import", page, "--home", home)
    assert finished.returncode == 0, finished.stderr
    return home


def marts(home: Path) -> dict[str, list[str]]:
    """The rows of every mart, without when they were loaded."""
    rows = {}
    with duckdb.connect(str((home / "published" / "claimhouse.duckdb").resolve()), read_only=True) as connection:
        for (name,) in connection.execute(
            "select table_name from duckdb_tables() where schema_name = 'main'"
        ).fetchall():
            found = connection.execute(f'select * from main."{name}"').fetchall()
            rows[name] = sorted(map(repr, found))
    return rows


def inflated(data: bytes) -> Iterator[bytes]:
    """What is in the gzip members of a file, and behind each of them the next."""
    while data.startswith(b"\x1f\x8b"):
        inflater = zlib.decompressobj(zlib.MAX_WBITS | 16)
        yield inflater.decompress(data)
        data = inflater.unused_data


def texts_of(path: Path) -> Iterator[bytes]:
    """A file's bytes, and what is packed in it."""
    data = path.read_bytes()
    yield data
    yield path.name.encode()
    if path.suffix == ".gz":
        yield from inflated(data)
    elif path.suffix == ".parquet":
        yield repr(pq.read_table(path).to_pylist()).encode()
    elif path.suffix == ".duckdb":
        with duckdb.connect(str(path), read_only=True) as connection:
            for schema, table in connection.execute("select schema_name, table_name from duckdb_tables()").fetchall():
                for row in connection.execute(f'select * from "{schema}"."{table}"').fetchall():
                    yield repr(row).encode()


def places_of(home: Path) -> dict[str, list[str]]:
    """In which files of a home which canary stands."""
    found: dict[str, list[str]] = {}
    for path in sorted(path for path in home.rglob("*") if path.is_file() and not path.is_symlink()):
        met = {word.decode() for text in texts_of(path) for word in CANARIES if word.lower() in text.lower()}
        if met:
            found[path.relative_to(home).as_posix()] = sorted(met)
    return found


def test_no_byte_remains_and_all_else_does(home: Path, claimhouse: RunCommand, monkeypatch: pytest.MonkeyPatch) -> None:
    before = places_of(home)
    for kind in ("warc/", "collection/", "articles/", "annotations/", "warehouse/", "published/", "inbox/"):
        assert any(name.startswith(kind) for name in before), (kind, before)
    rows = marts(home)

    refused = claimhouse("erase", "--url", URL, "--home", home, stdin="")
    assert refused.returncode == 2
    assert "--yes" in refused.stderr
    dry = claimhouse("erase", "--url", URL, "--dry-run", "--json", "--home", home)
    assert dry.returncode == 0, dry.stderr
    told = json.loads(dry.stdout)
    assert [article["url"] for article in told["articles"]] == [URL]
    assert (told["pages"], told["erased"], told["files"]) == (1, False, ["inbox/read/page.html"])
    assert places_of(home) == before, "a dry run changes nothing"

    # Killed when the archive has been blanked and the first date was read again, then between models and publication.
    settings = load_settings(home, ROOT / "sources.yaml" if (ROOT / "sources.yaml").exists() else None)
    prepared = erasing.prepare(settings, Kind.URL, URL)

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    for step in ("load", "publish"):
        with monkeypatch.context() as patched:
            patched.setattr(erasing.steps if step == "load" else erasing, step, die)
            with pytest.raises(KeyboardInterrupt):
                erasing.carry_out(settings, prepared.erasure)
    assert ErasureStore(home / "collection").unfinished()

    done = claimhouse("erase", "--url", URL, "--yes", "--home", home)
    assert done.returncode == 0, done.stderr
    assert "Completing" in done.stderr
    assert not ErasureStore(home / "collection").unfinished()
    assert places_of(home) == {}

    left = marts(home)
    assert left.keys() == rows.keys()
    for name in rows.keys() - set(DERIVED):
        gone = [row for row in rows[name] if row not in set(left[name])]
        assert set(left[name]) <= set(rows[name]), name
        assert all("canary.example" in row or prepared.articles[0].article_id in row for row in gone), (name, gone)
        assert not any("canary.example" in row for row in left[name])
    assert len(list((home / "published").glob("claimhouse-*.duckdb"))) == 1

    again = claimhouse("import", home.parent / "page.html", "--home", home, "--json")
    counted = json.loads(again.stdout)
    assert (counted["pages"], counted["failures"]) == (0, {"erased": 1})
    assert places_of(home) == {}
    with duckdb.connect(str((home / "published" / "claimhouse.duckdb").resolve()), read_only=True) as connection:
        logged = connection.execute("select failures from collection_log where source_id = 'import'").fetchall()
    assert any("erased" in str(failures) for (failures,) in logged)

    nothing = claimhouse("erase", "--url", URL, "--yes", "--home", home)
    assert nothing.returncode == 2
    assert "select url, title from articles" in nothing.stderr


def test_the_walk_sees_what_is_packed(tmp_path: Path) -> None:
    packed = io.BytesIO()
    for text in (b"first", TITLE.encode()):
        packed.write(gzip.compress(text))
    (tmp_path / "a.warc.gz").write_bytes(packed.getvalue())
    assert places_of(tmp_path) == {"a.warc.gz": [TITLE]}
