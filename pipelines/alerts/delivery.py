"""Bringing a message to everybody who is to have it: which channels there are, how often each is tried."""

from __future__ import annotations

import logging
import smtplib
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import httpx

from pipelines.alerts import mail, webhook
from pipelines.alerts.message import Message
from pipelines.alerts.options import PASSWORD, Alerts, AlertSecrets
from pipelines.errors import SettingsError

WEBHOOK, MAIL = "webhook", "mail"
"""Names of the channels."""
TRIES = 2
"""How often a channel is tried in one call. What is left then is for a later call to try."""
PAUSE = 1.0
"""Seconds between them."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Channel:
    """One way to the reader. `receiver` says where it ends, without what is secret about it."""

    name: str
    receiver: str
    send: Callable[[Message], None] = field(repr=False)


def names_of_channels(alerts: Alerts, secrets: AlertSecrets) -> set[str]:
    """Which channels are set, be it right or wrong."""
    return {name for name, setting in ((WEBHOOK, secrets.webhook), (MAIL, alerts.smtp)) if setting is not None}


def channels(alerts: Alerts, secrets: AlertSecrets) -> list[Channel]:
    """The channels that are set; none where nobody wants alerts. Raises `SettingsError` for a certificate file that
    cannot be read, and for a user of SMTP without a password."""
    found = []
    if secrets.webhook is not None:
        trust, proxy, url = _trust(alerts), str(alerts.proxy) if alerts.proxy else None, secrets.webhook

        def post(message: Message) -> None:
            webhook.post(url.get_secret_value(), message, timeout=alerts.timeout, trust=trust, proxy=proxy)

        found.append(Channel(WEBHOOK, httpx.URL(url.get_secret_value()).host, post))
    if alerts.smtp is not None:
        smtp, password = alerts.smtp, secrets.smtp_password
        if smtp.username is not None and password is None:
            raise SettingsError(f"alerts.smtp.username is set and {PASSWORD} is not. Set it in the environment.")
        trusted = _trust(alerts)

        def send(message: Message) -> None:
            secret = password.get_secret_value() if password else None
            mail.send(mail.compose(message, smtp), smtp, secret, timeout=alerts.timeout, trust=trusted)

        found.append(Channel(MAIL, f"{smtp.host}, for {', '.join(smtp.recipients)}", send))
    return found


def deliver(message: Message, channel: Channel, pause: float = PAUSE) -> str | None:
    """Send a message by a channel. Returns why it did not arrive, None when it did; raises nothing of the network."""
    for attempt in range(1, TRIES + 1):
        try:
            channel.send(message)
        except (httpx.HTTPError, webhook.Refused, OSError) as error:
            cause = _said(error)
            log.warning("%s (%s): %s was not taken: %s", channel.name, channel.receiver, message.title, cause)
            if attempt == TRIES or not _may_pass(error):
                return cause
            time.sleep(pause)
        else:
            break
    return None


def _trust(alerts: Alerts) -> ssl.SSLContext:
    """Whose certificates are believed: those that httpx brings along, and the file's."""
    trust = httpx.create_ssl_context()
    if alerts.ca_file is not None:
        try:
            trust.load_verify_locations(alerts.ca_file)
        except (OSError, ssl.SSLError) as error:
            raise SettingsError(f"alerts.ca_file: {alerts.ca_file} holds no certificates that can be read.") from error
    return trust


def _may_pass(error: Exception) -> bool:
    """Whether it is worth another try: a wrong password or an unknown address is not, and only makes a lock-out."""
    if isinstance(error, webhook.Refused):
        return error.status >= 500 or error.status in (408, 429)
    if isinstance(error, smtplib.SMTPResponseException):
        return 400 <= error.smtp_code < 500
    return not isinstance(error, (ssl.SSLError, smtplib.SMTPRecipientsRefused, smtplib.SMTPNotSupportedError))


def _said(error: Exception) -> str:
    """The error in a line. Neither httpx nor smtplib puts the address or the password into its text; a server might
    repeat what it was sent, so of its answers only the number is kept."""
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return f"user name or password refused ({error.smtp_code})"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"it answered {error.smtp_code}"
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return f"it refused {', '.join(error.recipients)}"
    # smtplib calls a time-out a disconnect.
    if any(isinstance(e, (httpx.TimeoutException, TimeoutError)) for e in (error, error.__context__)):
        return "it did not answer in time"
    return " ".join(str(error).split()) or type(error).__name__
