"""What can be set about alerts: the section `alerts` of the sources file, and the two secrets of the environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import httpx
from pydantic import Field, HttpUrl, SecretStr, model_validator

from pipelines.errors import SettingsError
from pipelines.sources import Strict

WEBHOOK, PASSWORD = "CLAIMHOUSE_ALERT_WEBHOOK", "CLAIMHOUSE_SMTP_PASSWORD"
Address = Annotated[str, Field(pattern=r"^[^@\s<>,;]+@[^@\s<>,;]+$")]
PORTS = {"starttls": 587, "ssl": 465, "plain": 25}


class Smtp(Strict):
    """The server that takes mail, who writes and who reads it. The password comes from the environment."""

    host: str
    port: Annotated[int, Field(ge=1, le=65535)] | None = None
    security: Literal["starttls", "ssl", "plain"] = "starttls"
    sender: Address
    recipients: Annotated[tuple[Address, ...], Field(min_length=1)]
    username: str | None = None

    @model_validator(mode="after")
    def a_password_is_not_sent_in_the_clear(self) -> Smtp:
        if self.username is not None and self.security == "plain":
            raise ValueError("a password goes over starttls or ssl only; set alerts.smtp.security to one of them")
        return self

    @property
    def port_to_use(self) -> int:
        return self.port or PORTS[self.security]


class Alerts(Strict):
    """Where failed runs are told, and how long a receiver may take for each answer, in seconds.

    `ui_url` is the address under which its readers reach Dagster's UI; `ca_file` holds certificates (PEM) to trust
    beside the usual ones.
    """

    ui_url: HttpUrl = HttpUrl("http://127.0.0.1:3000")
    timeout: Annotated[float, Field(gt=0, le=10)] = 5.0
    proxy: HttpUrl | None = None
    ca_file: Path | None = None
    smtp: Smtp | None = None


@dataclass(frozen=True, slots=True)
class AlertSecrets:
    """The address of the webhook, which whoever knows it may write to, and the password for mail."""

    webhook: SecretStr | None = None
    smtp_password: SecretStr | None = None


def read_secrets(environ: Mapping[str, str]) -> AlertSecrets:
    """The secrets, as far as they are set. Raises `SettingsError`, which does not repeat the value, for a webhook that
    is no address."""
    webhook, password = environ.get(WEBHOOK), environ.get(PASSWORD)
    if webhook and not _is_address(webhook):
        # Not from the error, which repeats the value.
        raise SettingsError(f"{WEBHOOK} is no http(s) address. Set it to the one that the receiver gave you.")
    return AlertSecrets(SecretStr(webhook) if webhook else None, SecretStr(password) if password else None)


def _is_address(text: str) -> bool:
    try:
        url = httpx.URL(text)
    except httpx.InvalidURL:
        return False
    return url.scheme in ("http", "https") and bool(url.host)
