"""`claimhouse doctor`: what is wrong with a home, and what mends it. What is examined is in `doctor`."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime

import typer
from rich.text import Text

from pipelines import report
from pipelines.doctor import Finding, Standing, examine
from pipelines.terminal import FAILED, HomeOption, JsonOption, SourcesOption, errors_explained, out

STYLES = {Standing.OK: "green", Standing.WARNING: "yellow", Standing.ERROR: "red"}


def doctor(home: HomeOption = None, sources: SourcesOption = None, as_json: JsonOption = False) -> None:
    """Examine this home: settings, disk, locks, archive, warehouse, snapshots, Dagster's files. Changes nothing.

    Ends with 1 if something is wrong that keeps the pipeline or its readers from their work.
    Example: `claimhouse doctor`
    """
    with errors_explained():
        findings = []
        for finding in examine(home, sources, datetime.now(UTC)):
            findings.append(finding)
            if not as_json:
                _show(finding)
        if as_json:
            typer.echo(report.to_json([asdict(finding) for finding in findings]))
        if any(finding.standing is Standing.ERROR for finding in findings):
            raise typer.Exit(FAILED)


def _show(finding: Finding) -> None:
    standing = Text(f"{finding.standing:<8}", STYLES[finding.standing])
    out.print(Text.assemble(standing, (f"{finding.examination}: ", "bold"), finding.message), soft_wrap=True)
    if finding.mend:
        out.print(Text(f"{'':<8}{finding.mend}"), soft_wrap=True)
