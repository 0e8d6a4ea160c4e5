"""Both languages say everything that the pages ask for."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pipelines.explore.pages import HERE
from pipelines.explore.wording import LANGUAGES, Wording, choose_language, read_wording
from pipelines.settings import ROOT

SAID = re.compile(r'say\("(\w+)"')


def test_every_text_is_there_in_both_languages() -> None:
    assert [key for key, texts in read_wording().items() if set(texts) != set(LANGUAGES)] == []


@pytest.mark.parametrize("template", sorted((HERE / "templates").glob("*.html")), ids=lambda path: path.name)
def test_what_a_template_says_is_worded(template: Path) -> None:
    assert set(SAID.findall(template.read_text(encoding="utf-8"))) <= read_wording().keys()


def test_types_certainties_and_strengths_are_worded() -> None:
    types = (ROOT / "dbt" / "seeds" / "move_types.csv").read_text(encoding="utf-8").splitlines()[1:]
    assert {line.split(",")[0] for line in types} <= read_wording().keys()


@pytest.mark.parametrize(
    ("asked", "remembered", "accepted", "chosen"),
    [
        ("de", "en", "en", "de"),
        (None, "de", "en", "de"),
        (None, None, "de-AT,de;q=0.9,en;q=0.8", "de"),
        (None, None, "fr,en;q=0.5", "en"),
        ("xx", "yy", "", "en"),
    ],
)
def test_the_language_is_what_was_clicked_or_what_the_browser_wants(
    asked: str | None, remembered: str | None, accepted: str, chosen: str
) -> None:
    assert choose_language(asked, remembered, accepted) == chosen


def test_what_has_no_text_is_shown_as_it_is() -> None:
    assert Wording("de")("private_bank") == "private bank"
