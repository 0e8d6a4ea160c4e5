"""What a company's name in a text is, and how names that overlap are sorted out. How they are found: `naming`."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, insort
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple


class Name(NamedTuple):
    """A company's name at text[start:end], `is_genitive` when a genitive mark follows."""

    start: int
    end: int
    company_id: str
    rule_id: str
    is_genitive: bool = False


@dataclass(frozen=True, slots=True)
class Proposal:
    """A company that no register knows, and the rule that found it. `legal_name` if its legal form was named."""

    company_id: str
    name: str
    legal_name: str | None
    rule_id: str


def slug(name: str) -> str:
    """A readable id: ASCII, lower case, hyphens."""
    table = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "&": " und ", "+": " plus "})
    folded = unicodedata.normalize("NFKD", name.casefold().translate(table)).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", folded).strip("-")


def longest(*groups: Iterable[Name]) -> list[Name]:
    """Names without overlap: the longer one wins, and among equals the one of the earlier group."""
    starts: list[int] = []
    chosen: dict[int, Name] = {}
    ranked = [(name, rank) for rank, group in enumerate(groups) for name in group]
    for name, _ in sorted(ranked, key=lambda n: (n[0].start - n[0].end, n[1], n[0].start)):
        at = bisect_left(starts, name.end)  # the last name that starts before this one ends is the only one to meet it
        if at == 0 or chosen[starts[at - 1]].end <= name.start:
            insort(starts, name.start)
            chosen[name.start] = name
    return [chosen[start] for start in starts]
