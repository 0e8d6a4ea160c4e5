"""Opt-outs: which words of a page or its site count, for whom, in which order, and what looking for them costs."""

from __future__ import annotations

import json
import time

import pytest

from pipelines.collect.pages.optout import OptOut, find_opt_outs, read_tdmrep

TOKEN = "Claimhouse"
POLICY = "https://news.example/terms"


def page(head: str, body: str = "<p>Text</p>") -> bytes:
    return f"<!doctype html><html><head><title>T</title>{head}</head><body>{body}</body></html>".encode()


def found(*headers: tuple[str, str], head: str = "") -> list[tuple[str, str]]:
    return [(o.kind, o.place) for o in find_opt_outs(headers, page(head), token=TOKEN)]


@pytest.mark.parametrize(
    ("value", "kinds"),
    [
        ("noindex", ["noindex"]),
        ("NoIndex, nofollow", ["noindex"]),
        ("nofollow, none", ["noindex"]),
        ("noai", ["noai"]),
        ("noindex, noai, noimageai", ["noindex", "noai"]),
        ("noimageai", []),
        ("index, follow, max-image-preview:large, max-snippet:-1", []),
        ("googlebot: noindex", []),
        ("googlebot: nofollow, noindex", []),
        ("claimhouse: noindex", ["noindex"]),
        ("googlebot: noindex, claimhouse: noai", ["noai"]),
        ("*: noindex", ["noindex"]),
        ("unavailable_after: 25 Jun 2010 15:00:00 PST, noindex", ["noindex"]),
        ("max-snippet:20, noindex", ["noindex"]),
        ("", []),
        (":,:,noindexed", []),
    ],
)
def test_x_robots_tag(value, kinds):
    assert found(("X-Robots-Tag", value)) == [(kind, "header") for kind in kinds]


def test_several_headers_are_read_and_the_evidence_is_what_was_sent():
    headers = (("x-robots-tag", "googlebot: noindex"), ("X-Robots-Tag", "noai"), ("X-Other", "noindex"))
    assert find_opt_outs(headers, page(""), token=TOKEN) == (OptOut("noai", "header", "X-Robots-Tag: noai"),)


@pytest.mark.parametrize(
    ("head", "kinds"),
    [
        ('<meta name="robots" content="noindex,follow">', ["noindex"]),
        ("<META CONTENT='NOAI, NOIMAGEAI' NAME='ROBOTS'>", ["noai"]),
        ("<meta name=robots content=none />", ["noindex"]),
        ('<meta name="robots" content="max-image-preview:large"><style>p{display:none}</style>', []),
        ('<meta name="claimhouse" content="noindex">', ["noindex"]),
        ('<meta name="googlebot" content="noindex">', []),
        ('<meta name="description" content="noindex">', []),
        ('<!-- <meta name="robots" content="noindex"> -->', []),
        ("""<script>s = '<meta name="robots" content="noindex">';</script>""", []),
        ("""<script>s = '</head>';</script><meta name="robots" content="noindex">""", ["noindex"]),
        ('<meta name="robots">', []),
    ],
)
def test_meta_robots(head, kinds):
    assert found(head=head) == [(kind, "meta") for kind in kinds]


@pytest.mark.parametrize(("filler", "counts"), [(1_000, True), (70_000, False)])
def test_without_an_end_of_the_head_the_first_64_kb_are_looked_at(filler, counts):
    body = b"<!doctype html><title>T</title><p>" + b"x" * filler + b'<meta name="robots" content="noindex">'
    assert bool(find_opt_outs((), body, token=TOKEN)) is counts


def test_a_tdm_reservation_comes_with_its_policy():
    headers = (("TDM-Reservation", "1"), ("tdm-policy", POLICY))
    expected = OptOut("tdm_reservation", "header", "TDM-Reservation: 1", POLICY)
    assert find_opt_outs(headers, page(""), token=TOKEN) == (expected,)
    tag = '<meta name="tdm-reservation" content="1">'
    html = page(f'{tag}<meta name="tdm-policy" content="{POLICY}">')
    assert find_opt_outs((), html, token=TOKEN) == (OptOut("tdm_reservation", "meta", tag, POLICY),)


@pytest.mark.parametrize(
    ("meta", "header", "site", "place"),
    [
        (None, None, 1, "tdmrep"), (None, None, 0, None), (None, 0, 1, None), (0, 1, 1, None), (0, None, 1, None),
        (1, 0, 0, "meta"), (None, 1, 0, "header"), (1, 1, 1, "meta"), (2, 1, 0, "header"), (None, "yes", 1, "tdmrep"),
    ],
)  # fmt: skip
def test_the_page_goes_before_the_header_and_the_header_before_the_site(meta, header, site, place):
    html = page("" if meta is None else f'<meta name="tdm-reservation" content="{meta}">')
    headers = () if header is None else (("tdm-reservation", str(header)),)
    rules = read_tdmrep(json.dumps([{"location": "/", "tdm-reservation": site}]).encode())
    opt_outs = find_opt_outs(headers, html, token=TOKEN, site=rules.reservation("https://news.example/a"))
    assert [o.place for o in opt_outs] == ([place] if place else [])


