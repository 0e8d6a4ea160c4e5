"""`claimhouse companies`: names that the register lacks, and a user's own register beside the shipped one."""

from __future__ import annotations

import csv
import io
import os
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from pipelines import report, steps
from pipelines.annotate import split_sentences
from pipelines.demo import SOURCES
from pipelines.errors import SettingsError, UsageError
from pipelines.register import COLUMNS, FINDINGS, SEED_COLUMNS, OwnCompany, check_apart, read_register_file
from pipelines.settings import load_settings
from pipelines.terminal import HomeOption, JsonOption, err, errors_explained, out
from pipelines.warehouse import query

companies_app = typer.Typer(
    help="The register of companies: what it lacks, and your own companies beside it.", no_args_is_help=True
)
MAX_EVIDENCE = 300
"""Characters of the sentence shown for a proposed name."""
PROPOSED = """
with mentions as (
    select
        mentions.company_id, mentions.surface, mentions.rule_id, mentions.region, mentions.start_char,
        mentions.end_char, mentions.mention_id, articles.article_id, articles.title, articles.text, articles.language
    from companies
    inner join company_mentions as mentions using (company_id)
    inner join articles using (article_id)
    where not companies.is_registered
),
names as (
    select
        company_id,
        count(distinct article_id) as articles,
        string_agg(distinct rule_id, '|' order by rule_id) as rule_ids,
        string_agg(distinct surface, '|' order by surface) as surfaces,
        arg_min(struct_pack(
            content := case region when 'title' then title else text end,
            first := start_char, last := end_char, language := language
        ), (region = 'title', article_id, start_char, mention_id)) as shown
    from mentions
    group by company_id
)
select
    companies.company_id, companies.name, companies.legal_name, names.surfaces, names.articles,
    companies.mention_count, names.rule_ids, shown.content, shown.first, shown.last, shown.language
from names
inner join companies using (company_id)
where names.articles >= {least}
order by names.articles desc, companies.mention_count desc, companies.company_id
"""


@companies_app.command()
def propose(
    home: HomeOption = None,
    least: Annotated[
        int, typer.Option("--min-articles", metavar="N", min=1, help="Leave out names of fewer articles.")
    ] = 1,
    output: Annotated[Path | None, typer.Option("--output", metavar="FILE", help="Default: standard output.")] = None,
) -> None:
    """List the names that rules took for companies and the register lacks, as CSV for `companies add` or the seed.

    Example: `claimhouse companies propose --min-articles 3 --output proposed.csv`
    """
    with errors_explained():
        rows = query(load_settings(home, SOURCES), PROPOSED.format(least=least)).rows
        text = _as_csv([_proposal(row) for row in rows])
        if output is None:
            typer.echo(text, nl=False)
            return
        try:
            output.write_text(text, encoding="utf-8", newline="")
        except OSError as error:
            raise UsageError(f"{output}: cannot be written ({error.strerror}).") from error
        out.print(f"{output}: {len(rows)} names.", highlight=False, soft_wrap=True, markup=False)


@companies_app.command()
def add(
    file: Annotated[Path, typer.Argument(metavar="FILE.csv", help="Companies, one a line, with names in `aliases`.")],
    home: HomeOption = None,
) -> None:
    """Take a file of your own companies into this home, beside the shipped register. They count from the next run on.

    A file of the same name is replaced. Example: `claimhouse companies add our-companies.csv`
    """
    with errors_explained():
        settings = load_settings(home, SOURCES)
        companies = read_register_file(file)
        if not companies:
            raise UsageError(f"{file}: has no company, only the line of columns.")
        target = settings.home.register / f"{file.stem}.csv"
        others = {path: read_register_file(path) for path in _files(settings.home.register) if path != target}
        check_apart(others | {file: companies})
        shipped = steps.shipped_lexicon()
        _tell_overruled(companies, shipped.companies, shipped.aliases)
        is_new = not target.exists()
        _store(file, target)
        names = sum(len(company.names) for company in companies)
        done = "Added" if is_new else "Replaced"
        out.print(f"{done} {target}: {len(companies)} companies, {names} names.", highlight=False, soft_wrap=True)
        out.print("They count in what is read from now on.", highlight=False)


