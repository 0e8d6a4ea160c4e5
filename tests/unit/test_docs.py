"""Docs and program cannot part: tables, commands, options, settings, links and examples in the docs are compared.

Whether a sentence is true is for readers; whether what it names is there is tested here.
"""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, get_args

import pytest
import typer
import yaml
from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from pipelines.alerts import Alerts, Smtp
from pipelines.cli import app
from pipelines.home import Home
from pipelines.records import Failure
from pipelines.settings import S3, VERSION, Collect, Http, Schedules, SourcesFile, Warehouse
from pipelines.sources import AnySource, OptOutPolicy, Source
from pipelines.warehouse.contract import MARTS, VIEWS
from tests.generators import load_generator

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", ROOT / "SECURITY.md"]
PAGES += sorted((ROOT / "docs").glob("*.md"))
IDS = [str(page.relative_to(ROOT)) for page in PAGES]

FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
INLINE = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
GROUPS = {"collect": Collect, "http": Http, "warehouse": Warehouse, "schedules": Schedules, "alerts": Alerts}
SECTIONS = {"Top level": SourcesFile, "sources": AnySource, **GROUPS, "alerts.smtp": Smtp, "warehouse.s3": S3}
"""The sections of docs/configuration.md and the settings they explain."""

TYPES: dict[str, type[AnySource]] = {
    get_args(model.model_fields["type"].annotation)[0]: model for model in get_args(get_args(Source)[0])
}
"""The source types by name, each with a section in docs/sources.md."""
LATER = {Failure.NO_TEXT, Failure.COOKIE_WALL, Failure.PARSER_ERROR, Failure.ANNOTATOR_ERROR}
"""Reasons that are counted after collecting."""

COMMAND = typer.main.get_command(app)


def leaves(command: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Every command that does something, by its whole name: `sources add`, not `sources`."""
    for part, inner in getattr(command, "commands", {}).items():
        whole = f"{name} {part}".strip()
        if hasattr(inner, "commands"):
            yield from leaves(inner, whole)
        else:
            yield whole, inner


COMMANDS = dict(leaves(COMMAND))


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def section(text: str, heading: str) -> str:
    """From a heading to the next one of any level."""
    found = re.search(rf"^#+ {re.escape(heading)}$(.*?)(?=^#|\Z)", text, re.DOTALL | re.MULTILINE)
    assert found, f"no section '{heading}'"
    return found.group(1)


def anchors(page: Path) -> set[str]:
    """The fragments that GitHub gives a page's headings."""
    titles = HEADING.findall(FENCE.sub("", page.read_text(encoding="utf-8")))
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in titles}


# --- tables ---


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    return load_generator("generate_tables")


def test_the_page_of_tables_is_what_the_models_say(generator: ModuleType) -> None:
    assert read("docs/tables.md") == generator.render(), "run: python docs/generate_tables.py"


def test_the_page_of_tables_has_every_published_table() -> None:
    assert set(re.findall(r"^## (\w+)$", read("docs/tables.md"), re.MULTILINE)) == {*MARTS, *VIEWS}


def test_the_page_of_lineage_is_what_the_models_say() -> None:
    page = read("docs/lineage.md")
    assert page == load_generator("generate_lineage").render(), "run: python docs/generate_lineage.py"
    assert {*re.findall(r"^    (\w+)[\[(]\1[\])]$", page, re.MULTILINE)} == {*MARTS, *VIEWS}


def test_check_says_when_the_page_is_stale(tmp_path: Path) -> None:
    copy = tmp_path / "docs" / "generate_tables.py"
    models = ("dbt/models/marts/_marts.yml", "dbt/models/views/_views.yml")
    for name in ("docs/generate_tables.py", "docs/examples.yaml", *models):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(read(name), encoding="utf-8")

    def run(*arguments: str) -> int:
        command = [sys.executable, str(copy), *arguments]
        return subprocess.run(command, capture_output=True, check=False).returncode

    assert run("--check") == 1, "missing"
    assert run() == 0
    assert run("--check") == 0
    for name, meaning in zip(models, ("People only.", "Monday of the week"), strict=True):
        (tmp_path / name).write_text(read(name).replace(meaning, "Somebody."), encoding="utf-8")
        assert run("--check") == 1, "stale"
        assert run() == 0
    assert run("--wrong") == 2


def test_a_mart_without_a_grain_is_refused(generator: ModuleType, tmp_path: Path) -> None:
    for name in ("marts", "views"):
        (tmp_path / name).mkdir()
        models = "models: [{name: things, description: Some things., columns: []}]"
        (tmp_path / name / f"_{name}.yml").write_text(models)
    with pytest.raises(ValueError, match="things"):
        generator.render(tmp_path)


