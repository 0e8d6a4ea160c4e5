"""Which addresses may be asked at all: only those the whole world can reach. Resolves names; connects to nothing.

Every source and every page names the next address to ask, so without this a feed could have us read the router's
page, a cloud machine's credentials, or a service that trusts its own network.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

import can_ada

from pipelines.errors import CollectError
from pipelines.records import Failure

Address = IPv4Address | IPv6Address
Resolve = Callable[[str, int], Iterable[str]]
"""A host and a port to the IP addresses to be tried, in that order; raises `OSError` for a name that has none."""

NOT_PUBLIC_V4 = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 "
        "192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/3 168.63.129.16/32"
    ).split()
)
"""IANA's special-purpose registry, multicast and everything above it. `is_global` alone will not do: what it answers
differs between Python 3.11.0 and 3.13. The last one is public by its number, but is Azure's door to the host."""

GLOBAL_V6 = IPv6Network("2000::/3")
"""The only global unicast space there is; ULA, link-local, site-local, multicast and ::1 lie outside of it."""

NOT_PUBLIC_V6 = tuple(IPv6Network(network) for network in "2001::/23 2001:db8::/32 2002::/16 3fff::/20".split())
"""What of it leads elsewhere: Teredo and other protocol assignments, documentation, and 6to4, which holds an IPv4
address (and is given up, RFC 7526)."""

NAT64 = IPv6Network("64:ff9b::/96")
"""Networks with IPv6 only reach every IPv4 host through this prefix: what counts is the IPv4 address in it."""

LOCAL_NAMES = ("localhost", "local", "localdomain", "internal", "home.arpa")
"""Domains that only a machine or its own network knows (RFC 6761, 6762, 8375; `metadata.google.internal`)."""


def is_public(address: Address) -> bool:
    """Whether the whole internet can reach `address`, after unwrapping IPv4 in IPv6."""
    if isinstance(address, IPv4Address):
        return not any(address in network for network in NOT_PUBLIC_V4)
    if inner := _wrapped(address):
        return is_public(inner)
    return address in GLOBAL_V6 and not any(address in network for network in NOT_PUBLIC_V6)


def _wrapped(address: IPv6Address) -> IPv4Address | None:
    return IPv4Address(int(address) & 0xFFFF_FFFF) if address in NAT64 else address.ipv4_mapped


def system_resolve(host: str, port: int) -> list[str]:
    """The system's resolver; it ends by itself, by default after some ten seconds a name server."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


class Guard:
    """Refuses what is not public. With `allow_loopback` (tests only) this machine itself is allowed, and nothing else.

    >>> Guard().addresses("example.org", 443)
    """

    def __init__(self, *, allow_loopback: bool = False, resolve: Resolve = system_resolve) -> None:
        self._allow_loopback, self._resolve = allow_loopback, resolve

    def addresses(self, host: str, port: int) -> list[str]:
        """The addresses of `host`, to be connected to as they are: asking a second time may bring other ones.

        Raises `CollectError`: forbidden_address if any of them is not public (a name with a public and a private
        address is a trap or a mistake), connection if there is none.
        """
        try:
            found = list(self._resolve(host, port))
            parsed = [ip_address(address) for address in found]
        except (OSError, UnicodeError, ValueError) as error:
            message = f"{host}: the name does not resolve ({error}). Check the address and the network."
            raise CollectError(Failure.CONNECTION, message) from error
        if not found:
            message = f"{host}: the name has no address. Check the link."
            raise CollectError(Failure.CONNECTION, message)
        for address in parsed:
            if not self._allows(address):
                raise _forbidden(host, f"leads to {address}, which is not on the public internet")
        return found

    def check_url(self, url: str) -> None:
        """Refuse what needs no resolver: literal addresses in any spelling, and names of local networks.

        This is all that can be checked where a proxy resolves the names. Raises `CollectError`: forbidden_address, or
        bad_link for what is no URL with a host.
        """
        try:
            host = str(can_ada.parse(url).hostname).rstrip(".")
        except ValueError:
            host = ""
        if not host:
            raise CollectError(Failure.BAD_LINK, f"{url}: is no URL with a host. Correct the link.")
        try:
            address = ip_address(host.strip("[]"))
        except ValueError:
            self._check_name(host)
            return
        if not self._allows(address):
            raise _forbidden(url, f"leads to {address}, which is not on the public internet")

    def _check_name(self, host: str) -> None:
        labels = host.split(".")
        if self._allow_loopback and labels[-1] == "localhost":
            return
        if len(labels) == 1 or any(host.endswith(f".{name}") for name in LOCAL_NAMES):
            raise _forbidden(host, "is a name of this machine or its own network")

    def _allows(self, address: Address) -> bool:
        if self._allow_loopback and address.is_loopback:
            return True
        return is_public(address)


def _forbidden(what: str, why: str) -> CollectError:
    return CollectError(
        Failure.FORBIDDEN_ADDRESS,
        f"{what}: {why}, so it is not asked. Correct the link; pages of an own network come in as files.",
    )
