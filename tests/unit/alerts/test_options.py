"""The settings of alerts: what they may say, and that secrets do not show."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.alerts import channels, names_of_channels
from pipelines.errors import SettingsError
from pipelines.settings import Settings, load_settings

SECRETS = {
    "CLAIMHOUSE_ALERT_WEBHOOK": "https://hooks.example/services/canary-1",
    "CLAIMHOUSE_SMTP_PASSWORD": "canary-2",
}
MAIL = "alerts: {smtp: {host: mail.example, sender: a@example.org, recipients: [b@example.org]%s}}\n"


def settings(tmp_path: Path, alerts: str = "", environ: dict[str, str] | None = None) -> Settings:
    path = tmp_path / "sources.yaml"
    path.write_text(f"start_date: 2026-03-01\n{alerts}")
    return load_settings(tmp_path / "home", path, environ or {})


def test_nobody_is_told_unless_a_channel_is_set(tmp_path: Path) -> None:
    for found in (settings(tmp_path), settings(tmp_path, environ={"CLAIMHOUSE_SMTP_PASSWORD": "x"})):
        assert channels(found.file.alerts, found.secrets) == []
        assert not names_of_channels(found.file.alerts, found.secrets)


def test_webhook_and_mail_are_channels_that_say_where_they_end(tmp_path: Path) -> None:
    found = settings(tmp_path, MAIL % "", SECRETS)
    assert names_of_channels(found.file.alerts, found.secrets)
    ways = channels(found.file.alerts, found.secrets)
    assert [(way.name, way.receiver) for way in ways] == [
        ("webhook", "hooks.example"),
        ("mail", "mail.example, for b@example.org"),
    ]


def test_secrets_do_not_show(tmp_path: Path) -> None:
    found = settings(tmp_path, MAIL % "", SECRETS)
    shown = repr([found, found.secrets, channels(found.file.alerts, found.secrets)])
    assert "canary" not in shown + found.file.model_dump_json()


@pytest.mark.parametrize(
    "address", ["hooks.example/canary-1", "ftp://canary-1", "http://", "https://hooks.example:port/canary-1"]
)
def test_a_webhook_that_is_no_address_is_refused_and_not_repeated(tmp_path: Path, address: str) -> None:
    with pytest.raises(SettingsError, match="CLAIMHOUSE_ALERT_WEBHOOK") as refused:
        settings(tmp_path, environ={"CLAIMHOUSE_ALERT_WEBHOOK": address})
    assert "canary" not in str(refused.value)


@pytest.mark.parametrize(
    ("smtp", "message"),
    [
        ("sender: a@example.org, recipients: [b@example.org], security: plain, username: me", "starttls or ssl"),
        ("sender: nobody, recipients: [b@example.org]", "sender"),
        ("sender: a@example.org, recipients: []", "recipients"),
        ("sender: a@example.org, recipients: [b@example.org], password: canary", "unknown key"),
    ],
)
def test_what_cannot_be_is_refused(tmp_path: Path, smtp: str, message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        settings(tmp_path, f"alerts: {{smtp: {{host: mail.example, {smtp}}}}}\n")


def test_a_user_without_a_password_is_refused(tmp_path: Path) -> None:
    found = settings(tmp_path, MAIL % ", username: me")
    with pytest.raises(SettingsError, match="CLAIMHOUSE_SMTP_PASSWORD"):
        channels(found.file.alerts, found.secrets)


def test_a_certificate_file_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("no certificate")
    for name in ("ca.pem", "missing.pem"):
        found = settings(tmp_path, f"alerts: {{ca_file: {tmp_path / name}}}\n", SECRETS)
        with pytest.raises(SettingsError, match=name):
            channels(found.file.alerts, found.secrets)


@pytest.mark.parametrize(("security", "port"), [("starttls", 587), ("ssl", 465), ("plain", 25)])
def test_the_usual_port_is_taken_where_none_is_set(tmp_path: Path, security: str, port: int) -> None:
    smtp = settings(tmp_path, MAIL % f", security: {security}").file.alerts.smtp
    assert smtp is not None
    assert smtp.port_to_use == port
