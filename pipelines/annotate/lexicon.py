"""The lexicons, read from the dbt seeds so that SQL and Python look at the same rows. Nothing here reads an article."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from pipelines.annotate.gate import Gate
from pipelines.annotate.matching import Entry, Matcher, entries
from pipelines.annotate.name_clues import NameClues
from pipelines.annotate.spellings import spellings
from pipelines.errors import SettingsError
from pipelines.register import OwnCompany, registered_with
from pipelines.versions import digest_of, files_of

ANNOTATOR = "3"
"""For people: raised when what is annotated changes much. Every change of code is in the digest behind it."""

MIN_NOUN = 4
MIN_TICKER = 2
NO_NOUNS = frozenset("like from than with such gegen wie über unter".split())
"""Last words of multi-word cues that are no nouns."""
RIVAL_NOUNS = frozenset(("name", "adjective", "peer", "leader"))
"""Slots of rival cues that are nouns, as against verbs and words of comparison."""
COMPANY_KINDS = frozenset({"medium", "news_agency"})
"""Kinds of sources that are companies themselves."""
BODY_KINDS = frozenset({"authority", "association"})
"""Kinds of sources that are none."""
PRODUCTS = frozenset({"segment"})
"""Kinds of markets that are no places."""
SEEDS = ("company_register", "company_aliases", "source_register", "cues", "markets", "units", "name_clues")


@dataclass(frozen=True, slots=True)
class Unit:
    """A row of the unit lexicon. `kind`: currency, percent, scale, count or number_word."""

    unit: str
    kind: str
    factor: float | None


class Units(dict[str, Unit]):
    """Surface (case folded) → its row.

    `number_letters` opens for texts (case folded) in which one of the `number_words` may stand.
    """

    def __init__(self, rows: Iterable[tuple[str, Unit]]) -> None:
        super().__init__(rows)
        self.number_words = frozenset(form for form, unit in self.items() if unit.kind == "number_word")
        self.number_letters = Gate(self.number_words)


@dataclass(frozen=True, slots=True)
class Lexicon:
    """What the annotator looks for. Built once by `load_lexicon`, then only read.

    `matchers` has one automaton per language; `companies` maps id to name, `tickers` id to ticker, `aliases` surface to
    id, `cue_kinds` cue to kind, `units` surface to its row per language; `name_clues` is what makes an unknown name a
    company. `places` are cities, `regions` those and the larger ones. `speaking_companies` maps the sources that are
    companies to company id and name, `public_bodies` are those that are none.
    """

    version: str
    matchers: dict[str, Matcher]
    companies: dict[str, str]
    tickers: dict[str, str]
    aliases: dict[str, str]
    context_aliases: frozenset[str]
    cue_kinds: dict[str, str]
    speech_slots: dict[str, str]
    descriptions: frozenset[str]
    places: frozenset[str]
    regions: frozenset[str]
    countries: frozenset[str]
    speaking_companies: dict[str, tuple[str, str]]
    public_bodies: frozenset[str]
    units: dict[str, Units]
    name_clues: dict[str, NameClues]


def annotator_version(seeds: Path, own: Sequence[OwnCompany] = ()) -> str:
    """Changes with the annotator's code, the seeds and a user's own companies: what was annotated by another one is
    stale. Raises `SettingsError` naming a seed that cannot be read."""
    files = [seeds / f"{name}.csv" for name in SEEDS]
    try:
        return f"{ANNOTATOR}+{digest_of([*files_of(Path(__file__).parent), *files], repr(tuple(own)))}"
    except OSError as error:
        raise SettingsError(f"{error.filename}: cannot be read ({error.strerror}).") from error


def load_lexicon(seeds: Path, own: Sequence[OwnCompany] = ()) -> Lexicon:
    """Read the seeds of the dbt project, with a user's own companies beside the register.

    Raises `SettingsError` naming the file when one cannot be read.
    """
    rows = {name: _read(seeds / f"{name}.csv") for name in SEEDS}
    if own:
        register, aliases = registered_with(rows["company_register"], rows["company_aliases"], own)
        rows |= {"company_register": register, "company_aliases": aliases}
    names, cues = list(_names(rows)), rows["cues"]
    return Lexicon(
        version=annotator_version(seeds, own),
        matchers={language: Matcher(chain(names, _cues(cues, language))) for language in ("de", "en")},
        companies={r["company_id"]: r["name"] for r in rows["company_register"]},
        tickers={r["company_id"]: r["ticker"] for r in rows["company_register"] if len(r["ticker"]) >= MIN_TICKER},
        aliases={r["alias"]: r["company_id"] for r in rows["company_aliases"]},
        context_aliases=frozenset(r["alias"] for r in rows["company_aliases"] if r["match"] == "context"),
        cue_kinds={r["cue_id"]: r["kind"] for r in cues},
        speech_slots={r["cue_id"]: r["slot"] for r in cues if r["kind"] == "speech"},
        descriptions=frozenset(_description_nouns(cues)),
        regions=frozenset(form for r in rows["markets"] if r["kind"] not in PRODUCTS for form in r["forms"].split("|")),
        places=frozenset(form for r in rows["markets"] if r["kind"] == "city" for form in r["forms"].split("|")),
        countries=frozenset(r["market_id"] for r in rows["markets"] if r["kind"] == "country"),
        speaking_companies={
            r["source_id"]: (r["company_id"] or r["source_id"], r["name"])
            for r in rows["source_register"]
            if r["kind"] in COMPANY_KINDS
        },
        public_bodies=frozenset(r["source_id"] for r in rows["source_register"] if r["kind"] in BODY_KINDS),
        units={language: Units(_units(rows["units"], language)) for language in ("de", "en")},
        name_clues={language: NameClues(rows["name_clues"], language) for language in ("de", "en")},
    )


def _read(path: Path) -> list[dict[str, str]]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))
    except OSError as error:
        raise SettingsError(
            f"{path}: the lexicon cannot be read ({error.strerror}). Is the dbt project whole?"
        ) from error


def _names(rows: dict[str, list[dict[str, str]]]) -> Iterator[tuple[str, Entry]]:
    """The surface forms of companies, sources and markets, which count in texts of every language."""
    taken = {row["alias"] for row in rows["company_aliases"]}
    for row in rows["company_aliases"]:
        yield from entries("company", row["company_id"], row["alias"], is_name=True)
        for written in spellings(row["alias"], taken) if row["match"] == "plain" else ():
            yield from entries("company", row["company_id"], written, is_name=True)
    for row in rows["source_register"]:
        for form in row["forms"].split("|"):
            yield from entries("source", row["source_id"], form, is_name=True)
    for row in rows["markets"]:
        for form in row["forms"].split("|"):
            yield from entries("market", row["market_id"], form, is_name=True)


def _cues(cues: list[dict[str, str]], language: str) -> Iterator[tuple[str, Entry]]:
    for row in cues:
        if row["language"] == language:
            for form in row["forms"].split("|"):
                yield from entries(row["kind"], row["cue_id"], form)


def _description_nouns(cues: list[dict[str, str]]) -> Iterator[str]:
    """The nouns of definite descriptions and of rival and role cues, which stand before names ("Chiphersteller X")."""
    for row in cues:
        if row["kind"] in ("description", "role") or row["slot"] in RIVAL_NOUNS:
            for form in row["forms"].split("|"):
                noun = form.split(" ")[-1].strip("*")
                is_noun = noun[:1].isupper() or row["language"] == "en" or "*" in form
                if is_noun and len(noun) >= MIN_NOUN and noun.casefold() not in NO_NOUNS and "…" not in form:
                    yield noun.casefold()


def _units(rows: list[dict[str, str]], language: str) -> Iterator[tuple[str, Unit]]:
    for row in rows:
        if row["language"] in (language, "any"):
            unit = Unit(row["unit"], row["kind"], float(row["factor"]) if row["factor"] else None)
            for form in row["forms"].split("|"):
                yield form.casefold(), unit
