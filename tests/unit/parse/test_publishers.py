"""Publishers' overrides: which one counts for a page, what it does to the tree, and what a file may say."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from pipelines.errors import SettingsError
from pipelines.parse import parse_article, read_page
from pipelines.parse.body.blocks import read_layout
from pipelines.parse.fields.head import read_head
from pipelines.parse.fields.metadata import Metadata, read_metadata
from pipelines.parse.publishers import Override, Overrides, apply, find_override, read_publishers, read_values
from pipelines.parse.publishers.files import PACKAGED
from pipelines.records import Precision, Witness
from tests.unit.parse.pages import PARAGRAPHS, article, page, paragraphs

DOCS = Path(__file__).resolve().parents[3] / "docs" / "publishers.md"
OLD, NEW = date(2019, 5, 6), date(2024, 5, 6)
HARBOUR = """\
id: harbour
hosts: [harbour.example, ledger.example]
layouts:
- valid_until: 2021-12-31
  example_url: https://www.harbour.example/2019/05/06/docks
  reason: The story is a table of which each row is a line of the text.
  body: td.story
- valid_from: 2022-01-01
  example_url: https://www.harbour.example/news/docks
  reason: The story stands in a box that is named like an advertisement.
  body: "#ad-1 > div"
  drop: [.stocks, "[data-kind=quiz]"]
  title: h3.head
  authors: .by a
  published: {css: time.when, attribute: data-utc}
"""

Read = Callable[[str], Overrides]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """The overrides of a folder in which this text is `harbour.yaml`."""

    def write_and_read(text: str) -> Overrides:
        (tmp_path / "harbour.yaml").write_text(text, encoding="utf-8")
        return Overrides(read_publishers(tmp_path))

    return write_and_read


@pytest.fixture
def override(read: Read) -> Override:
    found = read(HARBOUR).find("https://harbour.example/", NEW)
    assert found is not None
    return found


@pytest.mark.parametrize(
    "url",
    [
        "https://harbour.example/a", "http://www.harbour.example", "https://de.m.harbour.example:8080/a?b=c",
        "https://WWW.Harbour.Example/a", "https://ledger.example/x",
    ],
)  # fmt: skip
def test_a_host_stands_for_those_below_it(read: Read, url: str) -> None:
    assert read(HARBOUR).find(url, NEW) is not None


@pytest.mark.parametrize(
    "url",
    [
        None, "", "harbour.example", "https://", "https:///", "https://notharbour.example/a", "https://example/a",
        "https://harbour.example.org/", "https://a.example/harbour.example/", "https://a.example/?u=http://harbour.example",
        "https://" + "a." * 1_000_000, "file:///harbour.example/a.html",
    ],
)  # fmt: skip
def test_other_addresses_have_no_override(read: Read, url: str | None) -> None:
    assert read(HARBOUR).find(url, NEW) is None


def test_the_day_decides_between_layouts_and_without_one_the_newest_counts(read: Read) -> None:
    overrides, url = read(HARBOUR), "https://harbour.example/a"

    def body(day: date | None) -> str | None:
        found = overrides.find(url, day)
        return found.body if found else None

    assert body(OLD) == body(date(2021, 12, 31)) == "td.story"
    assert body(NEW) == body(date(2022, 1, 1)) == body(None) == "#ad-1 > div"


def test_the_day_in_the_address_comes_before_the_day_of_fetching(read: Read) -> None:
    overrides = read(HARBOUR)
    old, new = overrides.find("https://harbour.example/", OLD), overrides.find("https://harbour.example/", NEW)
    assert old != new
    for day in (OLD, NEW, None):
        assert overrides.find("https://harbour.example/2019/05/06/docks", day) == old
        assert overrides.find("https://harbour.example/2024-05-06-docks", day) == new


def test_a_day_between_two_layouts_has_none(read: Read) -> None:
    overrides = read(HARBOUR.replace("2021-12-31", "2020-12-31"))
    assert overrides.find("https://harbour.example/a", date(2021, 6, 1)) is None


PAGE = """\
<html><body><h1>Site</h1><div id=ad-1><div class=x><h3 class=head>Docks
 reopen</h3><p class=by>By <a>Ann Low</a> and <a>Bo Hill</a></p><time class=when data-utc=2024-05-06T07:00Z>today</time>
