"""The press answers over a real socket as a publisher's server would, and for its own three hosts only."""

from __future__ import annotations

import http.client
import socket
import threading
from collections.abc import Iterator

import httpx
import pytest

from pipelines.demo import RunningPress, serve_press

HOSTS = ("wirtschaftsbote.example", "technikspiegel.example", "harbourledger.example")
ARTICLE = "http://wirtschaftsbote.example/industrie/2026/03/02/bosch-eroeffnet-werk-fuer-waermepumpen"


@pytest.fixture(scope="module")
def press() -> Iterator[RunningPress]:
    with serve_press() as running:
        yield running


@pytest.fixture(scope="module")
def client(press: RunningPress) -> Iterator[httpx.Client]:
    with httpx.Client(proxy=press.proxy_url, trust_env=False, timeout=5) as client:
        yield client


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("path", ["/", "/robots.txt"])
def test_every_host_has_a_front_page_and_robots(client: httpx.Client, host: str, path: str) -> None:
    assert client.get(f"http://{host}{path}").status_code == 200


@pytest.mark.parametrize(
    ("url", "content_type"),
    [
        ("http://wirtschaftsbote.example/feed.rss", "application/rss+xml; charset=utf-8"),
        ("http://technikspiegel.example/atom.xml", "application/atom+xml; charset=utf-8"),
        ("http://harbourledger.example/news-sitemap.xml", "application/xml; charset=utf-8"),
        ("http://wirtschaftsbote.example/robots.txt", "text/plain; charset=utf-8"),
        (ARTICLE, "text/html; charset=utf-8"),
        ("http://technikspiegel.example/artikel/xiaomi-startet-faltphone", "text/html; charset=windows-1252"),
    ],
)
def test_content_types(client: httpx.Client, url: str, content_type: str) -> None:
    assert client.get(url).headers["content-type"] == content_type


def test_technikspiegel_is_encoded_as_it_says(client: httpx.Client) -> None:
    answer = client.get("http://technikspiegel.example/artikel/xiaomi-startet-faltphone")
    assert "„Die Nachfrage aus Europa war nicht mehr zu überhören“" in answer.content.decode("windows-1252")
    with pytest.raises(UnicodeDecodeError):
        answer.content.decode("utf-8")


def test_origin_form_with_a_host_header(press: RunningPress) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", press.port, timeout=5)
    connection.request("GET", "/robots.txt", headers={"Host": "wirtschaftsbote.example:80"})
    answer = connection.getresponse()
    assert answer.status == 200
    assert b"Disallow: /intern/" in answer.read()
    connection.close()


@pytest.mark.parametrize("url", ["http://example.com/", "http://127.0.0.1/", "http://wirtschaftsbote.example.com/"])
def test_other_hosts_are_refused(client: httpx.Client, url: str) -> None:
    answer = client.get(url)
    assert answer.status_code == 502
    assert answer.text.strip() == "the demo press serves only its own three hosts"


def test_no_tunnels(press: RunningPress) -> None:
    with socket.create_connection(("127.0.0.1", press.port), timeout=5) as connection:
        connection.sendall(b"CONNECT wirtschaftsbote.example:443 HTTP/1.1\r\nHost: wirtschaftsbote.example:443\r\n\r\n")
        assert connection.recv(4096).startswith(b"HTTP/1.1 501 ")


def test_an_address_that_cannot_be_read_is_refused(press: RunningPress) -> None:
    with socket.create_connection(("127.0.0.1", press.port), timeout=5) as connection:
        connection.sendall(b"GET http://[half/ HTTP/1.1\r\nHost: [half\r\n\r\n")
        assert connection.recv(4096).startswith(b"HTTP/1.1 400 ")


def test_head_has_the_headers_of_get_and_no_body(client: httpx.Client) -> None:
    head, get = client.head(ARTICLE), client.get(ARTICLE)
    assert head.content == b""
    assert head.headers["content-length"] == str(len(get.content))
    assert head.headers["etag"] == get.headers["etag"]


@pytest.mark.parametrize(("validator", "header"), [("etag", "If-None-Match"), ("last-modified", "If-Modified-Since")])
def test_an_unchanged_page_is_not_sent_again(client: httpx.Client, validator: str, header: str) -> None:
    first = client.get(ARTICLE)
    again = client.get(ARTICLE, headers={header: first.headers[validator]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("If-None-Match", '"another"'),
        ("If-Modified-Since", "Sun, 01 Mar 2026 00:00:00 GMT"),
        ("If-Modified-Since", "yesterday"),
    ],
)
def test_a_stale_validator_gets_the_page(client: httpx.Client, header: str, value: str) -> None:
    assert client.get(ARTICLE, headers={header: value}).status_code == 200


def test_unknown_pages_are_404(client: httpx.Client) -> None:
    assert client.get("http://technikspiegel.example/artikel/nirgends").status_code == 404
    assert client.get(f"{ARTICLE}?fassung=9").status_code == 404


def test_the_archive_lists_the_stories_of_a_day(client: httpx.Client) -> None:
    page = client.get("http://wirtschaftsbote.example/archiv/2026/03/02").text
    assert "bosch-eroeffnet-werk-fuer-waermepumpen" in page
    assert "nordkai-logistik-stellt-insolvenzantrag" in page
    assert "lufthansa" not in page


def test_it_is_silent_and_leaves_no_thread_behind(capfd: pytest.CaptureFixture[str]) -> None:
    before = set(threading.enumerate())
    with serve_press() as running, httpx.Client(proxy=running.proxy_url, trust_env=False) as client:
        client.get(ARTICLE)
        client.get("http://example.com/")
        with socket.create_connection(("127.0.0.1", running.port), timeout=5) as rude:
            rude.sendall(b"nonsense\r\n\r\n")
            rude.recv(4096)
        # The client's connection is still open here: the press must end it, not wait for it.
    for thread in set(threading.enumerate()) - before:
        thread.join(5)
        assert not thread.is_alive()
    assert capfd.readouterr() == ("", "")


def test_the_port_is_free_again_afterwards() -> None:
    with serve_press() as first:
        port = first.port
    with serve_press(port) as second:
        assert second.proxy_url == f"http://127.0.0.1:{port}"
