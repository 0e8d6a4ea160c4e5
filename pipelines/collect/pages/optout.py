"""What a page or its site says against being mined or indexed, with the very words. What follows of it is not decided
here.

X-Robots-Tag and `<meta name="robots">` as Google documents them; `tdm-reservation` after the TDM Reservation Protocol
(W3C community group, final report of 10 May 2024): HTML goes before header, header before tdmrep.json.
"""

from __future__ import annotations

import json
import re
import string
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote, urlsplit

from pipelines.collect.pages.tags import attributes, head_of, without_unseen

Kind = Literal["noindex", "noai", "tdm_reservation"]
Place = Literal["header", "meta", "tdmrep"]

DIRECTIVES: dict[str, Kind] = {"noindex": "noindex", "none": "noindex", "noai": "noai"}
"""`noimageai` speaks of pictures only, which nobody here uses."""
FIELDS = frozenset({"x-robots-tag", "tdm-reservation", "tdm-policy"})
WITH_VALUE = frozenset({"unavailable_after", "max-snippet", "max-image-preview", "max-video-preview"})
"""Directives with a colon of their own; before any other colon stands the name of a robot."""

MAX_EVIDENCE = 500
"""Characters of a header or tag that are kept."""
MAX_RULES = 10_000
"""Of one tdmrep.json; nobody needs more than dozens."""

META = re.compile(rb"<meta\b[^<>]{0,2000}>", re.IGNORECASE)
TRIGGERS = (b"noindex", b"none", b"noai", b"tdm-")
ROBOT = re.compile(r"\*|[a-z][a-z0-9_.-]*")
SEPARATOR = re.compile(r"[\s,;]+")
ENCODED = re.compile(r"%([0-9A-Fa-f]{2})")
UNRESERVED = frozenset(string.ascii_letters + string.digits + "-._~")


@dataclass(frozen=True, slots=True)
class OptOut:
    """One reservation: what of, where it stands, the words as they stand there, and the publisher's terms if named."""

    kind: Kind
    place: Place
    evidence: str
    policy_url: str | None = None


@dataclass(frozen=True, slots=True)
class TdmRule:
    """One rule of a tdmrep.json. `location` begins paths it is about; `*` is anything, a last `$` the end."""

    location: str
    is_reserved: bool
    policy_url: str | None = None

    def matches(self, path: str) -> bool:
        first, *others = self.location.removesuffix("$").split("*")
        if not path.startswith(first):
            return False
        if not self.location.endswith("$"):
            return _end_of(others, path, len(first)) is not None
        if not others:
            return path == first
        end = _end_of(others[:-1], path, len(first))
        return end is not None and path.endswith(others[-1]) and end + len(others[-1]) <= len(path)


@dataclass(frozen=True, slots=True)
class TdmRules:
    """The rules of one origin, in their order."""

    rules: tuple[TdmRule, ...] = ()

    def reservation(self, url: str) -> OptOut | None:
        """What the first rule that matches reserves of a URL, or of a path with its query; None if nothing."""
        parts = urlsplit(url)
        path = _one_spelling((parts.path or "/") + (f"?{parts.query}" if parts.query else ""))
        path = path.replace("$", "%24").replace("*", "%2A")
        rule = next((rule for rule in self.rules if rule.matches(path)), None)
        if rule is None or not rule.is_reserved:
            return None
        evidence = f"{rule.location}: tdm-reservation: 1"[:MAX_EVIDENCE]
        return OptOut("tdm_reservation", "tdmrep", evidence, rule.policy_url)


def read_tdmrep(body: bytes) -> TdmRules:
    """The rules of a `/.well-known/tdmrep.json`: none if it is broken, and without the broken ones."""
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        return TdmRules()
    rows = data[:MAX_RULES] if isinstance(data, list) else []
    return TdmRules(tuple(rule for row in rows if (rule := _rule(row)) is not None))


