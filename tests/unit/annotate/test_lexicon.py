"""Reading the seeds: what the lexicon holds, its version, and its words when a file is missing."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pipelines.annotate import Lexicon, load_lexicon
from pipelines.annotate.lexicon import ANNOTATOR, SEEDS
from pipelines.errors import SettingsError

ROWS = {
    "company_register": (
        "company_id,name,legal_name,country,sector,ticker,isin,is_listed\nnordkai,Nordkai,,DE,,,,false\n"
    ),
    "company_aliases": "alias,company_id,match\nNordkai,nordkai,plain\nKai,nordkai,context\n",
    "source_register": "source_id,name,kind,company_id,forms\nkontor,Kontor,medium,,Kontor|Kontor Online\n",
    "cues": (
        "cue_id,language,kind,word,forms,move_type,direction,certainty,manner,strength,slot\n"
        "de-kaufen,de,move,kaufen,kauft|kaufte,acquisition,,,,,subject\n"
        "en-buy,en,move,buy,buys|bought,acquisition,,,,,subject\n"
        "de-werft,de,description,*werft,die *werft,,,,,,\n"
    ),
    "markets": "market_id,name,kind,country,forms\nkiel,Kiel,city,DE,Kiel\n",
    "name_clues": "clue_id,language,place,points,words\nlast,any,last_word,3,Werft|Airlines\n",
    "units": "unit,kind,factor,language,forms\nEUR,currency,,any,Euro|€\nscale,scale,1000000,de,Million\n",
}
"""A lexicon of a few rows: small enough to be read again for every change."""


@pytest.fixture
def small(tmp_path: Path) -> Path:
    for name, content in ROWS.items():
        (tmp_path / f"{name}.csv").write_text(content, encoding="utf-8")
    return tmp_path


def test_the_seeds_of_the_project_fill_every_part(lexicon: Lexicon) -> None:
    assert set(lexicon.matchers) == set(lexicon.units) == {"de", "en"}
    for part in (lexicon.companies, lexicon.aliases, lexicon.context_aliases, lexicon.cue_kinds, lexicon.descriptions):
        assert part
    assert set(lexicon.aliases.values()) <= set(lexicon.companies)
    assert lexicon.context_aliases <= set(lexicon.aliases)
    assert "Köln" in lexicon.places


def test_what_the_small_lexicon_holds(small: Path) -> None:
    lexicon = load_lexicon(small)
    assert lexicon.companies == {"nordkai": "Nordkai"}
    assert lexicon.aliases == {"Nordkai": "nordkai", "Kai": "nordkai"}
    assert lexicon.context_aliases == {"Kai"}
    assert lexicon.cue_kinds == {"de-kaufen": "move", "en-buy": "move", "de-werft": "description"}
    assert lexicon.descriptions == {"werft"}
    assert lexicon.places == {"Kiel"}
    assert lexicon.speaking_companies == {"kontor": ("kontor", "Kontor")}
    assert lexicon.name_clues["de"].is_written("last_word", "Airlines")
    assert set(lexicon.units["de"]) == {"euro", "€", "million"}
    assert set(lexicon.units["en"]) == {"euro", "€"}


def test_names_count_in_both_languages_and_cues_in_their_own(small: Path) -> None:
    lexicon = load_lexicon(small)
    for language, cue in (("de", "de-kaufen"), ("en", "en-buy")):
        found = lexicon.matchers[language].find("Nordkai kauft Kontor in Kiel, Nordkai bought it.")
        assert [h.entry.key for h in found] == (
            ["nordkai", cue, "kontor", "kiel", "nordkai"]
            if language == "de"
            else ["nordkai", "kontor", "kiel", "nordkai", cue]
        )


@pytest.mark.parametrize("name", SEEDS)
def test_a_missing_seed_is_named(small: Path, name: str) -> None:
    path = small / f"{name}.csv"
    path.unlink()
    with pytest.raises(SettingsError) as caught:
        load_lexicon(small)
    assert str(path) in str(caught.value)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="nowhere"):
        load_lexicon(tmp_path / "nowhere")


def test_the_version_tells_code_and_seeds(small: Path, tmp_path: Path) -> None:
    version = load_lexicon(small).version
    assert version.startswith(f"{ANNOTATOR}+")
    copy = shutil.copytree(small, tmp_path / "copy")
    assert load_lexicon(copy).version == version


@pytest.mark.parametrize("name", SEEDS)
def test_the_version_changes_with_the_bytes_of_a_seed(small: Path, name: str) -> None:
    before = load_lexicon(small).version
    with (small / f"{name}.csv").open("ab") as file:
        file.write(b"\n")
    assert load_lexicon(small).version != before
