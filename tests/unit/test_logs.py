"""Our log: as lines, as JSON, and nobody else's."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest

from pipelines.errors import SettingsError
from pipelines.logs import OURS, log_format, write_log


@pytest.fixture(autouse=True)
def log_as_it_was() -> Iterator[None]:
    before = [(logger := logging.getLogger(name), logger.handlers, logger.level) for name in OURS]
    yield
    for logger, handlers, level in before:
        logger.handlers = handlers
        logger.setLevel(level)


def test_json_is_one_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    write_log("json")
    write_log("json")
    logging.getLogger("pipelines.locks").info("waiting for\n%s", "process 7")
    try:
        raise OSError("No space left")
    except OSError:
        logging.getLogger("assets.alerts").exception("broken")
    first, second = map(json.loads, capsys.readouterr().err.splitlines())
    assert {first["level"], first["logger"], first["message"]} == {"INFO", "pipelines.locks", "waiting for\nprocess 7"}
    assert first["timestamp"].endswith("+00:00")
    assert "OSError: No space left" in second["exc_info"]


def test_text_is_for_people_and_libraries_stay_out(capsys: pytest.CaptureFixture[str]) -> None:
    write_log("text")
    logging.getLogger("pipelines.locks").info("waiting")
    logging.getLogger("pipelines.locks").debug("not this")
    logging.getLogger("httpx").info("POST https://example.org/secret")
    assert capsys.readouterr().err == "INFO pipelines.locks: waiting\n"


def test_the_environment_says_which() -> None:
    assert [log_format({}), log_format({"CLAIMHOUSE_LOG": ""}), log_format({"CLAIMHOUSE_LOG": "json"})] == [
        "text",
        "text",
        "json",
    ]
    with pytest.raises(SettingsError, match=r"CLAIMHOUSE_LOG is 'yaml'\. Set it to text or json\."):
        log_format({"CLAIMHOUSE_LOG": "yaml"})
