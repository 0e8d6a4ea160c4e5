"""The annotator as a whole: offsets that hold, noise that stays silent, equal output for equal input."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.annotate import Lexicon
from pipelines.annotate.annotator import NAMING
from pipelines.records import Annotations, Article, Paragraph, Region, Span
from tests.unit.annotate.articles import Annotate, Read, make_article

ROOT = Path(__file__).resolve().parents[3]
PUBLISHED = datetime(2023, 9, 14, 8, 30, tzinfo=UTC)
TITLE = "Samsung kauft Nordkai"
BLOCKS = (
    (Region.LEAD, "Samsung übernimmt die Nordkai Logistik GmbH für 1,2 Milliarden Euro, wie Reuters meldet."),
    "Der Chiphersteller stellt die Fertigung in Polen zum 3. Mai 2024 ein. Sein Rivale Nokia wächst um 12 Prozent.",
    "Anzeige",
    "Siemens bringt Zauberseife für 5 Euro auf den Markt.",
    (Region.QUOTE, "„Wir bauen zwei neue Fähren“, sagte Siemens-Chef Jonas Reet. Reet sprach in Köln."),
    "Die Gewerkschaft Kranwerk fordert im vergangenen Jahr mehr Lohn für drei Werke.",
    (Region.RELATED, "Huawei verkauft 30 Filialen"),
    "Foto: Xiaomi",
    "3 Kommentare",
    "Oppo ist besser als Vivo, sagte Ida Moor.",
)


@pytest.fixture(scope="module")
def story() -> Article:
    return make_article(*BLOCKS, title=TITLE, published=PUBLISHED)


@pytest.fixture(scope="module")
def found(story: Article, annotated: Annotate) -> Annotations:
    return annotated(story)


def spans(annotations: Annotations) -> Iterator[Span]:
    for part in fields(annotations):
        yield from (row for row in getattr(annotations, part.name) if isinstance(row, Span))


def text_of(article: Article, span: Span) -> str:
    home = article.title or "" if span.region is Region.TITLE else article.text
    assert 0 <= span.start_char < span.end_char <= len(home), span
    return home[span.start_char : span.end_char]


def test_every_kind_of_annotation_is_found(found: Annotations) -> None:
    assert [part.name for part in fields(found) if not getattr(found, part.name)] == []


def test_the_text_of_every_span_is_its_surface(story: Article, found: Annotations) -> None:
    for span in spans(found):
        words = text_of(story, span)
        assert words == getattr(span, "surface", words)


def test_a_cue_lasts_into_its_last_part(story: Article, found: Annotations) -> None:
    (cue,) = [c for c in found.cues if c.surface == "stellt" and story.text[c.last_char - 4 : c.last_char] == " ein"]
    assert cue.end_char < cue.last_char
    assert all(c.last_char >= c.end_char for c in found.cues)


def test_cues_are_rows_of_the_cue_lexicon(found: Annotations, lexicon: Lexicon) -> None:
    assert {c.cue_id for c in found.cues} <= set(lexicon.cue_kinds)
    assert {c.rule_id for c in found.cues} == {lexicon.cue_kinds[c.cue_id] for c in found.cues}


def test_the_title_is_sentence_zero_with_offsets_of_its_own(found: Annotations) -> None:
    title = [m for m in found.mentions if m.region is Region.TITLE]
    assert [(m.surface, m.start_char, m.end_char, m.sentence_no) for m in title] == [
        ("Samsung", 0, 7, 0),
        ("Nordkai", 14, 21, 0),
    ]
    assert found.sentences[0].end_char == len(TITLE)
    assert found.sentences[0].paragraph_no == -1


def test_sentences_are_numbered_in_order(found: Annotations) -> None:
    assert [s.sentence_no for s in found.sentences] == list(range(len(found.sentences)))


def test_sentences_stay_inside_their_paragraph_and_region(found: Annotations) -> None:
    for sentence in found.sentences[1:]:
        paragraph = found.paragraphs[sentence.paragraph_no]
        assert paragraph.start <= sentence.start_char < sentence.end_char <= paragraph.end
        assert paragraph.region is sentence.region


def test_spans_stay_inside_their_sentence_and_clause(found: Annotations) -> None:
    sentences = {s.sentence_no: s for s in found.sentences}
    clauses = {(c.sentence_no, c.clause_no) for c in found.clauses}
    quotations = set(found.quotations)
    for span in spans(found):
        sentence = sentences[span.sentence_no]
        assert sentence.region is span.region
        assert sentence.start_char <= span.start_char
        assert span in quotations or span.end_char <= sentence.end_char
        assert (span.sentence_no, span.clause_no) in clauses


def test_every_kind_of_annotation_is_in_text_order(read: Read) -> None:
    found = read(
        "Er traf gestern, am 3. Mai 2021, das Unternehmen. Es baut zwei Werke für 30 Kunden und sein Geld.",
        published=PUBLISHED,
    )
    unordered = []
    for part in fields(found):
        places = [(r.sentence_no, r.start_char) for r in getattr(found, part.name) if isinstance(r, Span)]
        if places != sorted(places):
            unordered.append(part.name)
    assert unordered == []


def test_noise_regions_name_nobody(story: Article, found: Annotations) -> None:
    assert {s.region for s in spans(found)} <= NAMING
    companies = {m.company_id for m in found.mentions}
    assert {"samsung", "nordkai-logistik", "nokia", "siemens"} <= companies
    assert not companies & {"huawei", "oppo", "vivo"}
    assert [m.company_id for m in found.mentions if m.region is Region.CAPTION] == ["xiaomi"]
    advertisement = story.text.index("Siemens bringt")
    assert all(not advertisement <= s.start_char < advertisement + 52 for s in found.sentences[1:])


def test_an_empty_article_has_no_annotations(annotated: Annotate) -> None:
    assert annotated(Article(None, None, "")) == Annotations()


@pytest.mark.parametrize("language", [None, "fr", "en"])
def test_an_unknown_language_is_read_as_english(read: Read, language: str | None) -> None:
    assert read("Samsung bought a plant.", language=language) == read("Samsung bought a plant.", language="en")


def test_equal_articles_give_equal_annotations(story: Article, found: Annotations, annotated: Annotate) -> None:
    assert annotated(story) == found


PROGRAM = """
import sys
from pathlib import Path
from pipelines.annotate import annotate, load_lexicon
from pipelines.records import Article, Paragraph, Region
text = sys.stdin.read()
paragraphs, at = [], 0
for block in text.split("\\n\\n"):
    paragraphs.append(Paragraph(at, at + len(block), Region.BODY, "test"))
    at += len(block) + 2
