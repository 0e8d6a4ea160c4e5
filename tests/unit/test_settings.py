"""The sources file and the home: defaults, the environment, and errors that name file, line and key."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from pipelines.errors import SettingsError, UsageError
from pipelines.home import Home
from pipelines.settings import ROOT, load_settings, read_sources_file

GOOD = """\
start_date: 2026-01-01
sources:
  - id: first
    name: First
    type: feed
    url: https://first.example/feed
    language: de
  - id: second
    name: Second
    type: sitemap
    url: https://second.example/sitemap.xml
    language: en
    enabled: false
"""


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    path = tmp_path / "sources.yaml"
    path.write_text(GOOD, encoding="utf-8")
    return path


def error_of(path: Path, text: str | bytes) -> str:
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    with pytest.raises(SettingsError) as caught:
        read_sources_file(path)
    return str(caught.value)


def test_the_least_file_has_defaults_for_everything_else(sources: Path) -> None:
    sources.write_text("start_date: 2026-01-01\n")
    file = read_sources_file(sources)
    assert file.start_date == date(2026, 1, 1)
    assert file.sources == ()
    assert (file.http.timeout, file.http.delay, file.http.proxy) == (20.0, 1.0, None)
    assert file.http.user_agent.startswith("claimhouse/")
    assert (file.warehouse.lock_wait, file.warehouse.keep_snapshots, file.warehouse.threads) == (900.0, 3, 2)


def test_the_sources_file_of_the_checkout_and_that_of_the_demo_are_valid() -> None:
    assert read_sources_file(ROOT / "sources.yaml").start_date
    assert len(read_sources_file(ROOT / "pipelines" / "demo" / "sources.yaml").sources) == 3


def test_an_empty_list_of_sources_may_be_left_open(sources: Path) -> None:
    sources.write_text("start_date: 2026-01-01\nsources:\n")
    assert read_sources_file(sources).sources == ()


def test_defaults_are_data_here_and_the_sources_of_the_checkout(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = load_settings(environ={})
    assert settings.home.path == tmp_path.resolve() / "data"
    assert settings.sources_path == ROOT / "sources.yaml"


def test_the_environment_stands_before_the_defaults(sources: Path, tmp_path: Path) -> None:
    environ = {"CLAIMHOUSE_HOME": str(tmp_path / "elsewhere"), "CLAIMHOUSE_SOURCES": str(sources)}
    settings = load_settings(environ=environ)
    assert settings.home.path == (tmp_path / "elsewhere").resolve()
    assert settings.sources_path == sources


def test_arguments_stand_before_the_environment(sources: Path, tmp_path: Path) -> None:
    environ = {"CLAIMHOUSE_HOME": "/nowhere", "CLAIMHOUSE_SOURCES": "/nowhere/sources.yaml"}
    settings = load_settings(tmp_path / "mine", sources, environ)
    assert settings.home.path == (tmp_path / "mine").resolve()
    assert settings.sources_path == sources


def test_an_empty_variable_counts_as_unset(sources: Path) -> None:
    environ = {"CLAIMHOUSE_HOME": "", "CLAIMHOUSE_SOURCES": str(sources)}
    assert load_settings(environ=environ).home.path.name == "data"


def test_the_process_environment_is_read_when_none_is_given(
    sources: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLAIMHOUSE_HOME", str(tmp_path / "set"))
    monkeypatch.setenv("CLAIMHOUSE_SOURCES", str(sources))
    assert load_settings().home.path == (tmp_path / "set").resolve()


def test_everything_of_a_home_lies_inside_it(tmp_path: Path) -> None:
    home = Home(tmp_path)
    names = "spool warc collection articles annotations warehouse published dbt dagster".split()
    places = [getattr(home, name) for name in names]
    assert len(set(places)) == len(names)
    assert all(place.is_relative_to(tmp_path) for place in places)
    assert home.published == tmp_path / "published" / "claimhouse.duckdb"


def test_enabled_sources_and_sources_by_id(sources: Path, tmp_path: Path) -> None:
    settings = load_settings(tmp_path, sources, {})
    assert [source.id for source in settings.enabled_sources] == ["first"]
    assert settings.source("second").type == "sitemap"
    with pytest.raises(SettingsError, match=r"no source 'third'\. Known: first, second\."):
        settings.source("third")


@pytest.mark.parametrize(
    ("wrong", "line", "words"),
    [
        (GOOD + "    nmae: Second\n", 14, ["sources.1.nmae: unknown key"]),
        (GOOD + "colour: red\n", 14, ["colour: unknown key"]),
        (GOOD + "http:\n  delay: 1\n  tiemout: 3\n", 16, ["http.tiemout: unknown key"]),
        (GOOD + "http:\n  timeout: soon\n", 15, ["http.timeout", "number"]),
        (GOOD + "http:\n  timeout: -1\n", 15, ["http.timeout", "greater than 0"]),
        (GOOD + "warehouse:\n  memory_limit: much\n", 15, ["warehouse.memory_limit"]),
        (GOOD.replace("start_date: 2026-01-01\n", ""), 1, ["start_date: is missing"]),
        (GOOD.replace("2026-01-01", "spring"), 1, ["start_date", "date"]),
        (GOOD.replace("    language: en\n", ""), 8, ["sources.1.language: is missing"]),
        (GOOD.replace("language: en", "language: fr"), 12, ["sources.1.language", "'de' or 'en'"]),
        (GOOD.replace("type: sitemap", "type: newsletter"), 10, ["sources.1.type", "'feed', 'sitemap'"]),
        (GOOD.replace("https://second", "second"), 11, ["sources.1.url", "URL"]),
        (GOOD.replace("id: second", "id: Second One"), 8, ["sources.1.id"]),
        (GOOD.replace("enabled: false", "enabled: perhaps"), 13, ["sources.1.enabled", "boolean"]),
    ],
    ids=(
        "typo-in-a-source unknown-key unknown-key-below wrong-type out-of-range bad-memory missing-key no-date "
        "missing-in-a-source unknown-language unknown-type no-url bad-id no-boolean"
    ).split(),
)
def test_a_wrong_key_is_named_with_file_and_line(sources: Path, wrong: str, line: int, words: list[str]) -> None:
    message = error_of(sources, wrong)
    assert message.startswith(f"{sources}:{line}: ")
    assert all(word in message for word in words)


def test_a_misspelt_key_is_named_and_not_only_the_key_that_it_leaves_missing(sources: Path) -> None:
    message = error_of(sources, GOOD.replace("    name: Second", "    nmae: Second"))
    assert message.startswith(f"{sources}:9: sources.1.nmae: unknown key")


def test_two_sources_with_one_id_are_refused_by_name(sources: Path) -> None:
    message = error_of(sources, GOOD.replace("id: second", "id: first"))
    assert message.startswith(f"{sources}:")
    assert "two sources share the id 'first'" in message


def test_bad_yaml_is_named_with_its_line(sources: Path) -> None:
    message = error_of(sources, "start_date: 2026-01-01\nsources: [\n  - id: x\n")
    assert message.startswith((f"{sources}:3: is not valid YAML", f"{sources}:4: is not valid YAML"))


@pytest.mark.parametrize("text", ["", "# only a comment\n"])
def test_an_empty_file_lacks_its_start_date(sources: Path, text: str) -> None:
    assert "start_date: is missing" in error_of(sources, text)


def test_a_file_that_is_a_list_is_refused(sources: Path) -> None:
    assert error_of(sources, "- one\n- two\n").startswith(f"{sources}:1: the file: ")


def test_a_file_that_is_not_utf_8_is_refused_with_the_place(sources: Path) -> None:
    assert error_of(sources, b"start_date: 2026-01-01 # M\xe4rz\n") == f"{sources}: is not UTF-8 text (byte 26)."


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    for path, reason in ((tmp_path / "none.yaml", "No such file"), (tmp_path, "Is a directory")):
        with pytest.raises(SettingsError, match=reason) as caught:
            read_sources_file(path)
        assert str(path) in str(caught.value)
        assert "--sources FILE" in str(caught.value)


def test_settings_errors_are_usage_errors_so_that_the_command_ends_with_2() -> None:
    assert issubclass(SettingsError, UsageError)


@pytest.mark.parametrize(
    ("said", "articles"),
    [
        ("memory_limit: 4GB", 40_000),
        ("memory_limit: 1.5 GB", 15_000),
        ("memory_limit: 1200MB", 12_000),
        ("memory_limit: 20MB", 1_000),
        ("memory_limit: 4GB\n  articles_at_once: 7", 7),
    ],
)
def test_as_many_articles_are_derived_at_once_as_fit_into_the_memory(sources: Path, said: str, articles: int) -> None:
    sources.write_text(f"start_date: 2026-03-01\nwarehouse:\n  {said}\n")
    assert read_sources_file(sources).warehouse.articles_per_build == articles


def test_the_loopback_switch_is_for_tests_and_production_refuses_it(sources: Path) -> None:
    switched = GOOD + "http:\n  allow_loopback: true\n"
    assert "http.allow_loopback is for tests" in error_of(sources, switched)
    assert "http.allow_loopback is for tests" in error_of(sources, switched + "environment: production\n")
    sources.write_text(switched + "environment: test\n")
    assert read_sources_file(sources).http.allow_loopback
    sources.write_text(GOOD + "environment: test\n")
    assert not read_sources_file(sources).http.allow_loopback


@pytest.mark.parametrize(
    ("collect", "days"),
    [
        ("{}", 9),
        ("{late_days: 20}", 20),
        ("{late_days: 2, revisit_after: []}", 2),
        ("{late_days: 0, revisit_after: [3]}", 5),
    ],
)
def test_a_daily_run_looks_back_as_far_as_something_may_be_due(sources: Path, collect: str, days: int) -> None:
    """Monday's page is fetched on Tuesday morning; 7 days later that is Tuesday's run, or Wednesday's."""
    sources.write_text(GOOD + f"collect: {collect}\n")
    assert read_sources_file(sources).collect.window_days == days


