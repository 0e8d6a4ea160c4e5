"""Adding sources to a `sources.yaml` without touching what stands in it: its comments and its order are the owner's."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Sequence
from pathlib import Path

import yaml

from pipelines.errors import SettingsError
from pipelines.settings import read_sources_file
from pipelines.sources import Source

NOT_IN_YAML = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


def add_sources(path: Path, sources: Sequence[Source]) -> None:
    """Write the sources behind the last one of the file, whole or not at all.

    Raises `SettingsError` for a file that is not valid, before or with the new sources (two with one id).
    """
    read_sources_file(path)
    target = path.resolve()  # a link stays one
    text = _with_lines(path, target.read_text(encoding="utf-8"), [line_of(source) for source in sources])
    candidate = target.with_name(f"{target.name}.{os.getpid()}.new")
    try:
        ends = "\r\n" if b"\r\n" in target.read_bytes() else "\n"
        candidate.write_text(text, encoding="utf-8", newline=ends)
        shutil.copymode(target, candidate)
        read_sources_file(candidate)
        candidate.replace(target)
    except OSError as error:
        raise SettingsError(f"{path}: cannot be changed ({error.strerror}).") from error
    except SettingsError as error:
        reason = str(error).removeprefix(str(candidate)).partition(": ")[2]
        raise SettingsError(f"{path}: not changed, because the new sources do not fit in: {reason}") from error
    finally:
        candidate.unlink(missing_ok=True)


def line_of(source: Source) -> str:
    """A source as one line of YAML, keys in the order of its model, defaults left out."""
    values = {"id": source.id, "name": source.name, **source.model_dump(mode="json", exclude_defaults=True)}
    pairs = (f"{key}: {_quoted(value)}" for key, value in values.items())
    return "{" + ", ".join(pairs) + "}"


def _quoted(value: object) -> str:
    """As JSON, which YAML reads, with the characters escaped that JSON lets stand and YAML does not."""
    return NOT_IN_YAML.sub(lambda found: f"\\u{ord(found.group()):04x}", json.dumps(value, ensure_ascii=False))


def _with_lines(path: Path, text: str, lines: Sequence[str]) -> str:
    """The text with list items added to its top-level `sources`."""
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    assert isinstance(root, yaml.MappingNode), "the file was validated"
    found = next((pair for pair in root.value if pair[0].value == "sources"), None)
    text = text if text.endswith("\n") else text + "\n"
    if found is None:
        return text + "\nsources:\n" + "".join(f"  - {line}\n" for line in lines)
    key, value = found
    if isinstance(value, yaml.SequenceNode) and value.value and not value.flow_style:
        last = value.value[-1]
        at = last.end_mark.index if last.flow_style else len(text[: last.end_mark.index].rstrip())
        end = text.find("\n", at)
        indent = " " * value.start_mark.column
        return text[: end + 1] + "".join(f"{indent}- {line}\n" for line in lines) + text[end + 1 :]
    if isinstance(value, yaml.SequenceNode) and value.value:
        raise SettingsError(f"{path}: `sources` stands in brackets; write one source a line, each after a hyphen")
    end = text.find("\n", key.end_mark.index)
    _, mark, comment = text[key.end_mark.index : end].partition("#")  # what stands before it is null or []
    head = f"{text[: key.end_mark.index]}:{f'  #{comment}' if mark else ''}\n"
    return head + "".join(f"  - {line}\n" for line in lines) + text[end + 1 :]