article = Article(None, "Samsung kauft Nordkai", text, tuple(paragraphs), language="de")
sys.stdout.write(repr(annotate(article, load_lexicon(Path("dbt/seeds")))))
"""


def test_processes_with_different_hash_seeds_agree(story: Article) -> None:
    outputs = [
        subprocess.run(
            [sys.executable, "-c", PROGRAM],
            cwd=ROOT,
            env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
            input=story.text,
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=True,
        ).stdout
        for seed in ("1", "4242")
    ]
    assert "Mention(" in outputs[0]
    assert outputs[0] == outputs[1]


WORDS = st.sampled_from(
    [
        *"Samsung Apple Nordkai Siemens' Siemens’s -Chef GmbH AG & S&P 500 der die das, und said sagte laut".split(),
        *"Chef Dr. Herr Jonas Reet stellt ein mit im Mai May 31. 2020 1.500 $5 million Mrd. Euro % zwei Q3".split(),
        *'gestern Anzeige Kommentare Foto: (dpa) „ “ » « " ( ) - – … . , : ; ﬁ ß İ 🚢'.split(),
        *("e\u0301", "\u00a0", "\u200b", "\n\n"),
    ]
)
TEXTS = st.lists(st.one_of(WORDS, st.text(max_size=6)), max_size=40).map(" ".join) | st.text(max_size=120)


@st.composite
def articles(draw: st.DrawFn) -> Article:
    """Any text, cut into ordered paragraphs at any places. None is a title: those stand outside the text."""
    text = draw(TEXTS)
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=8)))
    regions = st.sampled_from([region for region in Region if region is not Region.TITLE])
    paragraphs = tuple(Paragraph(a, b, draw(regions), "test") for a, b in zip(cuts[::2], cuts[1::2], strict=False))
    published = draw(st.none() | st.datetimes(min_value=datetime(1960, 1, 1), timezones=st.just(UTC)))
    return Article(
        None,
        draw(st.none() | TEXTS),
        text,
        paragraphs,
        published=published,
        language=draw(st.sampled_from(["de", "en"])),
    )


@given(article=articles())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_article_is_read_and_every_offset_is_in_range(article: Article, annotated: Annotate) -> None:
    found = annotated(article)
    for span in spans(found):
        words = text_of(article, span)
        assert words == getattr(span, "surface", words)
    assert len(found.paragraphs) == len(article.paragraphs)