@companies_app.command("list")
def list_(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """The files of own companies of this home. Delete a file to take its companies out.

    Example: `claimhouse companies list`
    """
    with errors_explained():
        folder = load_settings(home, SOURCES).home.register
        files = {path: read_register_file(path) for path in _files(folder)}
        rows: list[dict[str, Any]] = [
            {"file": str(path), "companies": len(found), "names": sum(len(company.names) for company in found)}
            for path, found in files.items()
        ]
        if as_json:
            typer.echo(report.to_json(rows))
        elif not rows:
            out.print(f"{folder} has no companies of yours. Add a file: claimhouse companies add FILE.csv")
        else:
            table = Table("file", "companies", "names")
            for row in rows:
                table.add_row(escape(row["file"]), str(row["companies"]), str(row["names"]))
            out.print(table)


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.csv"))


def _proposal(row: tuple[Any, ...]) -> dict[str, object]:
    company_id, name, legal_name, surfaces, articles, mentions, rules, content, first, last, language = row
    forms = [form for form in surfaces.split("|") if form not in (name, legal_name)]
    sentence = _sentence(content, first, last, language if language in ("de", "en") else "en")
    return {
        "company_id": company_id, "name": name, "legal_name": legal_name, "aliases": "|".join(forms),
        "article_count": articles, "mention_count": mentions, "rule_ids": rules, "evidence": sentence,
    }  # fmt: skip


def _sentence(text: str, first: int, last: int, language: str) -> str:
    """The sentence around text[first:last], in one line; a long one is cut on both sides of the name."""
    start = text.rfind("\n", 0, first) + 1
    end = text.find("\n", last)
    paragraph = text[start : end if end >= 0 else len(text)]
    first, last = first - start, last - start
    for a, b in split_sentences(paragraph, language):
        if a <= first < b:
            paragraph, first, last = paragraph[a:b], first - a, last - a
            break
    if len(paragraph) > MAX_EVIDENCE:
        start = max(0, min(first - MAX_EVIDENCE // 2, len(paragraph) - MAX_EVIDENCE))
        paragraph = paragraph[start : start + MAX_EVIDENCE]
    return " ".join(paragraph.split())


def _as_csv(rows: list[dict[str, object]]) -> str:
    """With the seed's columns first, then the names, then what was found."""
    text = io.StringIO()
    writer = csv.DictWriter(text, [*SEED_COLUMNS, *COLUMNS[len(SEED_COLUMNS) :], *FINDINGS], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _tell_overruled(companies: tuple[OwnCompany, ...], shipped: dict[str, str], names: dict[str, str]) -> None:
    """What the file says otherwise than the shipped register, so that nobody does it unawares."""
    for company in companies:
        if company.company_id in shipped:
            err.print(
                f"{company.company_id}: replaces {shipped[company.company_id]} of the shipped register.",
                highlight=False, soft_wrap=True, markup=False,
            )  # fmt: skip
        for form, _ in company.names:
            before = names.get(form, company.company_id)
            if before != company.company_id:
                err.print(
                    f"'{form}' names {company.company_id} from now on, no longer {before} of the shipped register.",
                    highlight=False, soft_wrap=True, markup=False,
                )  # fmt: skip


def _store(file: Path, target: Path) -> None:
    """A copy, so that the home is whole by itself; the old file or the new one, never half of one."""
    part = target.with_name(f"{target.name}.{os.getpid()}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(file.read_bytes())
        part.replace(target)
    except OSError as error:
        raise SettingsError(f"{target}: cannot be written ({error.strerror}).") from error
    finally:
        part.unlink(missing_ok=True)
