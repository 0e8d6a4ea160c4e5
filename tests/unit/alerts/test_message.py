"""What alerts say, as a webhook and as a mail get it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pipelines.alerts import Alerts, FailedRun, Smtp, about_run
from pipelines.alerts.mail import compose
from pipelines.alerts.message import LONGEST_CAUSE
from pipelines.alerts.webhook import payload

ALERTS = Alerts.model_validate({"ui_url": "https://dagster.example/"})
SMTP = Smtp(host="mail.example", sender="claimhouse@example.org", recipients=("call@example.org", "data@example.org"))
AT = datetime(2026, 3, 6, 4, 17, 12, tzinfo=UTC)


def failed(*causes: tuple[str, str], dates: str = "2026-03-05", job: str = "daily", retry: bool = False) -> FailedRun:
    return FailedRun("4f1c", job, dict(causes), dates, AT, retry)


ONE = failed(("raw_tables", 'The "warehouse" is held by <!channel> & *process* 4711.\nSet lock_wait.'))


def test_a_message_names_step_dates_job_time_and_run() -> None:
    message = about_run(ONE, ALERTS)
    assert message.title == "Claimhouse: raw_tables failed for 2026-03-05"
    assert dict(message.facts) == {
        "Step": "raw_tables",
        "Archive date": "2026-03-05",
        "Job": "daily",
        "Failed at": "2026-03-06 04:17:12 UTC",
        "Run": "4f1c",
    }
    assert message.cause == ONE.causes["raw_tables"]
    assert message.link == "https://dagster.example/runs/4f1c"


def test_of_several_steps_each_has_its_cause() -> None:
    message = about_run(failed(("pages", "Disk full."), ("articles", "No disk.")), ALERTS)
    assert message.title == "Claimhouse: pages and 1 more failed for 2026-03-05"
    assert message.cause == "pages: Disk full.\narticles: No disk."


def test_a_run_that_broke_as_a_whole_is_named_by_its_job() -> None:
    message = about_run(failed(("", "The process was killed."), dates=""), ALERTS)
    assert message.title == "Claimhouse: the run of daily failed"
    assert message.cause == "The process was killed."


def test_a_run_that_dagster_repeats_says_so() -> None:
    assert "again" in about_run(failed(("pages", "x"), retry=True), ALERTS).facts["Next"]


def test_a_cause_of_many_lines_is_cut() -> None:
    message = about_run(failed(("models", "Test failed.\n" * 500)), ALERTS)
    assert len(message.cause) <= LONGEST_CAUSE
    assert message.cause.endswith("…")


def test_a_webhook_gets_everything_as_text_and_as_blocks_without_live_markup() -> None:
    body = payload(about_run(ONE, ALERTS))
    header, cause, facts, link = body["blocks"]
    assert header["text"] == {
        "type": "plain_text",
        "text": "Claimhouse: raw_tables failed for 2026-03-05",
        "emoji": False,
    }
    assert cause["text"]["type"] == "plain_text"
    shown = 'The "warehouse" is held by &lt;!channel&gt; &amp; *process* 4711.\nSet lock_wait.'
    assert cause["text"]["text"] == shown
    assert shown in body["text"]
    assert [field["text"] for field in facts["fields"]][1] == "Archive date: 2026-03-05"
    assert link["text"]["text"] == "<https://dagster.example/runs/4f1c|Open it in Dagster>"
    assert body["text"].endswith("https://dagster.example/runs/4f1c")
    assert body["mrkdwn"] is False


@pytest.mark.parametrize("call", ["@channel", "@here", "@all", "@everyone"])
def test_a_cause_calls_nobody(call: str) -> None:
    text = payload(about_run(failed(("pages", f"See {call}, or ask@example.org.")), ALERTS))["text"]
    assert call not in text
    assert "ask@example.org" in text


def test_a_mail_is_plain_text_for_all_recipients() -> None:
    mail = compose(about_run(ONE, ALERTS), SMTP)
    assert mail["Subject"] == "Claimhouse: raw_tables failed for 2026-03-05"
    assert mail["To"] == "call@example.org, data@example.org"
    assert mail.get_content_type() == "text/plain"
    assert mail.get_content().startswith(ONE.causes["raw_tables"] + "\n\nStep: raw_tables\n")
    assert mail.get_content().endswith("\nhttps://dagster.example/runs/4f1c\n")
    assert mail["Message-ID"] == "<4f1c@claimhouse.example.org>"


def test_a_line_break_in_a_name_adds_no_header() -> None:
    mail = compose(about_run(failed(("pages\r\nBcc: all@example.org", "x")), ALERTS), SMTP)
    assert mail["Bcc"] is None
    assert mail["Subject"] == "Claimhouse: pages Bcc: all@example.org failed for 2026-03-05"
