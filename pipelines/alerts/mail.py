"""A message as mail, in plain text, handed to an SMTP server."""

from __future__ import annotations

import smtplib
import socket
import ssl
from email.message import EmailMessage

from pipelines.alerts.message import Message
from pipelines.alerts.options import Smtp


def compose(message: Message, smtp: Smtp) -> EmailMessage:
    """The mail. Its id is made of the message's key, so that one that comes twice is known for the same."""
    facts = [f"{name}: {value}" for name, value in message.facts.items()]
    mail = EmailMessage()
    mail["Subject"] = message.title
    mail["From"] = smtp.sender
    mail["To"] = ", ".join(smtp.recipients)
    mail["Date"] = message.sent_at
    mail["Message-ID"] = f"<{message.key}@claimhouse.{smtp.sender.partition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers, please
    mail.set_content("\n".join([message.cause, "", *facts, "", message.link]) + "\n")
    return mail


def send(mail: EmailMessage, smtp: Smtp, password: str | None, *, timeout: float, trust: ssl.SSLContext) -> None:
    """Hand it over, once. Raises `OSError` (`smtplib.SMTPException` is one) when it was not taken for everybody."""
    name = socket.gethostname()  # smtplib would ask a name server who we are
    connection: smtplib.SMTP
    if smtp.security == "ssl":
        connection = smtplib.SMTP_SSL(smtp.host, smtp.port_to_use, name, timeout=timeout, context=trust)
    else:
        connection = smtplib.SMTP(smtp.host, smtp.port_to_use, name, timeout=timeout)
    with connection:
        if smtp.security == "starttls":
            connection.starttls(context=trust)
        if smtp.username is not None:
            connection.login(smtp.username, password or "")
        refused = connection.send_message(mail)
        if refused:
            raise smtplib.SMTPRecipientsRefused(refused)
