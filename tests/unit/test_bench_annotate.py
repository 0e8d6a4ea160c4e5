"""What `make bench-annotate` does by itself: copy articles to other addresses, write its part of the page."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from benchmarks.annotate import ROOT, Build, Speed, copied, render
from benchmarks.parse import PAGE, with_part
from pipelines.records import Annotations, Page
from pipelines.steps import identify
from tests.unit.annotate.articles import make_article

DAY = date(2026, 3, 2)


def test_the_page_has_one_place_for_it_and_gets_what_was_measured() -> None:
    page = PAGE.read_text(encoding="utf-8")
    told = render(Speed(10, 12_000, 1.5, 200.0, 210.0), 100_004, [Build("one article changed", 3.21, 3.98)])
    assert "**8,000 sentences per CPU second**" in told
    assert "| one article changed | 3.2 | 4.0 |" in told
    written = with_part(page, "annotate", told)
    assert told in written
    assert written.startswith(page[: page.index("<!-- annotate -->")])
    assert written.endswith(page[page.index("<!-- /annotate -->") :])


def test_copies_are_other_articles_with_the_same_content() -> None:
    page = Page("press", DAY, "https://news.example/a", 200, None, b"", datetime(2026, 3, 2, tzinfo=UTC))
    found = identify(page, make_article("Siemens streicht 250 Stellen.")), Annotations()
    copies = [copied(found, copy, DAY)[0] for copy in range(3)]
    assert len({one.article_id for one in copies} | {one.version_id for one in copies}) == 6
    assert len({one.url for one in copies}) == 3
    assert all(replace(one.article, canonical_url=None) == found[0].article for one in copies)


def test_without_the_labelled_articles_it_says_what_is_missing(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "benchmarks.annotate", "--shared", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert f"{tmp_path}/corpora/facts/pages is missing" in done.stderr
