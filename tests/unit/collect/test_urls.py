"""The light canonical form of URLs: what goes, and what must stay."""

import pytest

from pipelines.collect.web.urls import canonical_url, host_of, origin_of, own_address, resolve

BASE = "https://news.example/feeds/all.xml"


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("https://news.example/a?utm_source=rss&id=3&utm_medium=feed", "https://news.example/a?id=3"),
        ("https://news.example/a?wt_mc=rss.red&fbclid=x#comments", "https://news.example/a"),
        ("https://news.example/a?UTM_Source=x", "https://news.example/a"),
        ("https://news.example:443/a", "https://news.example/a"),
        ("http://news.example:8080/a", "http://news.example:8080/a"),
        ("HTTP://News.Example", "http://news.example/"),
        ("  /2024/a.html\n", "https://news.example/2024/a.html"),
        ("../b", "https://news.example/b"),
        ("//cdn.example/a", "https://cdn.example/a"),
        ("https://user:secret@news.example/a", "https://news.example/a"),
        ("https://müller.example/straße", "https://xn--mller-kva.example/stra%C3%9Fe"),
        ("https://news.example/a?b=2&a=1&c=%20x", "https://news.example/a?b=2&a=1&c=%20x"),
        ("https://news.example/a?cid=77&ref=4", "https://news.example/a?cid=77&ref=4"),
        ("https://news.example/a?", "https://news.example/a"),
    ],
)
def test_canonical_form(link, expected):
    assert canonical_url(link, BASE) == expected


def test_it_is_its_own_canonical_form():
    once = canonical_url("HTTPS://News.Example:443/ä b?utm_campaign=x&q=a+b&q=#x")
    assert once == canonical_url(once or "")


@pytest.mark.parametrize(
    "link",
    ["", "   ", "mailto:desk@news.example", "javascript:void(0)", "ftp://news.example/a", "file:///etc/passwd",
     "http://", "http://[::1", "data:text/html,x", "https://news.example/" + "x" * 3000],
)  # fmt: skip
def test_what_is_no_web_address_gives_none(link):
    assert canonical_url(link) is None
    assert canonical_url(link, None) is None


def test_resolve_keeps_tracking_parameters_for_redirects():
    assert resolve("/a?utm_source=x#y", BASE) == "https://news.example/a?utm_source=x"


def test_origin_and_host():
    assert origin_of("https://news.example:8443/a") == "https://news.example:8443"
    assert host_of("https://news.example/a") == "news.example"


PAGE = "https://news.example/wirtschaft/42"


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        (PAGE, "http://news.example/wirtschaft/42"),
        (PAGE, "https://www.news.example/wirtschaft/42"),
        ("https://www.news.example/a", "https://news.example/a"),
        ("https://m.news.example/a", "https://www.news.example/a"),
        ("https://amp.news.example/a", "https://mobil.news.example/a"),
        ("https://news.example/a/amp?x=1", "https://news.example/a"),
        ("https://news.example/amp/a", "https://news.example/a"),
        ("https://news.example/a.amp.html", "https://news.example/a.html"),
        ("https://news.example/a?outputType=amp", "https://news.example/a"),
        ("https://m.news.example/?p=1", "https://news.example/?p=1"),
    ],
)
def test_a_page_names_its_own_address(url, canonical):
    assert own_address(url, canonical) == canonical


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        (PAGE, None),
        (PAGE, PAGE),
        (PAGE, "https://news.example/"),
        (PAGE, "https://news.example/wirtschaft/43"),  # an earlier version, a second part, a print
        ("https://news.example/?p=1", "https://news.example/?p=2"),
        ("https://news.example/ampere/1", "https://news.example/1"),
        (PAGE, "https://www.news.example/"),
        (PAGE, "https://else.example/wirtschaft/42"),
        (PAGE, "https://blog.news.example/wirtschaft/42"),
        ("https://blog.news.example/a", "https://news.example/a"),
        ("https://m.example/a", "https://www.example/a"),  # the twin of a domain without a name
        ("https://192.0.2.7/a", "https://192.0.2.8/a"),
        ("file:///home/x/page.html", "https://news.example/a"),
    ],
)
def test_what_a_page_says_of_itself_is_not_always_its_other_address(url, canonical):
    assert own_address(url, canonical) is None
