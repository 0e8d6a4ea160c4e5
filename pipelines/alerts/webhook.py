"""A message as JSON for an incoming webhook: Slack's form, which Mattermost and others take too."""

from __future__ import annotations

import re
import ssl
from typing import Any

import httpx

from pipelines.alerts.message import Message

CALLS_TO_ALL = re.compile(r"@(?=(?:all|channel|everyone|here)\b)")
LONGEST_HEADER = 150
"""Characters that Slack takes in a header block."""


def payload(message: Message) -> dict[str, Any]:
    """The body. `text` says everything, for receivers that know no blocks and for notifications."""
    facts = [f"{name}: {value}" for name, value in message.facts.items()]
    text = "\n".join([message.title, message.cause, *facts])
    blocks = [
        {"type": "header", "text": _plain(message.title[:LONGEST_HEADER])},
        {"type": "section", "text": _plain(message.cause)},
        {"type": "section", "fields": [_plain(fact) for fact in facts]},
        {"type": "section", "text": {"type": "mrkdwn", "text": f"<{message.link}|Open it in Dagster>"}},
    ]
    return {"text": f"{escaped(text)}\n{message.link}", "mrkdwn": False, "blocks": blocks}


def escaped(text: str) -> str:
    """Text that stays text: no link, no mention (Slack: `<!channel>`, Mattermost: `@channel`)."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return CALLS_TO_ALL.sub("@\u200b", text)


def _plain(text: str) -> dict[str, object]:
    return {"type": "plain_text", "text": escaped(text), "emoji": False}


def post(url: str, message: Message, *, timeout: float, trust: ssl.SSLContext, proxy: str | None) -> None:
    """Send it, once. Raises `httpx.TransportError` when there is no answer, `Refused` when it is not 2xx."""
    # httpx's client logs the address of each request, which is the secret; its transport does not.
    limits = dict.fromkeys(("connect", "read", "write", "pool"), timeout)
    request = httpx.Request("POST", url, json=payload(message), extensions={"timeout": limits})
    with httpx.HTTPTransport(verify=trust, proxy=proxy) as transport:
        response = transport.handle_request(request)
        response.close()  # what it says does not matter, how long it takes to say it would
    if not 200 <= response.status_code < 300:
        raise Refused(response.status_code)


class Refused(Exception):
    """The receiver answered, and did not take it."""

    def __init__(self, status: int) -> None:
        super().__init__(f"it answered {status}")
        self.status = status