def test_the_readme_names_every_table() -> None:
    named = re.findall(r"^\| \[`(\w+)`\]\(docs/tables\.md#\1\)", read("README.md"), re.MULTILINE)
    assert sorted(named) == sorted([*MARTS, *VIEWS])


def test_the_page_on_limits_tells_the_scores_that_are_held() -> None:
    floors = json.loads(read("tests/quality/floors.json"))
    table = read("docs/limits.md").partition("<!-- scores -->")[2].partition("<!-- /scores -->")[0]
    told = {row.split("|")[1].strip(): row.split("|")[2:-1] for row in table.strip().splitlines()[2:]}
    for name, scores in told.items():
        parts, scores_held = ("facts", "facts held out"), ("precision", "recall", "f1")
        held = [floors[part][name][score] for part in parts for score in scores_held]
        assert [float(score) for score in scores] == held, name
    assert len(told) == 4


# --- commands ---


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_and_option_is_documented(name: str) -> None:
    headings = HEADING.findall(read("docs/commands.md"))
    heading = next((h for h in headings if re.fullmatch(rf"claimhouse {name}(?: [A-Z[]\S*)?", h)), None)
    assert heading, f"docs/commands.md has no section 'claimhouse {name}'"
    text = section(read("docs/commands.md"), heading)
    options = {o for p in COMMANDS[name].params for o in p.opts if o.startswith("--")} - {"--help"}
    documented = set(re.findall(r"`(--[a-z-]+)(?: [A-Z]+)?`", text))
    assert documented == options


def test_no_command_is_documented_that_is_not_there() -> None:
    found = re.findall(r"^#+ claimhouse ([a-z ]*[a-z])", read("docs/commands.md"), re.MULTILINE)
    groups = {name.rpartition(" ")[0] for name in COMMANDS} - {""}
    assert set(found) == {*COMMANDS, *groups}
    assert len(found) == len(set(found))


def examples(text: str) -> Iterator[list[str]]:
    """The words after `claimhouse` of every call in shell blocks and inline code."""
    blocks = [block for language, block in FENCE.findall(text) if language in ("sh", "bash")]
    fenced = [line for block in blocks for line in block.split("\n")]
    for code in [*fenced, *INLINE.findall(FENCE.sub("", text))]:
        call = re.match(r"(?:\$ )?(?:\.venv/bin/)?claimhouse (.+)", code.strip())
        if call and not call.group(1).startswith("COMMAND"):
            yield shlex.split(call.group(1).partition(" < ")[0], comments=True)


def parse(words: list[str]) -> None:
    """Read a call as the command line would, and run nothing. A command alone is its name and need not be a call."""
    name, *rest = words
    if name in ("--help", "--version"):
        return
    command = COMMAND.commands.get(name)  # type: ignore[attr-defined]
    assert command, f"no command '{name}'"
    while rest and hasattr(command, "commands"):
        name, *rest = rest
        assert name in command.commands, f"no command '{name}'"
        command = command.commands[name]
    if rest:
        command.make_context(name, rest)


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_every_example_can_be_parsed(page: Path) -> None:
    for words in examples(page.read_text(encoding="utf-8")):
        try:
            parse(words)
        except Exception as error:
            pytest.fail(f"claimhouse {shlex.join(words)}: {error!r}")


