"""Sources that no lexicon knows, recognised by the noun before them."""

from __future__ import annotations

import pytest

from pipelines.annotate.named_sources import find_named_sources
from tests.unit.annotate.articles import Read


def sources(sentence: str) -> list[tuple[str, str]]:
    return [(sentence[a:b], kind) for a, b, kind, _ in find_named_sources(sentence)]


@pytest.mark.parametrize(
    ("sentence", "name", "kind"),
    [
        ("Der Marktforscher Nordblick zählt Fähren.", "Nordblick", "research_firm"),
        ("Die Investmentbank Harms & Cole rät ab.", "Harms & Cole", "bank_analyst"),
        ("Das Magazin „Kontor“ berichtet darüber.", "Kontor", "medium"),
        ("Wie das Portal Hafenblick meldet, wächst der Markt.", "Hafenblick", "medium"),
        ("Die Nachrichtenagentur Elbdienst meldet es.", "Elbdienst", "news_agency"),
        ("Die Gewerkschaft Kranwerk fordert mehr Lohn.", "Kranwerk", "association"),
        ("Die Aufsichtsbehörde Seewacht prüft.", "Seewacht", "authority"),
        ("The research firm Northview counted ferries.", "Northview", "research_firm"),
        ("That came from analysts at Harms Cole today.", "Harms Cole", "bank_analyst"),
        ("The newspaper Harbour Post wrote so.", "Harbour Post", "medium"),
        ("The union Dockhands wants more.", "Dockhands", "association"),
        ("The regulator Seaguard looks into it.", "Seaguard", "authority"),
    ],
)
def test_a_name_behind_its_kind(sentence: str, name: str, kind: str) -> None:
    assert sources(sentence) == [(name, kind)]


@pytest.mark.parametrize(
    ("sentence", "name"),
    [
        ("Das Bundesamt für Seefahrt prüft.", "Bundesamt für Seefahrt"),
        ("Das Hafenministerium prüft.", "Hafenministerium"),
        ("Das Landgericht Elbstadt prüft.", "Landgericht Elbstadt"),
        ("Die Staatsanwaltschaft Elbstadt prüft.", "Staatsanwaltschaft Elbstadt"),
    ],
)
def test_an_authority_names_itself(sentence: str, name: str) -> None:
    assert sources(sentence) == [(name, "authority")]


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("Elbstadt (www.hafendienst.de)", "www.hafendienst.de"),
        ("ELBSTADT (HAFENDIENST GMBH)", "HAFENDIENST GMBH"),
        ("HAMBURG (Hafendienst) - Der Hafen bleibt zu.", "Hafendienst"),
    ],
)
def test_a_dateline_names_its_wire(line: str, name: str) -> None:
    assert sources(line) == [(name, "news_agency")]


@pytest.mark.parametrize(
    "line", ["Ida Moor (CDU)", "Elbstadt (Foto)", "Der Hafen (Kiel) bleibt zu.", "KIEL (IG Metall)"]
)
def test_brackets_alone_make_no_dateline(line: str) -> None:
    assert sources(line) == []


@pytest.mark.parametrize(
    "sentence",
    ["Die Zeitung kam spät.", "The newspaper was late.", "Die Zeitungen der Stadt.", "Ein Verband half.", ""],
)
def test_the_kind_alone_is_no_source(sentence: str) -> None:
    assert sources(sentence) == []


def test_the_article_gives_kind_and_id(read: Read) -> None:
    (found,) = read("Die Gewerkschaft Kranwerk fordert mehr Lohn.").source_mentions
    assert (found.source_id, found.kind, found.surface, found.rule_id) == (
        "kranwerk", "association", "Kranwerk", "kind-noun",
    )  # fmt: skip


def test_the_lexicon_goes_before_the_kind_noun(read: Read) -> None:
    (found,) = read("Die Nachrichtenagentur Reuters meldete Regen.").source_mentions
    assert (found.source_id, found.kind, found.rule_id) == ("reuters", None, "source-lexicon")


def test_a_company_behind_a_kind_noun_stays_a_company(read: Read) -> None:
    found = read("Der Verband Siemens half.")
    assert [m.company_id for m in found.mentions] == ["siemens"]
    assert found.source_mentions == ()
