"""`claimhouse companies`: a name that the register lacks is proposed, added, and counts from the next run on."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

Command = Callable[..., CompletedProcess[str]]
ARTICLE = """Nordkai Werft eröffnet ein Dock

KIEL. Die Nordkai Werft GmbH hat am Montag ein Dock eröffnet. Nordkai stellt dafür 40 Leute ein. Kranholt \
verliert Aufträge. Kranholt sagte dazu nichts, ein Sprecher verwies auf die Zahlen des Jahres.
"""
OTHER = """Ein Kran für Lübeck

LÜBECK. Die Talflut Pumpen AG kauft einen Kran. Der Preis wurde am Dienstag nicht genannt, die Lieferung ist geplant.
"""


@pytest.fixture(scope="module")
def home(claimhouse: Command, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with two articles in it, and the articles beside it."""
    base = tmp_path_factory.mktemp("companies")
    (base / "articles").mkdir()
    (base / "articles" / "dock.txt").write_text(ARTICLE, encoding="utf-8")
    (base / "articles" / "kran.txt").write_text(OTHER, encoding="utf-8")
    assert claimhouse("import", base / "articles", "--home", base / "home").returncode == 0
    return base / "home"


def proposals(claimhouse: Command, home: Path, *arguments: object) -> list[dict[str, str]]:
    done = claimhouse("companies", "propose", "--home", home, *arguments)
    assert done.returncode == 0, done.stderr
    return list(csv.DictReader(io.StringIO(done.stdout)))


def test_what_the_register_lacks_is_proposed_with_its_evidence(claimhouse: Command, home: Path) -> None:
    found = {row["company_id"]: row for row in proposals(claimhouse, home)}
    assert {"nordkai-werft", "talflut-pumpen"} <= set(found)
    row = found["nordkai-werft"]
    assert (row["name"], row["legal_name"], row["article_count"]) == ("Nordkai Werft", "Nordkai Werft GmbH", "1")
    assert "Nordkai" in row["aliases"].split("|")
    assert "legal-form" in row["rule_ids"].split("|")
    assert row["evidence"] == "Die Nordkai Werft GmbH hat am Montag ein Dock eröffnet."
    assert list(row)[:9] == ("company_id name legal_name country sector ticker isin is_listed aliases".split())


def test_names_of_few_articles_can_be_left_out(claimhouse: Command, home: Path) -> None:
    assert proposals(claimhouse, home, "--min-articles", 2) == []


def test_a_proposal_that_was_added_is_registered_in_the_next_run(claimhouse: Command, home: Path) -> None:
    proposed, own = home.parent / "proposed.csv", home.parent / "own.csv"
    done = claimhouse("companies", "propose", "--home", home, "--output", proposed)
    assert (done.returncode, proposed.read_text(encoding="utf-8").count("\n")) == (0, 3)
    assert claimhouse("companies", "add", proposed, "--home", home).returncode == 0
    own.write_text("company_id;name;country;aliases\nkranholt;Kranholt Reederei;DE;Kranholt\n", encoding="utf-8")
    done = claimhouse("companies", "add", own, "--home", home)
    assert (done.returncode, done.stderr) == (0, "")
    assert "1 companies, 2 names" in done.stdout.replace("\n", " ")
    listed = json.loads(claimhouse("companies", "list", "--json", "--home", home).stdout)
    assert [(Path(row["file"]).name, row["companies"]) for row in listed] == [("own.csv", 1), ("proposed.csv", 2)]

    assert claimhouse("import", home.parent / "articles", "--home", home).returncode == 0
    sql = "select company_id, name, country, is_registered from companies order by 1"
    done = claimhouse("query", "--json", sql, "--home", home)
    rows = json.loads(done.stdout)
    assert [tuple(row.values()) for row in rows] == [
        ("kranholt", "Kranholt Reederei", "DE", True),
        ("nordkai-werft", "Nordkai Werft", None, True),
        ("talflut-pumpen", "Talflut Pumpen", None, True),
    ]
    assert proposals(claimhouse, home) == []


def test_what_an_own_file_overrules_is_said(claimhouse: Command, tmp_path: Path) -> None:
    own = tmp_path / "own.csv"
    own.write_text("company_id,name,aliases\nsiemens,Siemens Kiel,\nnordkai,Nordkai,Bosch\n", encoding="utf-8")
    done = claimhouse("companies", "add", own, "--home", tmp_path / "home")
    assert done.returncode == 0
    assert "siemens: replaces Siemens" in done.stderr
    assert "'Bosch' names nordkai from now on, no longer bosch" in done.stderr
    again = claimhouse("companies", "add", own, "--home", tmp_path / "home")
    assert again.stdout.startswith("Replaced ")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("company_id,name\nNord Kai,Nordkai\n", ["own.csv:2:", "company_id is 'Nord Kai'"]),
        ("company_id,name\n", ["own.csv", "has no company"]),
    ],
)
def test_a_file_with_a_mistake_is_refused_and_not_kept(
    claimhouse: Command, tmp_path: Path, content: str, words: list[str]
) -> None:
    own = tmp_path / "own.csv"
    own.write_text(content, encoding="utf-8")
    done = claimhouse("companies", "add", own, "--home", tmp_path / "home")
    assert (done.returncode, done.stdout) == (2, "")
    for word in words:
        assert word in done.stderr
    assert not (tmp_path / "home" / "register").exists()


def test_without_files_or_publication_it_says_what_to_do(claimhouse: Command, tmp_path: Path) -> None:
    done = claimhouse("companies", "list", "--home", tmp_path)
    assert "claimhouse companies add FILE.csv" in done.stdout.replace("\n", " ")
    done = claimhouse("companies", "propose", "--home", tmp_path)
    assert done.returncode == 1
    assert "Nothing is published" in done.stderr
