"""`claimhouse parse` as users call it: files, standard input, WARC records and the demo press, and what goes wrong."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.collect import Archive, State, import_paths
from pipelines.demo import DEMO_START, serve_press
from pipelines.parse import parse_article, parse_text
from pipelines.terminal import err, out

URL = "https://www.hafenkurier.example/2026/03/02/schleuse"
FIRST = (
    "Die Schleuse im Hafen von Tarmstedt wird für vierzig Millionen Euro erneuert, wie die Stadt am Montag mitteilte."
)
SECOND = (
    "Bis zum Herbst nächsten Jahres sollen wieder alle Schiffe passieren können, sagte die Bürgermeisterin Ilse Brandt."
)
POINTER = "Lesen Sie auch: Warum der Hafen von Tarmstedt seit Jahren auf eine neue Schleuse wartet und wer sie bezahlt"
TOPICS = "".join(f'<p class="related">Ressort {n}</p>' for n in range(30))
PAGE = f"""\
<!doctype html><html lang="de"><head><title>Schleuse wird erneuert | Hafenkurier</title>
<meta property="og:title" content="Tarmstedts neue Schleuse"><meta property="og:site_name" content="Hafenkurier">
<script type="application/ld+json">{{"@type": "NewsArticle", "headline": "Schleuse wird erneuert",
 "datePublished": "2026-03-02T09:30:00+01:00", "author": {{"@type": "Person", "name": "Ole Hansen"}}}}</script>
</head><body><main><article><h1>Schleuse wird erneuert</h1><p class="byline">Von Ole Hansen</p>
<p>{FIRST}</p>{TOPICS}<p class="related"><a href="/w">{POINTER}</a></p><p>{SECOND}</p></article></main>
</body></html>"""


@pytest.fixture(scope="module")
def proxy() -> Iterator[str]:
    with serve_press() as press:
        yield press.proxy_url


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Sets the width of the terminal."""

    def resize(width: int) -> None:
        for console in (out, err):
            monkeypatch.setattr(console, "width", width)

    return resize


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "saved.html"
    path.write_text(PAGE, encoding="utf-8")
    return path


def call(*arguments: object, exit_code: int = 0, stdin: bytes | None = None) -> Result:
    result = CliRunner().invoke(app, ["parse", *map(str, arguments)], input=stdin)
    assert result.exit_code == exit_code, result.output
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


def read(*arguments: object, exit_code: int = 0, stdin: bytes | None = None) -> Any:
    return json.loads(call(*arguments, "--json", exit_code=exit_code, stdin=stdin).stdout)


def kept(data: Any) -> list[str]:
    return [block["text"] for block in data["paragraphs"] if block["is_kept"]]


def test_the_paragraphs_are_those_of_the_article_at_their_places(file: Path) -> None:
    article, data = parse_article(PAGE.encode(), URL), read(file, "--url", URL)
    blocks = [block for block in data["paragraphs"] if block["is_kept"]]
    assert [(b["start"], b["end"], b["region"], b["rule_id"]) for b in blocks] == [
        (p.start, p.end, p.region, p.rule_id) for p in article.paragraphs
    ]
    assert kept(data) == [article.text[p.start : p.end] for p in article.paragraphs] == [FIRST, SECOND]


def test_what_is_left_out_stands_at_its_place_with_its_rule(file: Path) -> None:
    blocks = read(file)["paragraphs"]
    texts = [block["text"] for block in blocks]
    places = [texts.index(text) for text in ("Schleuse wird erneuert", FIRST, "Ressort 0", POINTER, SECOND)]
    assert places == sorted(places)
    out = [block for block in blocks if not block["is_kept"]]
    assert all(block["rule_id"] and block["region"] for block in out)
    assert all(block["start"] is None and block["end"] is None for block in out)


def test_each_field_says_where_it_stood_and_what_other_places_say(file: Path) -> None:
    data = read(file, "--url", URL)
    title = data["fields"]["title"]
    assert title["value"] == "Schleuse wird erneuert"
    assert {"origin": "opengraph", "value": "Tarmstedts neue Schleuse"} in title["witnesses"]
    assert data["url"] == URL
    assert data["fields"]["published"]["value"] == "2026-03-02T09:30:00+01:00"
    assert data["fields"]["published"]["origin"] == "json-ld"
    assert data["fields"]["authors"]["value"] == ["Ole Hansen"]


@pytest.mark.parametrize("width", [80, 120])
def test_all_of_it_is_readable_on_a_terminal(file: Path, terminal: Callable[[int], None], width: int) -> None:
    terminal(width)
    lines = call(file).stdout.splitlines()
    assert max(map(len, lines)) <= width
    text = " ".join(" ".join(lines).split())
    assert re.search(r"title Schleuse wird erneuert .*json-ld", text)
    assert "Tarmstedts neue Schleuse opengraph" in text
    assert "2026-03-02 09:30:00+01:00" in text
    assert "2 paragraphs, " in text
    [hidden] = [line for line in lines if line.startswith("…")]
    assert "short blocks more: " in hidden
    assert sum(line.startswith("- ") and "Lesen Sie auch" in line for line in lines) == 1
    assert "Ressort 7" not in text


