"""The two languages of the pages."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import yaml

WORDING = Path(__file__).with_name("wording.yaml")
LANGUAGES = ("en", "de")

Texts = Mapping[str, Mapping[str, str]]


@lru_cache(maxsize=1)
def read_wording() -> Texts:
    """Every text by key and language."""
    found: Texts = yaml.safe_load(WORDING.read_text(encoding="utf-8"))
    return found


class Wording:
    """The texts of one language. A key that has none, such as a unit, is shown as it is, with spaces."""

    def __init__(self, language: str) -> None:
        self.language = language

    def __call__(self, key: object, *values: object) -> str:
        texts = read_wording().get(str(key))
        return texts[self.language].format(*values) if texts else str(key).replace("_", " ")


def choose_language(asked: str | None, remembered: str | None, accepted: str) -> str:
    """The one that was clicked, or was clicked before, or that the browser would rather have."""
    for language in (asked, remembered):
        if language in LANGUAGES:
            return str(language)
    preferred = [part.split(";")[0].strip()[:2].lower() for part in accepted.split(",")]
    return next((language for language in preferred if language in LANGUAGES), "en")
