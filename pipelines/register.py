"""A user's own companies, beside the register that the seeds ship: what a row is, and reading it from CSV.

Own files lie in `HOME/register`. The annotator and the warehouse both get what is read here.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import NoReturn

from pipelines.errors import SettingsError

SEED_COLUMNS = ("company_id", "name", "legal_name", "country", "sector", "ticker", "isin", "is_listed")
"""The columns of dbt/seeds/company_register.csv."""
COLUMNS = (*SEED_COLUMNS, "aliases")
FINDINGS = ("article_count", "mention_count", "rule_ids", "evidence")
"""What `claimhouse companies propose` writes beside them, for people to read; nothing reads it back."""
MAX_BYTES = 50_000_000
"""Of one file: half a million companies. A larger one is not what it was taken for."""
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
FORMS = {
    "company_id": (SLUG, "small letters a to z, digits and single hyphens, like nordkai-werft"),
    "country": (re.compile(r"[A-Z]{2}|"), "two capital letters of ISO 3166, like DE, or nothing"),
    "sector": (re.compile(r"[a-z_]*"), "one word like engineering or real_estate, or nothing"),
    "isin": (re.compile(r"(?:[A-Z]{2}[A-Z0-9]{9}[0-9])?"), "twelve characters like DE0007164600, or nothing"),
    "is_listed": (re.compile(r"(?i)true|false|"), "true, false or nothing"),
}
"""What a field may hold, and how that is said to a user."""


@dataclass(frozen=True, slots=True)
class OwnCompany:
    """A company of a user's file. `names` are the forms that name it, each with whether it counts only where the
    context makes it a company; the name itself is one of them."""

    company_id: str
    name: str
    legal_name: str
    country: str
    sector: str
    ticker: str
    isin: str
    is_listed: bool | None
    names: tuple[tuple[str, bool], ...]


def read_register_file(path: Path) -> tuple[OwnCompany, ...]:
    """The companies of one CSV file, in its order. Comma or semicolon, UTF-8, the columns of the seed and `aliases`.

    Raises `SettingsError` naming file, line and how to mend it, for a file that cannot be read, is no such CSV, lacks
    `company_id` or `name`, or has a value that cannot be one of its column.
    """
    text = _text(path)
    header = text.partition("\n")[0]
    lines = io.StringIO(text, newline="")
    rows = csv.DictReader(lines, strict=True, delimiter=";" if ";" in header else ",")
    found: dict[str, OwnCompany] = {}
    try:
        columns = [name.strip() for name in rows.fieldnames or ()]
        rows.fieldnames = columns
        _check_columns(path, columns)
        for row in rows:
            company = _company(path, rows.line_num, row)
            if company.company_id in found:
                _refuse(path, rows.line_num, f"company_id '{company.company_id}' stands above already. Keep one row.")
            found[company.company_id] = company
    except csv.Error as error:
        _refuse(path, rows.reader.line_num, f"is not CSV ({error}). Quote fields that hold commas or quotation marks.")
    return tuple(found.values())


def read_own_register(folder: Path) -> tuple[OwnCompany, ...]:
    """The companies of all `*.csv` of a folder, by id; none when there is no folder.

    Raises `SettingsError` as `read_register_file` does, and when two files have the same company or the same name.
    """
    files = {path: read_register_file(path) for path in sorted(folder.glob("*.csv"))}
    check_apart(files)
    return tuple(sorted((company for found in files.values() for company in found), key=lambda c: c.company_id))


def check_apart(files: Mapping[Path, Iterable[OwnCompany]]) -> None:
    """No company stands twice and no form names two. Raises `SettingsError` naming both files."""
    ids: dict[str, Path] = {}
    names: dict[str, tuple[str, Path]] = {}
    for path, companies in files.items():
        for company in companies:
            if company.company_id in ids:
                other_file = ids[company.company_id]
                raise SettingsError(f"{path}: '{company.company_id}' is in {other_file} too. Take it out of one.")
            ids[company.company_id] = path
            for form, _ in company.names:
                other, place = names.setdefault(form, (company.company_id, path))
                if other != company.company_id:
                    raise SettingsError(
                        f"{path}: '{form}' names {company.company_id} here and {other} in {place}. Take it out of one."
                    )


def registered_with(
    register: Iterable[dict[str, str]], aliases: Iterable[dict[str, str]], own: Iterable[OwnCompany]
) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """Rows of the two seeds with the own companies in them: an own row or name replaces the shipped one."""
    companies = {row["company_id"]: row for row in register}
    names = {row["alias"]: row for row in aliases}
    for company in own:
        values = dict(zip(SEED_COLUMNS, map(_as_text, astuple(company)), strict=False))
        companies[company.company_id] = values
        for form, needs_context in company.names:
            match = "context" if needs_context else "plain"
            names[form] = {"alias": form, "company_id": company.company_id, "match": match}
    return list(companies.values()), list(names.values())


def _as_text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value or "")


def _text(path: Path) -> str:
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise SettingsError(f"{path}: has {size:,} bytes, more than {MAX_BYTES:,}. Give it in several files.")
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read ({error.strerror}). Give a CSV file.") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path}: is not UTF-8 text (byte {error.start}). Save it as CSV UTF-8.") from error


def _check_columns(path: Path, columns: list[str]) -> None:
    for name in ("company_id", "name"):
        if name not in columns:
            _refuse(path, 1, f"has no column '{name}'. The first line names the columns: {','.join(COLUMNS)}.")
    for name in columns:
        if name not in COLUMNS + FINDINGS:
            _refuse(path, 1, f"unknown column '{name}'. There are {', '.join(COLUMNS)}.")
        if columns.count(name) > 1:
            _refuse(path, 1, f"column '{name}' stands twice. Keep one.")


def _company(path: Path, line: int, row: dict[str, str]) -> OwnCompany:
    if None in row:
        _refuse(path, line, "has more fields than the first line has columns. Quote the fields that hold a separator.")
    values = {name: " ".join((row.get(name) or "").split()) for name in COLUMNS}
    for name, (pattern, wanted) in FORMS.items():
        if not pattern.fullmatch(values[name]):
            _refuse(path, line, f"{name} is '{values[name][:60]}'. It must be {wanted}.")
    names = dict(_names(values["name"], values["aliases"]))
    for form in names:
        if len(form) < 2 or not any(character.isalnum() for character in form):
            _refuse(path, line, f"'{form}' is no name that could be found in a text. Give at least two characters.")
    if not values["name"]:
        _refuse(path, line, "name is empty. Give the name that newspapers use.")
    listed = {"true": True, "false": False}.get(values["is_listed"].lower())
    return OwnCompany(
        company_id=values["company_id"],
        name=values["name"],
        legal_name=values["legal_name"],
        country=values["country"],
        sector=values["sector"],
        ticker=values["ticker"],
        isin=values["isin"],
        is_listed=listed,
        names=tuple(names.items()),
    )


def _names(name: str, aliases: str) -> Iterator[tuple[str, bool]]:
    """The forms of a row with whether they need context. `Kai|?Kai AG`: a form marked with ? needs it."""
    if name:
        yield name, False
    for part in aliases.split("|"):
        form = part.strip()
        if form and form != "?":
            yield form.removeprefix("?").strip(), form.startswith("?")


def _refuse(path: Path, line: int, message: str) -> NoReturn:
    raise SettingsError(f"{path}:{line}: {message}")
