"""What an alert says, before it takes the form that a webhook or a mail needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from pipelines.alerts.options import Alerts

LONGEST_CAUSE = 1500
"""Characters of a cause that are told; dbt may fail with hundreds of lines. Slack takes 3 000 in a block."""


@dataclass(frozen=True, slots=True)
class FailedRun:
    """A run of Dagster that failed. `causes` has a sentence for each failed step; the step is empty where the whole
    run broke. `dates` is the archive date or range, empty for a run without any."""

    run_id: str
    job: str
    causes: Mapping[str, str]
    dates: str
    failed_at: datetime
    will_retry: bool = False


@dataclass(frozen=True, slots=True)
class Message:
    """A title of one line, facts by name, a cause in words, and where to look on. `key` is the same for the same
    event."""

    key: str
    title: str
    facts: Mapping[str, str]
    cause: str
    link: str
    sent_at: datetime


def about_run(run: FailedRun, alerts: Alerts) -> Message:
    """The message about a failed run."""
    steps = [step for step in run.causes if step]
    what = steps[0] if steps else f"the run of {run.job}"
    more = f" and {len(steps) - 1} more" if len(steps) > 1 else ""
    told = [f"{step}: {cause}" if len(run.causes) > 1 and step else cause for step, cause in run.causes.items()]
    facts = {
        "Step": ", ".join(steps) or "-",
        "Archive date": run.dates or "-",
        "Job": run.job,
        "Failed at": _moment(run.failed_at),
        "Run": run.run_id,
    }
    if run.will_retry:
        facts["Next"] = "Dagster tries it again by itself."
    return Message(
        key=run.run_id,
        title=_one_line(f"Claimhouse: {what}{more} failed" + (f" for {run.dates}" if run.dates else "")),
        facts=facts,
        cause=_cut("\n".join(told)),
        link=f"{str(alerts.ui_url).rstrip('/')}/runs/{run.run_id}",
        sent_at=run.failed_at,
    )


def trial(home: str, alerts: Alerts, now: datetime) -> Message:
    """What `claimhouse alerts test` sends."""
    return Message(
        key=f"test-{now:%Y%m%dT%H%M%S%f}",
        title="Claimhouse: this is a test",
        facts={"Home": home, "Sent at": _moment(now)},
        cause="Nothing failed. Messages about failed runs will come here.",
        link=str(alerts.ui_url),
        sent_at=now,
    )


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_CAUSE else text[: LONGEST_CAUSE - 2].rstrip() + " …"
