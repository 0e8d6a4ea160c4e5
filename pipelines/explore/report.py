"""A company in one HTML file that needs nothing beside it: what it does, its rivals, who says so, and where."""

from __future__ import annotations

from pathlib import Path

from pipelines.durable import replace_file
from pipelines.errors import UsageError
from pipelines.explore import questions
from pipelines.explore.charts import rival_graph
from pipelines.explore.pages import HERE, environment
from pipelines.explore.wording import LANGUAGES, Wording
from pipelines.settings import Settings
from pipelines.warehouse import Reader, Record


def write_report(settings: Settings, company: str, to: Path, language: str = "en") -> str:
    """Write it and say how much it holds. Raises `UsageError` for a company or language that there is not."""
    if language not in LANGUAGES:
        raise UsageError(f"{language!r} is no language of the report: there are {', '.join(LANGUAGES)}.")
    reader = Reader(settings)
    try:
        found = _company(reader, company)
        company_id = found["company_id"]
        moves, rivals = questions.moves_of(reader, company_id), questions.rivals_of(reader, company_id)
        claims: dict[str, list[Record]] = {move["real_move_id"]: [] for move in moves}
        for claim in questions.claims_of_moves(reader, list(claims)):
            claims[claim["real_move_id"]].append(claim)
        html = environment().get_template("report.html").render(
            say=Wording(language), language=language, style=(HERE / "static" / "explorer.css").read_text("utf-8"),
            company=found, moves=moves, claims=claims, rivals=rivals, graph=rival_graph(rivals),
            sources=questions.sources_of(reader, company_id), weeks=questions.weeks_of(reader, company_id),
            snapshot=reader.snapshot().name,
        )  # fmt: skip
    finally:
        reader.close()
    replace_file(to, lambda part: part.write_text(html, encoding="utf-8"))
    evidence = sum(map(len, claims.values()))
    return f"{len(moves)} moves with {evidence} claims, {len(rivals)} rivals"


def _company(reader: Reader, company: str) -> Record:
    found = questions.company(reader, company)
    if found:
        return found
    named = [row for row in questions.companies(reader, company) if row["name"].lower() == company.lower()]
    if named:
        return named[0]
    similar = ", ".join(row["company_id"] for row in questions.companies(reader, company)[:5])
    hint = (
        f" There are {similar}."
        if similar
        else ' `claimhouse query "select company_id, name from companies"` lists all.'
    )
    raise UsageError(f"There is no company {company!r}.{hint}")