@pytest.mark.parametrize(
    ("location", "path", "matches"),
    [
        ("/", "/a/b?c=d", True),
        ("/news", "/newsletter", True),
        ("/news/", "/news", False),
        ("/news/*.html", "/news/2024/a.html?x=1", True),
        ("/news/*.html$", "/news/2024/a.html?x=1", False),
        ("/news/*.html$", "/news/a.html/b.html", True),
        ("/news$", "/news", True),
        ("/news$", "/news/", False),
        ("/a*b*c$", "/abc", True),
        ("/a*bc*bc$", "/abc", False),
        ("/*/then", "/this/path/then/on", True),
        ("*", "/", True),
        ("/News", "/news", False),
        ("/größe", "/gr%C3%B6%C3%9Fe", True),
        ("/%7Euser", "/~user", True),
        ("/a%2fb", "/a%2Fb", True),
        ("/a%2fb", "/a/b", False),
        ("/foo-%24", "/foo-$", True),
        ("/foo-$1", "/foo-$1", True),
        ("/a%2A", "/ab", False),
    ],
)
def test_locations(location, path, matches):
    rules = read_tdmrep(json.dumps([{"location": location, "tdm-reservation": 1}]).encode())
    assert (rules.reservation(path) is not None) is matches
    assert (rules.reservation("https://news.example" + path) is not None) is matches


def test_the_first_rule_that_matches_counts():
    rules = read_tdmrep(
        json.dumps(
            [
                {"location": "/free/", "tdm-reservation": 0},
                {"location": "/", "tdm-reservation": 1, "tdm-policy": POLICY},
                {"location": "/late/", "tdm-reservation": 0},
            ]
        ).encode()
    )
    assert rules.reservation("/free/a") is None
    assert rules.reservation("/late/a") == OptOut("tdm_reservation", "tdmrep", "/: tdm-reservation: 1", POLICY)


@pytest.mark.parametrize(
    "body",
    [b"", b"<!doctype html>", b"{}", b'{"location": "/", "tdm-reservation": 1}', b"[" * 100_000, b"[1, null, [], {}]",
     b'[{"location": "/", "tdm-reservation": 2}, {"location": 1, "tdm-reservation": 1}, {"location": "/"}]',
     b'[{"location": "/", "tdm-reservation": [1]}]', b"\xff\xfe\x00", b"[" + b"9" * 5_000 + b"]"],
)  # fmt: skip
def test_a_broken_file_has_no_rules(body):
    assert read_tdmrep(body).rules == ()


def test_broken_rules_are_left_out_and_common_spellings_understood():
    body = b'\xef\xbb\xbf[{"location": "/a", "tdm-reservation": "1"}, 7, {"location": "/b", "tdm-reservation": true}]'
    assert [rule.location for rule in read_tdmrep(body).rules if rule.is_reserved] == ["/a", "/b"]


def test_hostile_pages_and_rules_take_no_time():
    start = time.process_time()
    named = b"<meta name=robots content=noindex "
    for piece in (b"<meta ", b"<meta noindex>", b"<!--noindex", named, b"<script", b"<"):
        find_opt_outs((("X-Robots-Tag", "a:" * 5_000),), piece * 20_000, token=TOKEN)
    rules = read_tdmrep(json.dumps([{"location": "/" + "*a" * 2_000 + "$", "tdm-reservation": 1}] * 50).encode())
    assert rules.reservation("/" + "a" * 1_999 + "b") is None
    assert time.process_time() - start < 1


def test_a_page_without_opt_out_costs_next_to_nothing():
    """The bound is ten times what was measured, for slow machines; a parse would take twenty times as long."""
    metas = "".join(f'<meta property="og:{n}" content="Text"><link rel="x" href="/{n}.css">' for n in range(60))
    html = page(f'<meta name="robots" content="index, max-image-preview:large">{metas}', "<p>Words</p>" * 8_000)
    headers = tuple((f"X-Header-{n}", "value") for n in range(20))
    start = time.process_time()
    for _ in range(100):
        assert find_opt_outs(headers, html, token=TOKEN) == ()
    assert (time.process_time() - start) / 100 < 0.0005


def test_rules_with_half_a_surrogate_pair_are_left_out():
    body = (
        rb'[{"location": "/\ud800", "tdm-reservation": 1}, {"location": "/a", "tdm-reservation": 1, '
        rb'"tdm-policy": "\ud800"}, {"location": "/b", "tdm-reservation": 1}]'
    )
    assert [rule.location for rule in read_tdmrep(body).rules] == ["/b"]
