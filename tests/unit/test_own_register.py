"""A user's own companies: what a file may say, what is told about a mistake, and what the lexicon makes of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.annotate import load_lexicon
from pipelines.errors import SettingsError
from pipelines.register import MAX_BYTES, read_own_register, read_register_file, registered_with
from pipelines.settings import ROOT

Write = Callable[..., Path]
HEAD = "company_id,name,legal_name,country,sector,ticker,isin,is_listed,aliases\n"
SEEDS = ROOT / "dbt" / "seeds"


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def one(content: str | bytes, name: str = "own.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return one


def test_all_columns_of_a_row(write: Write) -> None:
    row = "nordkai,Nordkai,Nordkai Werft AG,DE,engineering,NKW,DE0007164600,true,Nordkai-Werft|?Kai\n"
    (company,) = read_register_file(write(HEAD + row))
    assert (company.company_id, company.name, company.legal_name) == ("nordkai", "Nordkai", "Nordkai Werft AG")
    assert (company.country, company.sector, company.ticker) == ("DE", "engineering", "NKW")
    assert (company.isin, company.is_listed) == ("DE0007164600", True)
    assert company.names == (("Nordkai", False), ("Nordkai-Werft", False), ("Kai", True))


@pytest.mark.parametrize(
    "content",
    [
        "company_id,name\nnordkai,Nordkai\n",
        "company_id;name\r\nnordkai;Nordkai\r\n",
        "\ufeffname, company_id\n Nordkai ,nordkai\n",
        "company_id,name,evidence,article_count\nnordkai,Nordkai,\"Er sagte: \"\"Ja\"\",\nund ging.\",3\n",
        "company_id,name,aliases\nnordkai,Nordkai,| |?|\n",
    ],
)  # fmt: skip
def test_two_columns_are_enough_however_they_are_written(write: Write, content: str) -> None:
    (company,) = read_register_file(write(content))
    assert (company.company_id, company.names, company.is_listed) == ("nordkai", (("Nordkai", False),), None)


def test_a_name_that_needs_context_is_marked_among_the_aliases(write: Write) -> None:
    (company,) = read_register_file(write("company_id,name,aliases\nkai,Kai,?Kai\n"))
    assert company.names == (("Kai", True),)


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        ("", 1, ["no column 'company_id'", "company_id,name,legal_name"]),
        ("company_id,nam\nnordkai,Nordkai\n", 1, ["no column 'name'"]),
        ("company_id,name,land\nnordkai,Nordkai,DE\n", 1, ["unknown column 'land'", "country"]),
        ("company_id,name,name\nnordkai,Nordkai,Kai\n", 1, ["'name' stands twice"]),
        ("company_id,name\nnordkai,Nordkai\nKranholt AG,Kranholt\n", 3, ["'Kranholt AG'", "small letters"]),
        ("company_id,name\n,Nordkai\n", 2, ["company_id is ''"]),
        ("company_id,name\nnordkai,\n", 2, ["name is empty"]),
        ("company_id,name\nnordkai,N\n", 2, ["'N' is no name"]),
        ("company_id,name,aliases\nnordkai,Nordkai,--\n", 2, ["'--' is no name"]),
        ("company_id,name,country\nnordkai,Nordkai,Deutschland\n", 2, ["country is 'Deutschland'", "DE"]),
        ("company_id,name,isin\nnordkai,Nordkai,716460\n", 2, ["isin is '716460'"]),
        ("company_id,name,is_listed\nnordkai,Nordkai,ja\n", 2, ["is_listed is 'ja'", "true, false"]),
        ("company_id,name\nnordkai,Nordkai\n\nnordkai,Kai\n", 4, ["'nordkai' stands above already"]),
        ("company_id,name\nnordkai,Nordkai,DE\n", 2, ["more fields"]),
        ('company_id,name\nnordkai,"Nordkai\n', 2, ["is not CSV"]),
    ],
)
def test_a_mistake_is_told_with_its_line(write: Write, content: str, line: int, words: list[str]) -> None:
    path = write(content)
    with pytest.raises(SettingsError) as caught:
        read_register_file(path)
    message = str(caught.value)
    assert message.startswith(f"{path}:{line}: ")
    for word in words:
        assert word in message


def test_a_file_that_is_none_is_told_apart(write: Write, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="not UTF-8"):
        read_register_file(write(b"company_id,name\nnordkai,Nordk\xe4i\n"))
    with pytest.raises(SettingsError, match="cannot be read"):
        read_register_file(tmp_path / "nowhere.csv")
    large = write("")
    with large.open("r+b") as file:
        file.truncate(MAX_BYTES + 1)
    with pytest.raises(SettingsError, match="several files"):
        read_register_file(large)


def test_a_folder_is_read_whole_and_sorted_by_id(write: Write, tmp_path: Path) -> None:
    assert read_own_register(tmp_path / "nowhere") == ()
    write("company_id,name\nnordkai,Nordkai\n", "a.csv")
    write("company_id,name\nkranholt,Kranholt\n", "b.csv")
    write("no register", "notes.txt")
    assert [company.company_id for company in read_own_register(tmp_path)] == ["kranholt", "nordkai"]


@pytest.mark.parametrize("row", ["nordkai,Nordkai Reederei", "kranholt,Nordkai"])
def test_two_files_may_not_have_one_company_or_one_name(write: Write, tmp_path: Path, row: str) -> None:
    write("company_id,name\nnordkai,Nordkai\n", "a.csv")
    write(f"company_id,name\n{row}\n", "b.csv")
    with pytest.raises(SettingsError, match=r"b\.csv: .*nordkai.*a\.csv"):
        read_own_register(tmp_path)


def test_an_own_row_replaces_the_shipped_one_and_its_names_stay(write: Write) -> None:
    register = [dict.fromkeys(HEAD.strip().split(",")[:-1], "") | {"company_id": "kai", "name": "Kai", "country": "AT"}]
    aliases = [{"alias": form, "company_id": "kai", "match": "plain"} for form in ("Kai", "Kaibau")]
    own = read_register_file(write("company_id,name,country,is_listed,aliases\nkai,Kai Bau,DE,false,?Kai\n"))
    companies, names = registered_with(register, aliases, own)
    assert [(row["company_id"], row["name"], row["country"], row["is_listed"]) for row in companies] == [
        ("kai", "Kai Bau", "DE", "false")
    ]
    assert {row["alias"]: row["match"] for row in names} == {"Kai": "context", "Kaibau": "plain", "Kai Bau": "plain"}


def test_the_lexicon_knows_own_companies_and_says_so_in_its_version(write: Write) -> None:
    own = read_register_file(write("company_id,name,aliases\nnordkai,Nordkai,Siemens|?Holt\n"))
    shipped, with_own = load_lexicon(SEEDS), load_lexicon(SEEDS, own)
    assert "nordkai" not in shipped.companies
    assert with_own.companies["nordkai"] == "Nordkai"
    assert with_own.aliases["Siemens"] == "nordkai", "an own name goes before a shipped one"
    assert "Holt" in with_own.context_aliases
    assert shipped.version != with_own.version == load_lexicon(SEEDS, own).version
    found = with_own.matchers["de"].find("Nordkai und Siemens")
    assert {hit.entry.key for hit in found if hit.entry.kind == "company"} == {"nordkai"}
