"""Which addresses may be asked: the public ones, in whatever spelling the others come."""

import socket

import pytest

from pipelines.collect.web.guard import Guard
from pipelines.errors import CollectError
from pipelines.records import Failure

FORBIDDEN = {
    "private": ["10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1"],
    "loopback": ["127.0.0.1", "127.255.255.254", "::1"],
    "link-local": ["169.254.0.1", "fe80::1", "fe80::1%2"],
    "metadata": ["169.254.169.254", "fd00:ec2::254", "100.100.100.200", "192.0.0.192", "168.63.129.16"],
    "ULA and site-local": ["fc00::1", "fd12:3456::1", "fec0::1"],
    "carrier-grade NAT": ["100.64.0.1", "100.127.255.255"],
    "multicast": ["224.0.0.1", "239.255.255.250", "ff02::1", "ff0e::1"],
    "reserved": ["240.0.0.1", "198.18.0.1", "192.0.2.1", "203.0.113.1", "2001:db8::1", "3fff::1", "5f00::1", "4000::1"],
    "unspecified and broadcast": ["0.0.0.0", "0.1.2.3", "255.255.255.255", "::", "100::1"],
    "IPv4-mapped": ["::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:a9fe:a9fe"],
    "IPv4-compatible": ["::127.0.0.1", "::8.8.8.8"],
    "6to4": ["2002:7f00:1::", "2002:a00:1::1", "192.88.99.1"],
    "NAT64": ["64:ff9b::127.0.0.1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::808:808"],
    "Teredo": ["2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001::1"],
}
PUBLIC = ["8.8.8.8", "172.32.0.1", "100.63.255.255", "100.128.0.1", "2a00:1450:4001::1", "::ffff:8.8.8.8"]
PUBLIC += ["64:ff9b::8.8.8.8", "223.255.255.255", "2620:fe::fe", "11.0.0.1"]


def guard_for(*addresses: str, allow_loopback: bool = False) -> Guard:
    return Guard(allow_loopback=allow_loopback, resolve=lambda host, port: addresses)


def failure_of(action, *args) -> tuple[Failure, str]:
    with pytest.raises(CollectError) as caught:
        action(*args)
    return caught.value.failure, str(caught.value)


@pytest.mark.parametrize("address", [a for group in FORBIDDEN.values() for a in group])
def test_an_address_that_is_not_public_is_refused(address):
    failure, message = failure_of(guard_for(address).addresses, "news.example", 80)
    assert failure is Failure.FORBIDDEN_ADDRESS
    assert "news.example" in message
    assert "Correct the link" in message


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_given_as_it_is(address):
    assert guard_for(address).addresses("news.example", 80) == [address]


def test_several_addresses_keep_their_order():
    assert guard_for("2620:fe::fe", "8.8.8.8").addresses("news.example", 80) == ["2620:fe::fe", "8.8.8.8"]


@pytest.mark.parametrize("addresses", [("8.8.8.8", "10.0.0.1"), ("10.0.0.1", "8.8.8.8")])
def test_one_private_address_among_public_ones_is_enough(addresses):
    failure, message = failure_of(guard_for(*addresses).addresses, "news.example", 80)
    assert failure is Failure.FORBIDDEN_ADDRESS
    assert "10.0.0.1" in message


def test_a_name_that_does_not_resolve_is_no_connection():
    def resolve(host, port):
        raise socket.gaierror(-2, "Name or service not known")

    assert failure_of(Guard(resolve=resolve).addresses, "news.example", 80)[0] is Failure.CONNECTION
    assert failure_of(guard_for().addresses, "news.example", 80)[0] is Failure.CONNECTION


@pytest.mark.parametrize("host", ["a" * 64 + ".example", "news..example", "", "\x00"])
def test_a_name_that_cannot_be_one_is_no_connection(host):
    assert failure_of(Guard().addresses, host, 80)[0] in (Failure.CONNECTION, Failure.FORBIDDEN_ADDRESS)


@pytest.mark.parametrize("host", ["127.0.0.1", "2130706433", "0x7f.1", "0177.0.0.1", "127.1", "localhost"])
def test_the_systems_resolver_reads_every_spelling_of_loopback(host):
    assert failure_of(Guard().addresses, host, 80)[0] is Failure.FORBIDDEN_ADDRESS
    assert set(Guard(allow_loopback=True).addresses(host, 80)) <= {"127.0.0.1", "::1"}


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.8.8", "::1"])
def test_the_switch_allows_loopback(address):
    assert guard_for(address, allow_loopback=True).addresses("press.example", 80) == [address]


@pytest.mark.parametrize(
    "address", [a for name, group in FORBIDDEN.items() if name not in ("loopback", "IPv4-mapped") for a in group]
)
def test_the_switch_allows_nothing_else(address):
    assert failure_of(guard_for(address, allow_loopback=True).addresses, "x", 80)[0] is Failure.FORBIDDEN_ADDRESS


SPELLINGS = [
    "http://127.0.0.1/", "http://2130706433/", "http://0x7f000001/", "http://0x7f.1/", "http://0177.0.0.1/",
    "http://127.1/", "http://127.0.0.1./", "http://①②⑦.0.0.1/", "http://127。0。0。1/", "http://%31%32%37.0.0.1/",
    "http://user@127.0.0.1/", "http://0/", "http://[::1]/", "http://[::]/", "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/", "http://[2002:7f00:1::]/", "http://[64:ff9b::7f00:1]/", "http://2852039166/",
    "http://169.254.169.254/latest/meta-data/", "http://[fd00:ec2::254]/", "https://[2001::7f00:1]:8443/x",
    "http://localhost/", "http://LOCALHOST:8080/", "http://localhost./", "http://a.localhost/", "http://x%2elocalhost/",
    "http://metadata.google.internal/", "http://metadata/", "http://instance-data.ec2.internal/", "http://nas.local/",
    "http://router.home.arpa/", "http://intranet/", "http://server.localdomain/",
]  # fmt: skip


@pytest.mark.parametrize("url", SPELLINGS)
def test_a_url_is_refused_without_a_resolver(url):
    failure, message = failure_of(Guard(resolve=lambda host, port: pytest.fail("resolved")).check_url, url)
    assert failure is Failure.FORBIDDEN_ADDRESS
    assert "not asked" in message


@pytest.mark.parametrize(
    "url", ["https://example.org/", "http://8.8.8.8/", "http://[2620:fe::fe]:81/", "http://x.de./"]
)
def test_a_public_url_passes(url):
    Guard().check_url(url)


def test_a_url_without_a_host_is_a_bad_link():
    assert {failure_of(Guard().check_url, url)[0] for url in ["http://", "x", "file:///etc/passwd", "http://[1"]} == {
        Failure.BAD_LINK
    }


def test_the_switch_for_urls():
    guard = Guard(allow_loopback=True)
    for url in ("http://127.0.0.1:81/", "http://[::1]/", "http://localhost/", "http://press.localhost/"):
        guard.check_url(url)
    for url in ("http://10.0.0.1/", "http://169.254.169.254/", "http://metadata/", "http://0.0.0.0/"):
        assert failure_of(guard.check_url, url)[0] is Failure.FORBIDDEN_ADDRESS
