"""`claimhouse alerts`: trying out whether messages about failed runs arrive."""

from __future__ import annotations

from datetime import UTC, datetime

import typer

from pipelines.alerts import channels, deliver, trial
from pipelines.errors import ClaimhouseError, UsageError
from pipelines.settings import load_settings
from pipelines.terminal import HomeOption, SourcesOption, errors_explained, out

alerts_app = typer.Typer(help="Messages about failed runs.", no_args_is_help=True)


@alerts_app.callback()
def about() -> None:
    """Messages about failed runs."""


@alerts_app.command("test")
def send_test(home: HomeOption = None, sources: SourcesOption = None) -> None:
    """Send a test message by every channel that is set, and say what was taken.

    Example: `claimhouse alerts test`
    """
    with errors_explained():
        settings = load_settings(home, sources)
        alerts = settings.file.alerts
        ways = channels(alerts, settings.secrets)
        if not ways:
            raise UsageError(
                "Nobody is told of failed runs. Set CLAIMHOUSE_ALERT_WEBHOOK in the environment, or alerts.smtp in "
                f"{settings.sources_path}."
            )
        message = trial(str(settings.home.path), alerts, datetime.now(UTC))
        causes = {way: deliver(message, way) for way in ways}
        for way, cause in causes.items():
            result = "taken" if cause is None else f"not taken: {cause}"
            out.print(f"{way.name} ({way.receiver}): {result}", highlight=False, soft_wrap=True, markup=False)
        if any(causes.values()):
            raise ClaimhouseError("A message about a failed run would not arrive everywhere; the reasons stand above.")