def test_examples_are_found_and_can_be_wrong() -> None:
    text = "Try `claimhouse status --json`.\n```sh\nclaimhouse query - < a.sql  # asks\nclaimhouse run --day x\n```\n"
    fine, wrong = list(examples(text))[1:], list(examples(text))[1]
    assert [words[0] for words in examples(text)] == ["query", "run", "status"]
    parse(fine[1])
    with pytest.raises(Exception, match="--day"):
        parse(wrong)
    for unknown in (["fetch"], ["sources", "fetch"]):
        with pytest.raises(AssertionError, match="fetch"):
            parse(unknown)
    with pytest.raises(Exception, match="--best"):
        parse(["sources", "add", "https://example.org", "--best"])


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_every_make_target_named_is_there(page: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", read("Makefile"), re.MULTILINE))
    text = page.read_text(encoding="utf-8")
    code = [line for _, block in FENCE.findall(text) for line in block.split("\n")] + INLINE.findall(text)
    named = {found.group(1) for line in code if (found := re.match(r"make ([a-z-]+)", line.strip()))}
    assert named <= targets


# --- settings ---


def shown_default(model: type[BaseModel], name: str) -> str | None:
    """The default as the docs write it; None for a mapping or list, which the docs describe in words."""
    default = model.model_fields[name].get_default(call_default_factory=True)
    if default is PydanticUndefined:
        return "required"
    if isinstance(default, BaseModel | tuple):
        return None
    if default is None or isinstance(default, bool):
        return f"`{ {None: 'null', True: 'true', False: 'false'}[default] }`"
    return f"`{str(default).replace(VERSION, 'VERSION')}`"


def check_settings(text: str, model: type[BaseModel], names: list[str]) -> None:
    """The table in `text` has exactly these settings in their order, with their defaults."""
    documented = dict(re.findall(r"^\| `(\w+)` \| .+? \| (.+?) \| .+? \|$", text, re.MULTILINE))
    assert list(documented) == names
    defaults = {name: shown_default(model, name) for name in names}
    assert {n: d for n, d in documented.items() if defaults[n] is not None} == {n: d for n, d in defaults.items() if d}


@pytest.mark.parametrize("heading", SECTIONS)
def test_every_setting_is_documented_with_its_default(heading: str) -> None:
    model = SECTIONS[heading]
    check_settings(section(read("docs/configuration.md"), heading), model, list(model.model_fields))


@pytest.mark.parametrize("name", TYPES)
def test_every_key_of_every_source_type_is_documented_with_its_default(name: str) -> None:
    model = TYPES[name]
    own = [key for key in model.model_fields if key not in AnySource.model_fields]
    text = section(read("docs/sources.md"), name)
    check_settings(text, model, own)
    [example] = [yaml.safe_load(block) for language, block in FENCE.findall(text) if language == "yaml"]
    assert [source["type"] for source in example["sources"]] == [name]


@pytest.mark.parametrize("page", ["README.md", "docs/sources.md"])
def test_the_tables_of_source_types_are_complete(page: str) -> None:
    assert re.findall(r"^\| \[`(\w+)`\]\((?:docs/sources\.md)?#\1\)", read(page), re.MULTILINE) == list(TYPES)


def test_what_every_source_has_is_explained() -> None:
    text = section(read("docs/sources.md"), "What every source has")
    assert {key for key in AnySource.model_fields if f"`{key}`" not in text} == set()
    assert [p for p in get_args(OptOutPolicy) if f"| `{p}` |" not in text] == []


def test_what_a_file_may_say_is_said() -> None:
    """Values that settings may have, and settings that the text speaks of."""
    values = re.findall(r"`([a-z]+)`", section(read("docs/configuration.md"), "sources").split("| `id`")[0])
    assert [value for value in values if value in TYPES] == list(TYPES)
    for page in PAGES:
        for group, key in re.findall(rf"`({'|'.join(GROUPS)})\.([a-z_]+)`", page.read_text(encoding="utf-8")):
            assert key in GROUPS[group].model_fields, f"{page.name}: no setting {group}.{key}"


def test_every_environment_variable_is_documented() -> None:
    readers = "".join(read(f"pipelines/{name}.py") for name in ("settings", "alerts/options", "logs"))
    read_by_us = set(re.findall(r"CLAIMHOUSE_[A-Z_]+", readers))
    assert read_by_us == set(re.findall(r"^\| `(CLAIMHOUSE_[A-Z_]+)`", read("docs/configuration.md"), re.MULTILINE))


@pytest.mark.parametrize("name", ["README.md", "docs/configuration.md"])
def test_every_place_in_the_home_is_documented(name: str) -> None:
    home = Home(Path("/home"))
    places = {p for p in vars(Home) if isinstance(vars(Home)[p], property)}
    folders = {getattr(home, place).relative_to("/home").parts[0] for place in places}
    assert {folder for folder in folders if f"`{folder}/" not in read(name)} == set()


def test_every_reason_for_a_discard_is_explained() -> None:
    explained = set(re.findall(r"`([a-z0-9_]+)`", section(read("docs/architecture.md"), "Bad input")))
    assert {str(failure) for failure in Failure} <= explained


def test_every_reason_why_collecting_leaves_something_out_is_explained() -> None:
    text = section(read("docs/sources.md"), "What is left out, and why")
    rows = "".join(re.findall(r"^\| (`.+?`) \|", text, re.MULTILINE))
    assert sorted(INLINE.findall(rows)) == sorted(set(Failure) - LATER)
    assert {str(failure) for failure in LATER} <= set(INLINE.findall(text))


# --- links ---


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_every_relative_link_resolves(page: Path) -> None:
    for link in LINK.findall(FENCE.sub("", page.read_text(encoding="utf-8"))):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, fragment = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), f"{link}: there is no such file"
        if fragment:
            assert fragment in anchors(target), f"{link}: there is no such heading"
