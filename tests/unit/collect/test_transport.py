"""Connections go where the guard says, and every request ends at its deadline."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from pipelines.collect.web.guard import Guard
from pipelines.collect.web.transport import GuardedTransport
from pipelines.errors import CollectError
from pipelines.records import Failure
from pipelines.settings import Http
from tests.integration.collect.hostile import HostileServer, drip, hostile_server, pour, stall

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
DEADLINE = 0.3
SLACK = 0.5
"""Seconds: the machine may be busy."""


@pytest.fixture
def server() -> Iterator[HostileServer]:
    with hostile_server() as server:
        yield server


@pytest.fixture
def transport() -> Iterator[GuardedTransport]:
    http = Http(timeout=5, deadline=DEADLINE, allow_loopback=True)
    with GuardedTransport(http, Guard(allow_loopback=True)) as transport:
        yield transport


def get(transport: GuardedTransport, url: str, **extensions: float) -> bytes:
    response = transport.handle_request(httpx.Request("GET", url, extensions=extensions))
    try:
        return b"".join(response.iter_raw())
    finally:
        response.close()


@contextmanager
def ends_at_the_deadline(error: type[Exception]) -> Iterator[None]:
    began = time.monotonic()
    with pytest.raises(error):
        yield
    assert DEADLINE - 0.05 < time.monotonic() - began < DEADLINE + SLACK


def test_an_answer_comes_as_it_is(server, transport):
    url = server.send("/a?b=c", b"body", "X-Two: 1", "X-Two: 2")
    response = transport.handle_request(httpx.Request("GET", url, headers={"Accept": "text/html"}))
    assert (response.status_code, response.reason_phrase) == (200, "OK")
    assert response.headers.get_list("x-two") == ["1", "2"]
    assert b"".join(response.iter_raw()) == b"body"
    response.close()
    assert server.requests == [f"GET /a?b=c HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nAccept: text/html\r\n\r\n"]


def test_connections_are_used_again_also_by_other_threads(server, transport):
    url = server.send("/", b"ok")
    threads = [threading.Thread(target=get, args=(transport, url)) for _ in range(5)]
    for thread in threads:
        thread.start()
        thread.join()
    assert (len(server.requests), server.connections) == (5, 1)


def test_no_more_connections_are_kept_than_a_few_for_each_host(server, transport):
    url = server.send("/", b"ok")
    answers = [transport.handle_request(httpx.Request("GET", url)) for _ in range(12)]
    for answer in answers:
        answer.read()
    assert server.connections == 12
    assert sum(len(pool.connections) for pool in transport._pools) <= 4


@pytest.mark.parametrize(
    "script",
    [
        stall(b""),
        stall(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"),
        stall(b"HTTP/1.1 200 OK\r\nContent-Le"),
        drip(b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n", interval=0.05),
        drip(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n", interval=0.05),
        drip(b"HTTP/1.1 200 OK\r\nX: ", interval=0.05),
        drip(b"", b"H", interval=0.05),
        drip(b"", b"HTTP/1.1 100 Continue\r\n\r\n", interval=0.05),
    ],
    ids=["nothing", "no body", "half a head", "slow body", "slow chunks", "slow head", "slow first line", "continue"],
)
def test_every_way_of_being_slow_ends_at_the_deadline(server, transport, script):
    url = server.answer("/slow", script)
    with ends_at_the_deadline(httpx.ReadTimeout):
        get(transport, url)


def test_a_slow_tls_handshake_ends_at_the_deadline(transport):
    """The first bytes of a record that never becomes whole, one by one."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        done = threading.Event()

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.sendall(b"\x16\x03\x03\x40\x00")
                while not done.wait(0.05):
                    connection.sendall(b"\0")

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        with ends_at_the_deadline(httpx.ConnectTimeout):
            get(transport, f"https://127.0.0.1:{listener.getsockname()[1]}/")
        done.set()
        thread.join()


