"""Adding sources to a sources file: behind the last one, whole or not at all, and nothing else is touched."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from pydantic import TypeAdapter

from pipelines.errors import SettingsError
from pipelines.settings import read_sources_file
from pipelines.source_list import add_sources, line_of
from pipelines.sources import Source

ONE = '{id: one, name: One, type: feed, url: "https://one.example/feed", language: de}'
TWO = '{id: two, name: Two, type: feed, url: "https://two.example/feed", language: de}'


def make(source_id: str = "new", **values: object) -> Source:
    return TypeAdapter(Source).validate_python(
        {"id": source_id, "name": "The New", "type": "feed", "url": "https://new.example/feed", "language": "en"}
        | values
    )


NEW = '{id: "new", name: "The New", type: "feed", language: "en", url: "https://new.example/feed"}'


def added(tmp_path: Path, text: str, *sources: Source) -> str:
    """The file after adding; it is valid and has the old sources and then the new ones."""
    path = tmp_path / "sources.yaml"
    path.write_text(text, encoding="utf-8")
    before = read_sources_file(path).sources
    add_sources(path, sources or (make(),))
    assert read_sources_file(path).sources == (*before, *(sources or (make(),)))
    assert [item.name for item in tmp_path.iterdir()] == ["sources.yaml"]
    return path.read_text(encoding="utf-8")


HEAD = "start_date: 2026-03-01\n"
LIST = f"{HEAD}sources:\n  - {ONE}"
MORE = "http: {delay: 2}\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f"{LIST}\n", f"{LIST}\n  - {NEW}\n"),
        (f"{HEAD}sources:\n- {ONE}\n", f"{HEAD}sources:\n- {ONE}\n- {NEW}\n"),
        (LIST, f"{LIST}\n  - {NEW}\n"),
        (f"{LIST}   # daily\n\n# the end\n", f"{LIST}   # daily\n  - {NEW}\n\n# the end\n"),
        (f"{LIST}\n{MORE}", f"{LIST}\n  - {NEW}\n{MORE}"),
        (f"sources:\n    - {ONE}\n    - {TWO}\n\n{HEAD}", f"sources:\n    - {ONE}\n    - {TWO}\n    - {NEW}\n\n{HEAD}"),
        (HEAD, f"{HEAD}\nsources:\n  - {NEW}\n"),
        (f"{HEAD}sources:\n", f"{HEAD}sources:\n  - {NEW}\n"),
        (f"{HEAD}sources:   # none yet\n{MORE}", f"{HEAD}sources:  # none yet\n  - {NEW}\n{MORE}"),
        (f"{HEAD}sources: []\n{MORE}", f"{HEAD}sources:\n  - {NEW}\n{MORE}"),
        (f"{HEAD}sources: null", f"{HEAD}sources:\n  - {NEW}\n"),
    ],
)
def test_new_sources_stand_behind_the_last_one(tmp_path, before, after):
    assert added(tmp_path, before) == after


BLOCK = """\
# Owned by the desk.
start_date: 2026-03-01
sources:
  # The morning papers.
  - id: one
    name: "Eins: eine Zeitung"   # with a colon
    type: feed
    url: https://one.example/feed
    language: de
    exclude:
      - /sport/
      - /quiz/

  # - id: switched-off

collect: {late_days: 2}   # the last line
"""


def test_blocks_and_comments_stay_as_they_are(tmp_path):
    text = added(tmp_path, BLOCK)
    assert text.replace(f"  - {NEW}\n", "") == BLOCK
    assert text.index("/quiz/") < text.index(NEW) < text.index("collect:")


FOLDED = """\
start_date: 2026-03-01
sources:
  - type: feed
    id: one
    language: de
    url: https://one.example/feed
    name: >
      A name
      on two lines
"""
BRACES = """\
start_date: 2026-03-01
sources:
  - {id: one, name: One, type: feed,
     language: de, url: "https://one.example/feed"
    } # so
# the end
"""


@pytest.mark.parametrize("more", ["", "\n\n# the end\n", MORE])
@pytest.mark.parametrize("style", [">", "|", "|+", ">-"])
def test_a_block_that_ends_with_several_lines_of_text(tmp_path, style, more):
    added(tmp_path, FOLDED.replace(">", style) + more)


def test_a_source_in_braces_over_several_lines(tmp_path):
    assert added(tmp_path, BRACES) == BRACES.replace("# so\n", f"# so\n  - {NEW}\n")


def test_several_sources_of_several_types(tmp_path):
    sources = (
        make("site", type="site", url="https://news.example", enabled=False),
        make("umlaut", name='Die "Ähre": Neues', opt_outs="skip", exclude=[r"/sport/\d+", "#x"]),
        make("past", type="archive", url="https://news.example/{yyyy}/{mm}/{dd}", links="h2 > a[href]"),
    )
    text = added(tmp_path, f"{HEAD}sources:\n  - {ONE}\n", *sources)
    assert "Ähre" in text
    added(tmp_path, text, make("more"))


def test_a_file_with_the_line_ends_of_windows(tmp_path):
    path = tmp_path / "sources.yaml"
    path.write_bytes(f"{HEAD}sources:\n  - {ONE}\n".replace("\n", "\r\n").encode())
    add_sources(path, [make()])
    assert [source.id for source in read_sources_file(path).sources] == ["one", "new"]


@pytest.mark.parametrize(
    ("text", "sources", "message"),
    [
        (f"{HEAD}sources:\n  - {ONE}\n", [make("one")], "two sources share the id 'one'"),
        (f"{HEAD}sources:\n  - {ONE}\n", [make(), make()], "two sources share the id 'new'"),
        (f"{HEAD}sources: [{ONE}]\n", [make()], "stands in brackets"),
        (f"{HEAD}sources:\n  - {ONE}\nhttps: {{}}\n", [make()], "unknown key"),
        ("sources: [", [make()], "not valid YAML"),
        ("", [make()], "start_date"),
    ],
)
def test_a_file_that_cannot_be_added_to_stays_as_it_is(tmp_path, text, sources, message):
    path = tmp_path / "sources.yaml"
    path.write_text(text)
    with pytest.raises(SettingsError, match=message) as caught:
        add_sources(path, sources)
    assert str(path) in str(caught.value)
    assert f"{path}.new" not in str(caught.value)
    assert path.read_text() == text
    assert [item.name for item in tmp_path.iterdir()] == ["sources.yaml"]


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(SettingsError, match=r"sources\.yaml: cannot be read"):
        add_sources(tmp_path / "sources.yaml", [make()])


def test_a_line_says_what_is_no_default_and_reads_back_as_the_same_source():
    source = make("new", name='a "b" \\ c: {d} # e', include=[r"^https://[^/]+/wirtschaft/"])
    line = line_of(source)
    assert "opt_outs" not in line
    assert "\n" not in line
    assert TypeAdapter(Source).validate_python(yaml.safe_load(line)) == source


def test_the_ends_of_lines_stay_those_of_the_file(tmp_path):
    path = tmp_path / "sources.yaml"
    path.write_bytes(f"{LIST}\n{MORE}".replace("\n", "\r\n").encode())
    add_sources(path, [make()])
    assert path.read_bytes() == f"{LIST}\n  - {NEW}\n{MORE}".replace("\n", "\r\n").encode()