@pytest.mark.parametrize(
    ("wrong", "line", "words"),
    [
        ("    exclude: ['[a']\n", 14, ["sources.1.exclude", "no regular expression"]),
        ("    links: a\n", 14, ["sources.1.links: unknown key"]),
        ("    opt_outs: ignore\n", 14, ["sources.1.opt_outs", "'keep', 'metadata' or 'skip'"]),
        (
            "  - {id: a, name: A, language: de, type: archive, url: 'https://a.example/{yyyy}', links: a}\n",
            14,
            ["{dd}"],
        ),
        (
            "  - {id: a, name: A, language: de, type: archive, url: 'https://a.example/{yyyy}/{m}/{d}'}\n",
            14,
            ["sources.2.links"],
        ),
        ("  - {id: a, name: A, language: de, url: 'https://a.example/'}\n", 14, ["sources.2.type: is missing"]),
        ("  - {id: a, name: A, language: de, type: ccnews}\n", 14, ["sources.2.sites: is missing"]),
        ("  - {id: a, name: A, language: de, type: warc, paths: []}\n", 14, ["sources.2.paths"]),
    ],
    ids="bad-pattern foreign-key unknown-policy no-day no-selector no-type no-sites no-paths".split(),
)
def test_each_type_of_source_has_its_own_keys(sources: Path, wrong: str, line: int, words: list[str]) -> None:
    message = error_of(sources, GOOD + wrong)
    assert message.startswith(f"{sources}:{line}: ")
    assert all(word in message for word in words), message
