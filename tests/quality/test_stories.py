"""Which articles tell one story: pairs of invented articles under `stories/`, labelled by hand. Agency reports stand
there as sent, with cuts and written anew; reports of the same matter by others; and short ones over a publisher's
standing text. The rules were set with the articles of `seen` at hand; `unseen` was written and labelled afterwards by
somebody who did not know the rules, and nothing was changed after it was measured."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import combinations
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from pipelines.settings import load_settings
from pipelines.warehouse import build_models
from tests.written import Written, load_written

LABELLED = Path(__file__).with_name("stories")
DAY = date(2026, 3, 2)
PUBLISHED = datetime(2026, 3, 2, 7, tzinfo=UTC)
PARTS = ("seen", "unseen")
PRECISION, RECALL = 0.95, 0.9


def read(part: str, name: str) -> Any:
    return yaml.safe_load((LABELLED / part / f"{name}.yaml").read_text(encoding="utf-8"))


def labelled(part: str) -> Iterator[tuple[str, Written]]:
    """Every article of a part with the story it tells."""
    standing = read(part, "boilerplate")
    for language in ("german", "english"):
        rows = read(part, language)
        by_id = {row["id"]: row for row in rows}
        for row in rows:
            kept = [paragraphs(by_id[row["of"]]["text"])[n] for n in row["keep"]] if "of" in row else []
            own = paragraphs(row.get("text", ""))
            below = paragraphs(standing[row["boilerplate"]]) if "boilerplate" in row else []
            text = "\n\n".join([*kept, *own, *row.get("add", []), *below])
            yield row["story"], Written(f"{part}-{row['id']}", text, row["title"], row["publisher"], PUBLISHED)


def paragraphs(text: str) -> list[str]:
    return text.strip().split("\n\n") if text else []


Pair = frozenset[str]


Pairs = dict[str, tuple[set[Pair], set[Pair]]]


@pytest.fixture(scope="module")
def pairs(tmp_path_factory: pytest.TempPathFactory) -> Pairs:
    """The pairs of articles that tell one story, by part: as labelled, as found. All are told on one day."""
    articles = {part: list(labelled(part)) for part in PARTS}
    settings = load_settings(tmp_path_factory.mktemp("stories") / "home", None, {})
    load_written(settings, DAY, [article for part in PARTS for _, article in articles[part]])
    build_models(settings)
    with duckdb.connect(str(settings.home.warehouse)) as warehouse:
        rows = warehouse.execute("select url, story_id from story_articles inner join articles using (article_id)")
        found = {url.rsplit("/", 1)[-1]: story for url, story in rows.fetchall()}
    told = {part: {article.name: story for story, article in articles[part]} for part in PARTS}
    assert found.keys() == {name for part in PARTS for name in told[part]}
    return {
        part: (pairs_of(told[part]), {pair for pair in pairs_of(found) if pair & told[part].keys()}) for part in PARTS
    }


def pairs_of(stories: dict[str, str]) -> set[Pair]:
    return {frozenset(pair) for pair in combinations(stories, 2) if stories[pair[0]] == stories[pair[1]]}


@pytest.mark.parametrize("part", PARTS)
def test_the_labels_hold_each_kind_of_pair(pairs: Pairs, part: str) -> None:
    assert len(pairs[part][0]) >= 20
    rows = [*read(part, "german"), *read(part, "english")]
    assert len([row for row in rows if "of" in row]) >= 8
    assert len([row for row in rows if "boilerplate" in row]) >= 8


@pytest.mark.parametrize("part", PARTS)
def test_what_is_grouped_is_one_story(pairs: Pairs, part: str) -> None:
    labels, found = pairs[part]
    wrong = sorted(map(sorted, found - labels))
    assert len(found & labels) >= PRECISION * len(found), wrong


@pytest.mark.parametrize("part", PARTS)
def test_what_is_one_story_is_grouped(pairs: Pairs, part: str) -> None:
    labels, found = pairs[part]
    missed = sorted(map(sorted, labels - found))
    assert len(found & labels) >= RECALL * len(labels), missed
