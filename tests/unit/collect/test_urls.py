"""The light canonical form of URLs: what goes, and what must stay."""

import pytest

from pipelines.collect.urls import canonical_url, host_of, origin_of, resolve

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
