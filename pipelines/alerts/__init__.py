"""Messages about failed runs, to a webhook and by mail. Which runs failed, and what was told, is Dagster's side."""

from pipelines.alerts.delivery import Channel, channels, deliver, names_of_channels
from pipelines.alerts.message import FailedRun, Message, about_run, trial
from pipelines.alerts.options import Alerts, AlertSecrets, Smtp, read_secrets

__all__ = [
    "AlertSecrets",
    "Alerts",
    "Channel",
    "FailedRun",
    "Message",
    "Smtp",
    "about_run",
    "channels",
    "deliver",
    "names_of_channels",
    "read_secrets",
    "trial",
]