<p>The docks reopen.</p><div class=stocks>FTSE up<div class=stocks>DAX down</div></div><p data-kind=quiz>Quiz!</p></div>
</div></body></html>"""


def test_what_is_dropped_goes_and_the_body_is_marked(override: Override) -> None:
    tree = LexborHTMLParser(PAGE)
    apply(tree, override)
    (body,) = tree.css("[itemprop=articleBody]")
    assert body.attributes["class"] == "x"
    assert " ".join(body.text().split()) == "Docks reopenBy Ann Low and Bo Hilltoday The docks reopen."


def test_a_page_that_is_dropped_whole_is_left(read: Read) -> None:
    overrides = read(HARBOUR.replace("drop: [.stocks,", 'drop: ["*", html, body, head,'))
    override = overrides.find("https://harbour.example/a", NEW)
    assert override is not None
    tree = LexborHTMLParser(PAGE)
    apply(tree, override)
    assert tree.body is not None
    assert tree.body.text().strip() == ""


def test_a_body_that_is_not_there_marks_nothing(override: Override) -> None:
    tree = LexborHTMLParser("<p>Another layout</p>")
    apply(tree, override)
    assert not tree.css("[itemprop]")


def test_values_are_read_where_the_override_says(override: Override) -> None:
    assert read_values(LexborHTMLParser(PAGE), override) == {
        "title": ["Docks reopen"], "authors": ["Ann Low", "Bo Hill"], "published": ["2024-05-06T07:00Z"],
    }  # fmt: skip
    assert read_values(LexborHTMLParser("<time class=when>no attribute</time><h3 class=head> </h3>"), override) == {}


SAID = """\
<html lang=en><head><meta property="og:title" content="The docks reopen on Monday"><meta name=author content="Web Team">
<meta property="article:published_time" content="2024-05-09T12:00:00Z"></head>"""


def metadata(override: Override, html: str) -> Metadata:
    tree = LexborHTMLParser(html)
    head, known = read_head(tree, None), read_values(tree, override)
    assert tree.body is not None
    return read_metadata(head, read_layout(tree.body.inner_html or ""), known)


def test_what_the_override_reads_outdoes_all_other_places(override: Override) -> None:
    found = metadata(override, PAGE.replace("<html>", SAID))
    assert (found.title, found.authors) == ("Docks reopen", ("Ann Low", "Bo Hill"))
    assert (found.published, found.published_precision) == (datetime(2024, 5, 6, 7, tzinfo=UTC), Precision.MINUTE)
    assert [found.origins[field] for field in ("title", "authors", "published")] == ["publisher"] * 3
    assert Witness("title", "publisher", "Docks reopen", True) in found.witnesses
    assert Witness("title", "opengraph", "The docks reopen on Monday") in found.witnesses


def test_where_it_reads_nothing_of_use_the_other_places_count(override: Override) -> None:
    useless = (
        "<time class=when data-utc=soon>soon</time><p class=by><a>Newsroom</a></p><h1>The docks reopen on Monday</h1>"
    )
    found = metadata(override, f"{SAID}<body>{useless}</body></html>")
    assert (found.title, found.authors, found.published) == (
        "The docks reopen on Monday",
        (),
        datetime(2024, 5, 9, 12, tzinfo=UTC),
    )
    assert "publisher" not in found.origins.values()


def test_a_page_of_a_known_publisher_is_read_by_its_override() -> None:
    one, two, three, four = paragraphs()
    offer = (
        '<div class="identity-intro"><h2>A town needs its paper</h2><p>Read it every day, wherever you are.</p></div>'
    )
    html = page(article(one, offer, two, three, four), lang="en")
    reading = read_page(html, "https://ottawacitizen.com/news/docks")
    assert reading.override == find_override("https://ottawacitizen.com/news/docks", None)
    assert reading.override is not None
    assert reading.article.text == "\n\n".join(PARAGRAPHS)
    elsewhere = read_page(html, "https://harbour.example/news/docks")
    assert elsewhere.override is None
    assert "A town needs its paper" in elsewhere.article.text


def test_the_day_of_fetching_decides_where_the_address_has_none() -> None:
    one, *others = paragraphs()
    card = '<span class="rollover-people-block">Greta Holm, three headlines</span>'
    html = page(article(one.replace(" ", card, 1), *others))

    def cards(url: str, year: int) -> int:
        return parse_article(html, url, fetched_at=datetime(year, 6, 1, tzinfo=UTC)).text.count("headlines")

    assert cards("https://thehill.com/news/1", 2021) == 0
    assert cards("https://thehill.com/news/1", 2023) == 1
    assert cards("https://thehill.com/news/2021/06/01/docks", 2023) == 0


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("body: td.story", "boddy: td.story", r"layouts\.0\.boddy: unknown key\. There are: .*body"),
        ("body: td.story", "body: 'td['", r"layouts\.0\.body: 'td\[' is no CSS selector\. Try"),
        ("  body: td.story\n", "", r"layouts\.0: says nothing\. Give body"),
        ("title: h3.head", "title: {css: h3, attr: x}", r"layouts\.1\.title\.attr: unknown key"),
        ("title: h3.head", "title: 7", r"layouts\.1\.title: "),
        ("2021-12-31", "2022-01-01", "the file: layouts 1 and 2 are not one after the other"),
        ("- valid_until: 2021-12-31\n  ex", "- ex", "the file: layouts 1 and 2 are not one after the other"),
        ("valid_from: 2022-01-01", "{valid_from: 2022-01-01, valid_until: 2021-12-31, ", "is not valid YAML"),
        ("2022-01-01", "2022-13-01", r"is not valid YAML \(month must be"),
        ("2022-01-01", "2022-01-01\n  valid_until: 2022-01-01\n- valid_from: 2023-02-01\n  valid_until: 2023-01-01",
         r"layouts\.\d\.\w+: is missing"),
        ("  body: td.story", "  body: td.story\n  valid_from: 2022-02-02",
         r"layouts\.0: valid_from is after valid_until"),
        ("www.harbour.example/news", "www.other.example/news", "the file: example_url .* is on none of the hosts"),
        ("www.harbour.example/news", "notharbour.example/news", "the file: example_url .* is on none of the hosts"),
        ("ledger.example]", "https://ledger.example]", r"hosts\.1: "),
        ("id: harbour", "id: haven", r"id: is 'haven'\. Call the file haven\.yaml"),
        ("id: harbour\n", "", "id: is missing"),
        (HARBOUR, "", "the file: "),
    ],
)  # fmt: skip
def test_a_wrong_file_is_refused_naming_file_and_key(read: Read, old: str, new: str, said: str) -> None:
    assert old in HARBOUR
    with pytest.raises(SettingsError, match=rf"harbour\.yaml: {said}"):
        read(HARBOUR.replace(old, new, 1))


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_bytes(b"id: \xff\xfe")
    with pytest.raises(SettingsError, match=r"x\.yaml: is not valid YAML"):
        read_publishers(tmp_path)


def test_two_files_cannot_have_one_host(tmp_path: Path) -> None:
    for name in ("harbour", "haven"):
        (tmp_path / f"{name}.yaml").write_text(HARBOUR.replace("id: harbour", f"id: {name}"))
    with pytest.raises(SettingsError, match=r"haven\.yaml: hosts: harbour\.example is in harbour\.yaml too"):
        read_publishers(tmp_path)


def test_what_comes_with_the_program_is_sound_and_found() -> None:
    for publisher in read_publishers(PACKAGED):
        for layout in publisher.layouts:
            day = layout.valid_from or layout.valid_until
            assert find_override(str(layout.example_url), day) == layout


def test_the_example_of_the_docs_is_a_valid_file(tmp_path: Path) -> None:
    (text,) = re.findall(r"```yaml\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    (tmp_path / "harbourledger.yaml").write_text(text)
    (publisher,) = read_publishers(tmp_path)
    assert len(publisher.layouts) == 2