def test_a_slow_connect_ends_at_the_deadline(transport):
    """A full backlog: the kernel drops what comes on top of it."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
        port = listener.getsockname()[1]
        waiting = [socket.socket() for _ in range(4)]
        for each in waiting:
            each.setblocking(False)
            each.connect_ex(("127.0.0.1", port))
        with ends_at_the_deadline(httpx.ConnectTimeout):
            get(transport, f"http://127.0.0.1:{port}/")
        for each in waiting:
            each.close()


def test_the_deadline_counts_over_all_addresses():
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
        port = listener.getsockname()[1]
        waiting = [socket.socket() for _ in range(4)]
        for each in waiting:
            each.setblocking(False)
            each.connect_ex(("127.0.0.1", port))
        guard = Guard(allow_loopback=True, resolve=lambda host, port: ["127.0.0.1"] * 50)
        http = Http(timeout=0.12, deadline=DEADLINE)
        with GuardedTransport(http, guard) as transport, ends_at_the_deadline(httpx.ConnectTimeout):
            get(transport, f"http://many.example:{port}/")
        for each in waiting:
            each.close()


def test_a_request_may_bring_its_own_deadline(server, transport):
    url = server.answer("/", stall(b""))
    began = time.monotonic()
    with pytest.raises(httpx.ReadTimeout):
        get(transport, url, deadline=began + 0.1)
    assert time.monotonic() - began < DEADLINE - 0.05


def test_a_deadline_is_that_of_the_request_and_not_of_the_connection(server, transport):
    url = server.send("/", b"ok")
    assert get(transport, url, deadline=time.monotonic() + 0.1) == b"ok"
    assert server.stop.wait(0.15) is False
    assert get(transport, url) == b"ok"
    assert server.connections == 1


def test_one_step_may_take_the_timeout_at_most(server):
    url = server.answer("/", stall(b""))
    began = time.monotonic()
    with (
        GuardedTransport(Http(timeout=0.1, deadline=60), Guard(allow_loopback=True)) as transport,
        pytest.raises(httpx.ReadTimeout),
    ):
        get(transport, url)
    assert time.monotonic() - began < DEADLINE - 0.05


def test_the_guard_is_asked_once_and_its_address_is_connected(server):
    """A name server that answers public first and private then: there is no second question."""
    asked: list[str] = []

    def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["10.0.0.1"]

    url = server.send("/", b"ok").replace("127.0.0.1", "rebind.example")
    with GuardedTransport(Http(), Guard(allow_loopback=True, resolve=resolve)) as transport:
        assert get(transport, url) == b"ok"
    assert asked == ["rebind.example"]
    assert f"Host: rebind.example:{server.port}" in server.requests[0]


def test_a_name_that_turns_private_is_refused_at_the_next_connection(server):
    answers = iter([["127.0.0.1"], ["10.0.0.1"]])
    server.send_raw("/", OK, keep=False)
    guard = Guard(allow_loopback=True, resolve=lambda host, port: next(answers))
    with GuardedTransport(Http(), guard) as transport:
        assert get(transport, f"http://rebind.example:{server.port}/") == b"ok"
        with pytest.raises(CollectError) as caught:
            get(transport, f"http://rebind.example:{server.port}/")
    assert caught.value.failure is Failure.FORBIDDEN_ADDRESS
    assert server.connections == 1


def test_the_next_address_is_tried_where_one_does_not_answer(server):
    url = server.send("/", b"ok").replace("127.0.0.1", "two.example")
    guard = Guard(allow_loopback=True, resolve=lambda host, port: ["127.0.0.2", "127.0.0.1"])
    with GuardedTransport(Http(), guard) as transport:
        assert get(transport, url) == b"ok"


def test_the_tls_name_stays_the_host():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        hello = []

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                hello.append(connection.recv(65_536))

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        guard = Guard(allow_loopback=True, resolve=lambda host, port: ["127.0.0.1"])
        with GuardedTransport(Http(), guard) as transport, pytest.raises(httpx.ConnectError):
            get(transport, f"https://news.example:{listener.getsockname()[1]}/")
        thread.join()
    assert b"news.example" in hello[0]


def test_loopback_is_refused_without_the_switch(server):
    url = server.send("/", b"ok")
    with GuardedTransport(Http(), Guard()) as transport, pytest.raises(CollectError) as caught:
        get(transport, url)
    assert caught.value.failure is Failure.FORBIDDEN_ADDRESS
    assert server.connections == 0


def test_a_kept_connection_the_server_has_closed_is_replaced_once(server, transport):
    def close_the_second(connection: socket.socket, server: HostileServer) -> bool:
        if len(server.requests) == 2:
            return False
        connection.sendall(OK)
        return True

    url = server.answer("/", close_the_second)
    assert [get(transport, url) for _ in range(2)] == [b"ok", b"ok"]
    assert (len(server.requests), server.connections) == (3, 2)


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 404 Not Found\r\nContent-Length: 20000\r\n\r\n" + b"x" * 20_000,
        b"HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
        b"HTTP/1.1 304 Not Modified\r\nContent-Length: 99999999\r\n\r\n",
    ],
    ids=["length", "empty", "chunked", "not modified"],
)
def test_a_short_body_that_nobody_reads_does_not_cost_the_connection(server, transport, answer):
    server.send_raw("/a", answer)
    transport.handle_request(httpx.Request("GET", server.url + "/a")).close()
    assert get(transport, server.send("/b", b"ok")) == b"ok"
    assert server.connections == 1


@pytest.mark.parametrize("length", ["Content-Length: 99999999", "Transfer-Encoding: chunked"])
def test_a_long_body_that_nobody_reads_is_left(server, transport, length):
    head = f"HTTP/1.1 404 Not Found\r\n{length}\r\n\r\n".encode()
    url = server.answer("/a", pour(head, b"10000\r\n" + b"x" * 65_536 + b"\r\n"))
    transport.handle_request(httpx.Request("GET", url)).close()
    assert get(transport, server.send("/b", b"ok")) == b"ok"
    assert server.connections == 2


def test_an_answer_that_was_there_before_the_question_is_none(server, transport):
    server.send_raw("/a", OK + b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nhoax")
    assert [get(transport, server.url + "/a"), get(transport, server.send("/b", b"ok"))] == [b"ok", b"ok"]
    assert server.connections == 2


def test_a_server_that_closes_every_connection_is_not_asked_for_ever(server, transport):
    url = server.answer("/", lambda connection, server: False)
    with pytest.raises(httpx.RemoteProtocolError):
        get(transport, url)
    assert server.connections == 1


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (b"", httpx.RemoteProtocolError),
        (b"SSH-2.0-OpenSSH_9.6\r\n", httpx.RemoteProtocolError),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort", httpx.RemoteProtocolError),
        (b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", httpx.RemoteProtocolError),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nabc", httpx.RemoteProtocolError),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", httpx.RemoteProtocolError),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 50_000, httpx.RemoteProtocolError),
        (b"HTTP/1.1 200 OK\r\nX: " + b"y" * 300_000 + b"\r\n\r\n", httpx.RemoteProtocolError),
    ],
    ids=["nothing", "ssh", "short", "negative", "two lengths", "bad chunk", "many headers", "long header"],
)
def test_what_is_no_http_is_an_httpx_error(server, transport, answer, error):
    url = server.send_raw("/", answer, keep=False)
    with pytest.raises(error):
        get(transport, url)


def test_a_head_of_64_kib_is_read(server, transport):
    url = server.send("/", b"ok", "X: " + "y" * 60_000)
    assert get(transport, url) == b"ok"


def test_a_closed_port_is_no_connection(transport):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(httpx.ConnectError):
        get(transport, f"http://127.0.0.1:{port}/")


def proxied(server: HostileServer, credentials: str = "") -> GuardedTransport:
    return GuardedTransport(Http(proxy=f"http://{credentials}127.0.0.1:{server.port}", deadline=DEADLINE), Guard())


def test_a_proxy_may_be_local_and_is_told_the_whole_url(server):
    server.send("http://news.example/a", b"ok")
    with proxied(server, "us%40er:pa%3Ass@") as transport:
        assert get(transport, "http://news.example/a") == b"ok"
    assert "Proxy-Authorization: Basic dXNAZXI6cGE6c3M=" in server.requests[0]


def test_behind_a_proxy_what_can_be_told_from_the_url_is_refused(server):
    with proxied(server) as transport:
        for url in ("http://127.0.0.1/", "http://2130706433/", "https://[::ffff:10.0.0.1]/", "http://localhost/"):
            with pytest.raises(CollectError) as caught:
                get(transport, url)
            assert caught.value.failure is Failure.FORBIDDEN_ADDRESS
    assert server.connections == 0


def test_a_tunnel_is_asked_for_and_its_refusal_is_a_proxy_error(server):
    with proxied(server) as transport, pytest.raises(httpx.ProxyError):
        get(transport, "https://news.example/")
    assert server.requests[0].startswith("CONNECT news.example:443 ")


def test_a_proxy_that_stalls_ends_at_the_deadline(server):
    server.answer("http://news.example/", stall(b"HTTP/1.1 200 OK\r\n"))
    with proxied(server) as transport, ends_at_the_deadline(httpx.ReadTimeout):
        get(transport, "http://news.example/")
