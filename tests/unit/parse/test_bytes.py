"""Any bytes at all: encodings, hostile markup, what is no page.

The parser answers, in bounded time, and always the same.
"""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.parse import is_html, parse_article, parse_text
from pipelines.records import Article
from tests.unit.parse.pages import PARAGRAPHS, article, page, paragraphs

SECONDS = 0.5
"""Bound for one hostile page, from the issue that asked for the guard."""

WHOLE = "\n\n".join(PARAGRAPHS)
TAGS = [
    "div",
    "p",
    "h1",
    "h2",
    "a",
    "span",
    "article",
    "ul",
    "li",
    "table",
    "td",
    "br",
    "b",
    "script",
    "time",
    "blockquote",
    "nav",
]


def markup() -> st.SearchStrategy[str]:
    attribute = st.sampled_from(
        [
            "",
            " class='lead'",
            " class='ad'",
            " hidden",
            " itemprop='articleBody'",
            " style='display:none'",
            " role=main",
        ]
    )
    opening = st.builds(lambda tag, extra: f"<{tag}{extra}>", st.sampled_from(TAGS), attribute)
    closing = st.sampled_from(TAGS).map(lambda tag: f"</{tag}>")
    text = st.text(max_size=60) | st.sampled_from(
        [*PARAGRAPHS, "\xa0", "\u2003 ", "&#xD800;", "\x0b", "\x1c", "\x85", "\u2028"]
    )
    return st.lists(opening | closing | text, max_size=40).map("".join)


def check(read: Article) -> None:
    """What holds for every article."""
    pieces = [read.text[p.start : p.end] for p in read.paragraphs]
    assert all(piece and piece == piece.strip() for piece in pieces)
    assert "\n\n".join(pieces) == read.text
    assert all(a.end < b.start for a, b in zip(read.paragraphs, read.paragraphs[1:], strict=False))
    assert all(p.rule_id for p in read.paragraphs)
    for moment in (read.published, read.modified):
        assert moment is None or moment.tzinfo is not None
    read.text.encode()
    (read.title or "").encode()


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400) | markup().map(lambda text: text.encode("utf-8", "replace")))
def test_any_bytes_give_a_sound_article_twice_the_same(data: bytes) -> None:
    read = parse_article(data, "https://x.example/2024/05/14/a")
    check(read)
    assert read == parse_article(data, "https://x.example/2024/05/14/a")


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=300))
def test_any_text_gives_a_sound_article(text: str) -> None:
    check(parse_text(text))


@settings(max_examples=80, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=12),
        lambda v: (
            st.lists(v, max_size=4)
            | st.dictionaries(
                st.sampled_from(
                    [
                        "@type",
                        "@id",
                        "@graph",
                        "author",
                        "name",
                        "headline",
                        "datePublished",
                        "publisher",
                        "url",
                        "isAccessibleForFree",
                    ]
                ),
                v,
                max_size=6,
            )
        ),
    )
)
def test_any_json_ld_is_survived(data: object) -> None:
    for value in (
        data,
        {"@type": "NewsArticle", "headline": "x", "author": data, "datePublished": data, "publisher": data},
    ):
        check(
            parse_article(
                page(article(*paragraphs()), f'<script type="application/ld+json">{json.dumps(value)}</script>')
            )
        )


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-8", "utf-8"),
        ("utf-8", "iso-8859-1"),
        ("cp1252", "windows-1252"),
        ("cp1252", "iso-8859-1"),
        ("cp1252", "utf-8"),
        ("cp1252", "nonsense"),
        ("utf-16", "utf-8"),
        ("utf-8-sig", "iso-8859-1"),
        ("cp1252", "hex"),
    ],
)
def test_encodings(encoding: str, declared: str) -> None:
    text = page(article(*paragraphs())).decode().replace('charset="utf-8"', f'charset="{declared}"')
    assert parse_article(text.encode(encoding)).text == WHOLE


def test_a_broken_byte_does_not_change_the_encoding_of_a_page() -> None:
    read = parse_article(page(article(*paragraphs())).replace("größten".encode(), b"gr\xf6\xdften"))
    assert "übernimmt" in read.text
    assert "„Wir wollen" in read.text


@pytest.mark.parametrize(
    "tag", ["div", "span", "b", "font color=x", "ul", "table", "a href=x", "section class=ad", "x-y", "blockquote"]
)
@pytest.mark.parametrize("count", [20_000, 100_000])
def test_deep_nesting_is_cut(tag: str, count: int) -> None:
    html = page("".join(paragraphs()) + f"<{tag}>" * count + "<p>Der Boden.</p>" + f"</{tag.split()[0]}>" * count)
    start = time.process_time()
    read = parse_article(html)
    assert time.process_time() - start < SECONDS
    assert PARAGRAPHS[0] in read.text
    check(read)


@pytest.mark.parametrize(
    "html",
    [b"<a" * 400_000, b"<" * 400_000, b"<!--" * 200_000, b"</div>" * 200_000, b"<p>" * 200_000, b"<script>" * 10_000],
)
def test_broken_markup_takes_bounded_time(html: bytes) -> None:
    start = time.process_time()
    check(parse_article(html))
    assert time.process_time() - start < 3 * SECONDS


@pytest.mark.parametrize(
    "data",
    [b"", b" \n", b"%PDF-1.7 <p>x</p>", b"\xff\xd8\xff\xe0<html>", b"\x00" * 500 + b"<p>x</p>", b"no markup at all"],
)
def test_what_is_no_page_gives_an_empty_article(data: bytes) -> None:
    read = parse_article(data, "https://x.example/a")
    assert not is_html(data)
    assert (read.url, read.title, read.text, read.paragraphs) == ("https://x.example/a", None, "", ())


def test_nul_bytes_and_lone_surrogates_are_left_out() -> None:
    head = (
        '<script type="application/ld+json">{"@type":"NewsArticle","headline":"A \\ud800 '
        'b","author":"Lena \\udfff Brandt","datePublished":"2024-05-14"}</script>'
    )
    read = parse_article(page("<p>Ein\x00 Satz&#xD800; mit Loch.</p>", head, title="T"))
    check(read)
    assert read.text.startswith("Ein Satz")
    "".join(read.authors).encode()


def test_size_is_capped() -> None:
    html = page("".join(paragraphs())).replace(b"</body>", b"<p>" + b"Fuellwort " * 900_000 + b"</p></body>")
    start = time.process_time()
    assert PARAGRAPHS[0] in parse_article(html).text
    assert time.process_time() - start < 3 * SECONDS