def test_all_shows_every_block_whole(file: Path, terminal: Callable[[int], None]) -> None:
    terminal(80)
    text = " ".join(call(file, "--all").stdout.split())
    assert all(f"Ressort {n}" in text for n in range(30))
    assert "wer sie bezahlt" in text
    assert "short blocks more" not in text


def test_an_override_that_helped_is_named(file: Path, terminal: Callable[[int], None]) -> None:
    terminal(80)
    url = "https://ottawacitizen.com/news/locks"
    assert "override for pages like https://ottawacitizen.com/" in " ".join(call(file, "--url", url).stdout.split())
    assert read(file, "--url", url)["override"]["like"].startswith("https://ottawacitizen.com/")
    assert "override for pages" not in call(file, "--url", URL).stdout
    assert read(file, "--url", URL)["override"] is None


def test_standard_input_is_a_file_too(file: Path) -> None:
    assert read("-", "--url", URL, stdin=PAGE.encode()) == read(file, "--url", URL)


def test_a_text_file_is_read_as_text(tmp_path: Path) -> None:
    path, text = tmp_path / "note.TXT", f"Schleuse <b>\n\n{FIRST}\n\n{SECOND}\n"
    path.write_text(text, encoding="utf-8")
    data = read(path)
    assert kept(data) == [FIRST, SECOND]
    assert data["fields"]["title"]["value"] == parse_text(text).title == "Schleuse <b>"


def test_a_page_of_the_archive_is_named_by_its_place(file: Path, tmp_path: Path) -> None:
    with State(tmp_path / "collection") as state:
        archive = Archive(tmp_path / "warc", state)
        import_paths([file], archive, archive_date=date(2026, 3, 2))
        (page,) = archive.pages(date(2026, 3, 2), failures=Counter())
    path = tmp_path / "warc" / str(page.warc_file)
    data = read(f"{path}#{page.warc_offset}")
    assert (kept(data), data["url"]) == ([FIRST, SECOND], page.url)
    assert read(f"{path}#{page.warc_offset}", "--url", URL)["url"] == URL
    for place, said in ((path, "Say which page"), (f"{path}#3", "at 3: "), (f"{path}x.warc#3", "no such file")):
        assert said in call(place, exit_code=2).stderr


# --- from the web ---


def test_a_url_is_fetched_with_the_settings_of_the_sources_file(tmp_path: Path, proxy: str) -> None:
    sources = tmp_path / "sources.yaml"
    sources.write_text(f"start_date: {DEMO_START}\nhttp: {{delay: 0, proxy: '{proxy}'}}\n")
    asked = Path("pipelines/demo/expected.jsonl").resolve()
    label = json.loads(asked.read_text(encoding="utf-8").splitlines()[0])
    data = read(label["url"], "--sources", sources)
    assert data["url"] == label["url"]
    assert kept(data)
    missing = call("http://harbourledger.example/no-such-page", "--sources", sources, exit_code=1)
    assert "http://harbourledger.example/no-such-page: the server answered 404" in missing.stderr


def test_nothing_but_the_public_internet_is_asked(tmp_path: Path) -> None:
    sources = tmp_path / "sources.yaml"
    sources.write_text(f"start_date: {DEMO_START}\n")
    result = call("http://127.0.0.1:9/", "--sources", sources, exit_code=1)
    assert "127.0.0.1" in result.stderr
    assert result.stdout == ""


# --- what can go wrong ---


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["www.hafenkurier.example/a"], "no such file. Give a file, an address with https:// before it, or -"),
        (["{folder}"], "is a folder. Give one file"),
        (["{folder}/nothing.html"], "there is no such file"),
        (["https://hafenkurier.example/a", "--url", URL], "--url is the address of a page in a file"),
    ],
)
def test_wrong_usage_names_the_thing_and_the_mend(tmp_path: Path, arguments: list[str], said: str) -> None:
    result = call(*(argument.format(folder=tmp_path) for argument in arguments), exit_code=2)
    assert said in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize(
    "body",
    [
        b"", b" \n", b"%PDF-1.7\n%\xe2\xe3", b"\xff\xd8\xff\xe0\0\x10JFIF<p>", bytes(range(256)) * 40, b"<" * 5000,
        b"<p>", b"<div>" * 50_000, b"\xff\xfe<\0p\0", b"[/red][bold]", b"<!--",
    ],
)  # fmt: skip
def test_no_file_breaks_it_and_a_page_without_text_ends_with_1(tmp_path: Path, body: bytes) -> None:
    path = tmp_path / "page [bold].html"
    path.write_bytes(body)
    result = CliRunner().invoke(app, ["parse", str(path)])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    has_text = bool(parse_article(body).text)
    assert result.exit_code == (0 if has_text else 1)
    if not has_text:
        assert f"{path}: gives no text (" in result.stderr


def test_a_page_cannot_steer_the_terminal_or_break_the_output(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    tricks = "&#27;[31mrot &#xD800; [red]kein Stil[/] &#8238;"
    page = PAGE.replace("Schleuse wird erneuert", f"Schleuse {tricks}").replace(FIRST, f"{FIRST} {tricks}")
    path.write_bytes(page.replace('"Ole Hansen"', '"Ole\\u001b[31m \\ud800 Hansen"').encode())
    text = call(path).stdout
    assert "\x1b" not in text
    assert "[red]kein Stil[/]" in " ".join(text.split())
    assert kept(read(path))[0].startswith(FIRST)