def _rule(row: object) -> TdmRule | None:
    if not isinstance(row, dict):
        return None
    location, value, policy = row.get("location"), row.get("tdm-reservation"), row.get("tdm-policy")
    # 1 is also written "1" and true.
    if not isinstance(location, str) or not location.startswith(("/", "*")) or value not in (0, 1, "0", "1"):
        return None
    policy = policy if isinstance(policy, str) else ""
    try:
        (location + policy).encode()
    except UnicodeEncodeError:  # half a surrogate pair, "\\ud800"
        return None
    end = "$" if location.endswith("$") else ""
    pattern = _one_spelling(location.removesuffix("$")).replace("$", "%24") + end
    return TdmRule(pattern, value in (1, "1"), policy or None)


def _one_spelling(path: str) -> str:
    """A path with exactly those characters percent-encoded that must be; rules and paths compare octet by octet."""
    return ENCODED.sub(
        lambda found: char if (char := chr(int(found.group(1), 16))) in UNRESERVED else found.group().upper(),
        quote(path, safe=string.printable),
    )


def _end_of(parts: list[str], path: str, start: int) -> int | None:
    """Where the last of `parts` ends if they stand in `path` one behind the other; in one pass, whatever they are."""
    for part in parts:
        at = path.find(part, start)
        if at < 0:
            return None
        start = at + len(part)
    return start


def find_opt_outs(
    headers: Iterable[tuple[str, str]], body: bytes, *, token: str, site: OptOut | None = None
) -> tuple[OptOut, ...]:
    """What speaks against the use of a page, each kind and place once.

    `token` is our product token; what is said to other robots by name does not count. `site` is what tdmrep.json
    reserves of the page: the page's own word goes before it, also where it is that nothing is reserved.
    """
    metas = list(_metas(body))
    fields = [
        Said(n, value, f"{name}: {value}"[:MAX_EVIDENCE]) for name, value in headers if (n := name.lower()) in FIELDS
    ]
    robots = [OptOut(kind, "header", said.evidence) for said in fields for kind in _kinds_in_header(said, token)]
    robots += [OptOut(kind, "meta", said.evidence) for said in metas for kind in _kinds_in_meta(said, token)]
    tdm = _tdm("meta", metas) or _tdm("header", fields) or [site]
    return tuple({(o.kind, o.place): o for o in (*robots, *tdm) if o is not None}.values())


@dataclass(frozen=True, slots=True)
class Said:
    """A header or a `<meta>` with its name in lower case, and as it stands there."""

    name: str
    value: str
    evidence: str


def _metas(body: bytes) -> Iterator[Said]:
    """The `<meta>` elements with a name, if any of them may be of interest: on most pages this must cost nothing."""
    head = head_of(body)
    text = b"".join(META.findall(head)).lower()
    if not any(trigger in text for trigger in TRIGGERS):
        return
    for tag in META.findall(without_unseen(head)):
        named = attributes(tag)
        if "name" in named and "content" in named:
            evidence = tag.decode("utf-8", errors="replace")[:MAX_EVIDENCE]
            yield Said(named["name"].lower(), named["content"], evidence)


def _kinds_in_meta(said: Said, token: str) -> list[Kind]:
    if said.name not in ("robots", token.lower()):
        return []
    return [DIRECTIVES[word] for word in SEPARATOR.split(said.value.lower()) if word in DIRECTIVES]


def _kinds_in_header(said: Said, token: str) -> list[Kind]:
    """`noindex, nofollow` is for all; `otherbot: noindex, nofollow` for one robot, up to the next name."""
    kinds: list[Kind] = []
    for_us = True
    for part in said.value.lower().split(",") if said.name == "x-robots-tag" else ():
        before, colon, after = part.partition(":")
        robot = before.strip()
        if colon and robot not in WITH_VALUE and ROBOT.fullmatch(robot):
            for_us, part = robot in ("*", token.lower()), after
        if for_us and part.strip() in DIRECTIVES:
            kinds.append(DIRECTIVES[part.strip()])
    return kinds


def _tdm(place: Place, all_said: list[Said]) -> list[OptOut | None]:
    """Empty if nothing is said on mining; None in it says that nothing is reserved."""
    named = {said.name: said for said in reversed(all_said)}
    said, policy = named.get("tdm-reservation"), named.get("tdm-policy")
    if said is None or said.value.strip() not in ("0", "1"):
        return []
    terms = policy.value.strip() if policy else None
    return [OptOut("tdm_reservation", place, said.evidence, terms or None) if said.value.strip() == "1" else None]
