"""Business news of any length that nobody has read before, in German and English: sentences from patterns of ours, with
companies of the register and invented ones. About every fifth sentence claims something."""

from __future__ import annotations

import csv
import random
from functools import lru_cache
from pathlib import Path

import yaml

from pipelines.settings import SEEDS

WORDS = Path(__file__).with_name("prose.yaml")
"""Patterns of sentences and the words that go into them, by language."""
INVENTED_HEADS = "Ar Bel Cor Dor Er Fal Gor Hal Ir Jor Kal Lor Mor Nor Par Quer Ror Sar Tor Ur Var Wer Yar Zor".split()
INVENTED_TAILS = "dana funk tronik land stahl netz werk quell hain tow fen mere vale strom kamp".split()
CLAIMS = 0.2
"""Share of sentences that claim something: there are four moves in a kilobyte then, as in labelled articles."""


@lru_cache(maxsize=1)
def words() -> dict[str, dict[str, list[str]]]:
    """The file's content."""
    found: dict[str, dict[str, list[str]]] = yaml.safe_load(WORDS.read_text(encoding="utf-8"))
    return found


@lru_cache(maxsize=1)
def registered() -> list[str]:
    """Names of the register."""
    with (SEEDS / "company_register.csv").open(encoding="utf-8", newline="") as file:
        return [row["name"] for row in csv.DictReader(file)]


class Prose:
    """Sentences about a few companies, as an article has them."""

    def __init__(self, language: str, chance: random.Random) -> None:
        self._words, self._chance = words()[language], chance
        forms = ("AG", "GmbH") if language == "de" else ("Inc", "plc")
        invented = f"{chance.choice(INVENTED_HEADS)}{chance.choice(INVENTED_TAILS)} {chance.choice(forms)}"
        self._companies = [*chance.sample(registered(), 3), invented]

    def paragraph(self, characters: int) -> str:
        """Sentences of so many characters, about."""
        said: list[str] = []
        while sum(map(len, said)) < characters:
            said.append(self.sentence("claim" if self._chance.random() < CLAIMS else "plain"))
        return " ".join(said)

    def sentence(self, kind: str) -> str:
        """One of a kind: `claim` or `plain`."""
        pattern = self._chance.choice(self._words[kind])
        company, other = self._chance.sample(self._companies, 2)
        parts = pattern.split("{")
        found = [parts[0]]
        for part in parts[1:]:
            slot, _, rest = part.partition("}")
            found += [self._fill(slot, company, other), rest]
        text = "".join(found)
        return text[0].upper() + text[1:]

    def _fill(self, slot: str, company: str, other: str) -> str:
        if slot in ("company", "other"):
            return company if slot == "company" else other
        if slot in ("figure", "small"):
            return str(self._chance.randint(2, 19) if slot == "small" else self._chance.randint(21, 990))
        if slot == "person":
            return " ".join(self._chance.choice(self._words[name]) for name in ("given_name", "family_name"))
        return self._chance.choice(self._words[slot])
