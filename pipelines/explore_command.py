"""`claimhouse explore` and `claimhouse report`: the published snapshot in a browser, and a company in one file."""

from __future__ import annotations

import ipaddress
import os
import secrets
import socket
from pathlib import Path
from typing import Annotated

import typer

from pipelines.demo import SOURCES
from pipelines.errors import ClaimhouseError
from pipelines.settings import load_settings
from pipelines.terminal import HomeOption, errors_explained, out

TOKEN_VARIABLE = "CLAIMHOUSE_EXPLORE_TOKEN"  # where it stands
TOKEN_BYTES = 24


def explore(
    home: HomeOption = None,
    host: Annotated[
        str, typer.Option("--host", metavar="ADDRESS", help="Where to listen. Beyond this machine it takes a token.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", help="Port; 0 takes a free one.", min=0, max=65535)] = 3001,
) -> None:
    """Look at the published snapshot in a browser: claims, companies, rivals, sources, SQL. Ends with Ctrl-C.

    Example: `claimhouse explore --port 8080`
    """
    import uvicorn  # half a second that only this command should cost

    from pipelines.explore import build_app

    with errors_explained():
        settings = load_settings(home, SOURCES)
        token = None if is_loopback(host) else os.environ.get(TOKEN_VARIABLE) or secrets.token_urlsafe(TOKEN_BYTES)
        listening = _listen(host, port)
        address = f"http://{f'[{host}]' if ':' in host else host}:{listening.getsockname()[1]}/"
        out.print(
            f"{address}{f'?token={token}' if token else ''} for {settings.home.path}", highlight=False, soft_wrap=True
        )
        config = uvicorn.Config(build_app(settings, token), log_level="warning", server_header=False)
        uvicorn.Server(config).run([listening])


def report(
    company: Annotated[str, typer.Option("--company", metavar="NAME", help="Its id in `companies`, or its name.")],
    to: Annotated[Path, typer.Option("--to", metavar="FILE", help="The HTML file to write.")],
    language: Annotated[str, typer.Option("--language", metavar="LANG", help="en or de.")] = "en",
    home: HomeOption = None,
) -> None:
    """Write what is known of a company into one HTML file: moves over time, rivals, sources, and the evidence.

    Example: `claimhouse report --company veltronik --to veltronik.html`
    """
    from pipelines.explore import write_report

    with errors_explained():
        counted = write_report(load_settings(home, SOURCES), company, to, language)
        out.print(f"[bold]{to}[/bold]: {counted}", highlight=False, soft_wrap=True)


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach the address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _listen(host: str, port: int) -> socket.socket:
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise ClaimhouseError(
            f"Cannot listen on {host} port {port}: {error.strerror or error}. Give another --port or --host."
        ) from error
