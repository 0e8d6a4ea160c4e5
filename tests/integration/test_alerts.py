"""Alerts on their way to real receivers, and Dagster's runs as what they are about: one message for each that fails."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import warnings
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of Dagster's own imports
    import dagster as dg

    from assets import alerts
    from assets.runs import PROCESS, process_tags
    from assets.sensors import failed_runs_sensor

from pipelines.alerts import Channel, channels, deliver, trial
from pipelines.errors import WarehouseBusy
from pipelines.settings import Settings, load_settings
from tests.bounded import within
from tests.conftest import COMMAND, LONGEST
from tests.receivers import PASSWORD, SECRET_PATH, Mailbox, Webhook, mail_server, make_certificate, webhook_server

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")

NOW = datetime(2026, 3, 6, 4, 17, tzinfo=UTC)
CAUSE = 'The warehouse is held by "process 4711" <at> & so on. Set warehouse.lock_wait.'
CANARIES = (SECRET_PATH.rpartition("/")[2], PASSWORD)
LOGIN = "security: {0}, username: claimhouse"


@pytest.fixture
def hook() -> Iterator[Webhook]:
    with webhook_server() as server:
        yield server


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with mail_server() as box:
        yield box


@pytest.fixture
def make_settings(tmp_path: Path) -> Callable[..., Settings]:
    """Settings with the receivers given; `smtp` are more keys of that section, `alerts` of the section above it."""

    def make(hook: Webhook | None = None, box: Mailbox | None = None, smtp: str = "security: plain", **more: object):
        mail = f"host: 127.0.0.1, port: {box.port}, sender: a@example.org, recipients: [b@example.org]" if box else ""
        keys = {"timeout": 1, **({"smtp": f"{{{mail}, {smtp}}}"} if box else {}), **more}
        path = tmp_path / "sources.yaml"
        path.write_text(f"start_date: 2026-03-01\nalerts: {{{', '.join(f'{k}: {v}' for k, v in keys.items())}}}\n")
        environment = {"CLAIMHOUSE_SMTP_PASSWORD": PASSWORD} | ({"CLAIMHOUSE_ALERT_WEBHOOK": hook.url} if hook else {})
        return load_settings(tmp_path / "home", path, environment)

    return make


def only_channel(settings: Settings) -> Channel:
    [channel] = channels(settings.file.alerts, settings.secrets)
    return channel


def send(settings: Settings) -> str | None:
    message = trial("/srv/claimhouse", settings.file.alerts, NOW)
    return within(30, lambda: deliver(message, only_channel(settings), pause=0))


# --- delivery ---


def test_a_webhook_takes_a_message(hook: Webhook, make_settings: Callable[..., Settings]) -> None:
    assert send(make_settings(hook)) is None
    assert hook.paths == [SECRET_PATH]
    assert hook.bodies[0]["text"].startswith("Claimhouse: this is a test\n")


@pytest.mark.parametrize("status", [500, 503, 429])
def test_a_receiver_that_has_trouble_is_asked_twice(
    hook: Webhook, make_settings: Callable[..., Settings], status: int
) -> None:
    hook.answers = [status]
    assert send(make_settings(hook)) is None
    hook.answers = [status, status, status]
    assert send(make_settings(hook)) == f"it answered {status}"
    assert len(hook.bodies) == 4


@pytest.mark.parametrize("status", [400, 404, 302])
def test_a_receiver_that_does_not_want_it_is_asked_once(
    hook: Webhook, make_settings: Callable[..., Settings], status: int
) -> None:
    hook.answers = [status]
    assert send(make_settings(hook)) == f"it answered {status}"
    assert hook.paths == [SECRET_PATH], "a redirect is not followed"


def test_a_receiver_that_hangs_is_left(hook: Webhook, make_settings: Callable[..., Settings]) -> None:
    hook.answers = [None, None]
    assert send(make_settings(hook, timeout=0.2)) == "it did not answer in time"


def test_a_receiver_that_is_not_there_is_named_without_its_secret(
    make_settings: Callable[..., Settings], caplog: pytest.LogCaptureFixture
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        caplog.set_level("DEBUG")
        cause = send(make_settings(Webhook(f"http://127.0.0.1:{taken.getsockname()[1]}{SECRET_PATH}")))
    assert cause is not None
    assert "refused" in cause
    assert "webhook (127.0.0.1): Claimhouse: this is a test was not taken" in caplog.text
    assert not any(canary in caplog.text + cause for canary in CANARIES)


def test_the_log_of_a_delivery_holds_no_secret(
    hook: Webhook, make_settings: Callable[..., Settings], caplog: pytest.LogCaptureFixture
) -> None:
    """httpx would log each request's address."""
    caplog.set_level("DEBUG")
    hook.answers = [500, 200]
    assert send(make_settings(hook)) is None
    assert caplog.records
    assert not any(canary in caplog.text for canary in CANARIES)


def test_a_mail_server_takes_a_message(mailbox: Mailbox, make_settings: Callable[..., Settings]) -> None:
    assert send(make_settings(box=mailbox)) is None
    [mail] = mailbox.mails
    assert mail["Subject"] == "Claimhouse: this is a test"
    assert mailbox.recipients == ["b@example.org"]


def test_a_mail_is_tried_again_where_that_may_help(mailbox: Mailbox, make_settings: Callable[..., Settings]) -> None:
    mailbox.refuse = ["451 later"]
    assert send(make_settings(box=mailbox)) == "it refused b@example.org"
    assert send(make_settings(box=mailbox)) is None
    assert len(mailbox.mails) == 1


def test_a_mail_server_that_is_not_there_or_hangs(make_settings: Callable[..., Settings]) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        box = Mailbox(port=silent.getsockname()[1])
        assert "refused" in str(send(make_settings(box=box)))
        silent.listen()
        assert send(make_settings(box=box, timeout=0.2)) == "it did not answer in time"


@pytest.mark.parametrize("security", ["starttls", "ssl"])
def test_a_password_goes_over_tls_to_a_server_that_is_trusted(
    tmp_path: Path, make_settings: Callable[..., Settings], caplog: pytest.LogCaptureFixture, security: str
) -> None:
    caplog.set_level("DEBUG")
    certificate, context = make_certificate(tmp_path)
    with mail_server(context, wrapped=security == "ssl") as box:
        login = LOGIN.format(security)
        assert "CERTIFICATE_VERIFY_FAILED" in str(send(make_settings(box=box, smtp=login)))
        trusting = make_settings(box=box, smtp=login, ca_file=certificate)
        assert send(trusting) is None
        assert [mail["To"] for mail in box.mails] == ["b@example.org"]
        (tmp_path / "sources.yaml").touch()
        wrong = load_settings(tmp_path / "home", tmp_path / "sources.yaml", {"CLAIMHOUSE_SMTP_PASSWORD": "wrong"})
        assert send(wrong) == "user name or password refused (535)"
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("pipelines")]
    assert not any(canary in line for line in ours for canary in CANARIES)


def test_a_server_without_starttls_gets_no_mail(mailbox: Mailbox, make_settings: Callable[..., Settings]) -> None:
    assert "STARTTLS" in str(send(make_settings(box=mailbox, smtp=LOGIN.format("starttls"))))
    assert mailbox.mails == []


# --- runs ---


@dg.op
def raw_tables() -> None:
    try:
        raise OSError("IO Error: could not set lock")
    except OSError as error:
        raise WarehouseBusy(CAUSE) from error


@dg.op
def fine() -> None: ...


@dg.job
def daily() -> None:
    raw_tables()


@dg.job
def healthy() -> None:
    fine()


DATES = {"dagster/partition": "2026-03-05"}


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as made:
        yield made


def execute(instance: dg.DagsterInstance, job: dg.JobDefinition = daily, **tags: str) -> str:
    return job.execute_in_process(instance=instance, raise_on_error=False, tags={**DATES, **tags}).run_id


def tick(instance: dg.DagsterInstance, settings: Settings) -> str:
    """One evaluation of the sensor. Returns what it said."""
    result = failed_runs_sensor(settings)(dg.build_sensor_context(instance=instance))
    assert isinstance(result, dg.SkipReason)
    return str(result.skip_message)


def test_a_failed_run_is_told_once_by_each_channel(
    instance: dg.DagsterInstance, hook: Webhook, mailbox: Mailbox, make_settings: Callable[..., Settings]
) -> None:
    settings = make_settings(hook, mailbox)
    run_id = execute(instance)
    execute(instance, healthy)
    assert tick(instance, settings) == "2 messages arrived"
    assert tick(instance, settings) == "0 messages arrived"
    alerts.alert_failed_runs(instance, settings, [run_id])
    [body], [mail] = hook.bodies, mailbox.mails
    assert body["blocks"][1]["text"]["text"] == CAUSE.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert mail["Subject"] == "Claimhouse: raw_tables failed for 2026-03-05"
    assert mail.get_content().splitlines()[0] == CAUSE
    assert f"/runs/{run_id}" in body["text"]


def test_what_the_executor_told_the_sensor_does_not_tell(
    instance: dg.DagsterInstance, hook: Webhook, make_settings: Callable[..., Settings]
) -> None:
    settings = make_settings(hook)
    run_id = execute(instance)
    alerts.alert_failed_runs(instance, settings, [run_id])
    assert tick(instance, settings) == "0 messages arrived"
    assert len(hook.bodies) == 1


def test_a_living_command_tells_of_its_runs_itself_and_a_dead_one_cannot(
    instance: dg.DagsterInstance, hook: Webhook, make_settings: Callable[..., Settings]
) -> None:
    settings = make_settings(hook)
    execute(instance, **process_tags())
    assert tick(instance, settings) == "0 messages arrived"
    execute(instance, **{PROCESS: "1@dead"})
    assert tick(instance, settings) == "1 messages arrived"


def test_a_run_whose_process_was_killed_is_buried_and_told(
    instance: dg.DagsterInstance, hook: Webhook, make_settings: Callable[..., Settings]
) -> None:
    instance.create_run_for_job(daily, status=dg.DagsterRunStatus.STARTED, tags={**DATES, PROCESS: "1@dead"})
    assert tick(instance, make_settings(hook)) == "1 messages arrived"
    assert "was killed" in hook.bodies[0]["text"]
    assert hook.bodies[0]["text"].startswith("Claimhouse: the run of daily failed for 2026-03-05")


def test_a_retry_is_a_run_of_its_own(
    instance: dg.DagsterInstance, hook: Webhook, make_settings: Callable[..., Settings]
) -> None:
    """Dagster copies the tags of a run to the one that repeats it."""
    settings = make_settings(hook)
    first = execute(instance, **{PROCESS: "1@dead"})
    tick(instance, settings)
    told = instance.get_run_by_id(first)
    assert told is not None
    assert alerts.ALERTED in told.tags
    retried = instance.create_run_for_job(
        daily, status=dg.DagsterRunStatus.STARTED, tags=told.tags, parent_run_id=first, root_run_id=first
    )
    assert tick(instance, settings) == "0 messages arrived", "it is alive: its process is not that of the first"
    instance.report_run_failed(retried)
    assert tick(instance, settings) == "1 messages arrived"
    assert len(hook.bodies) == 2


def test_a_message_that_does_not_arrive_comes_later_by_the_channel_that_lacks_it(
    instance: dg.DagsterInstance,
    hook: Webhook,
    mailbox: Mailbox,
    make_settings: Callable[..., Settings],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings = make_settings(hook, mailbox)
    execute(instance)
    hook.answers = [404]
    assert tick(instance, settings) == "1 messages arrived; webhook (127.0.0.1): it answered 404"
    assert tick(instance, settings) == "0 messages arrived", "its turn has not come"
    later = datetime.now(UTC) + alerts.FIRST_WAIT
    assert len(alerts.runs_to_tell(instance, settings, later)) == 1
    told = alerts.tell_failed_runs(instance, settings, alerts.runs_to_tell(instance, settings, later))
    assert told.delivered == 1
    assert (len(hook.bodies), len(mailbox.mails)) == (2, 1)


def test_a_channel_that_fails_is_asked_once_for_all_runs_of_a_tick(
    instance: dg.DagsterInstance, hook: Webhook, make_settings: Callable[..., Settings]
) -> None:
    for _ in range(3):
        execute(instance)
    hook.answers = [404, 404, 404]
    tick(instance, make_settings(hook))
    assert len(hook.bodies) == 1


def test_trying_ends(
    instance: dg.DagsterInstance,
    hook: Webhook,
    make_settings: Callable[..., Settings],
    caplog: pytest.LogCaptureFixture,
) -> None:
    settings = make_settings(hook)
    run_id = execute(instance)
    hook.answers = [404] * 20
    waited = []
    for _ in range(alerts.MOST_TRIES):
        wait = alerts.FIRST_WAIT * (2 ** len(waited) - 1)
        [due] = alerts.runs_to_tell(instance, settings, datetime.now(UTC) + wait)
        waited.append(due)
        alerts.tell_failed_runs(instance, settings, [due])
    assert waited == [run_id] * alerts.MOST_TRIES
    assert alerts.runs_to_tell(instance, settings, datetime.now(UTC) + timedelta(hours=23)) == []
    assert "giving up" in caplog.text


def test_a_run_that_failed_long_ago_is_not_told(
    instance: dg.DagsterInstance, hook: Webhook, make_settings: Callable[..., Settings]
) -> None:
    execute(instance)
    assert alerts.runs_to_tell(instance, make_settings(hook), datetime.now(UTC) + timedelta(hours=25)) == []


def test_settings_that_cannot_be_used_fail_the_tick_and_no_run(
    instance: dg.DagsterInstance,
    mailbox: Mailbox,
    make_settings: Callable[..., Settings],
    caplog: pytest.LogCaptureFixture,
) -> None:
    settings = make_settings(box=mailbox, ca_file="/nowhere.pem")
    run_id = execute(instance)
    alerts.alert_failed_runs(instance, settings, [run_id])
    assert "/nowhere.pem" in caplog.text
    with pytest.raises(Exception, match=r"/nowhere\.pem"):
        tick(instance, settings)


def test_a_range_is_told_as_a_range(
    instance: dg.DagsterInstance, hook: Webhook, make_settings: Callable[..., Settings]
) -> None:
    ends = {"dagster/asset_partition_range_start": "2026-03-01", "dagster/asset_partition_range_end": "2026-03-30"}
    daily.execute_in_process(instance=instance, raise_on_error=False, tags=ends)
    tick(instance, make_settings(hook))
    assert "for 2026-03-01 to 2026-03-30\n" in hook.bodies[0]["text"]


# --- the command ---


def command(settings: Settings, *arguments: str, **secrets: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CLAIMHOUSE_")}
    environment |= {"COLUMNS": "200", "NO_COLOR": "1", **secrets}
    places = ["--home", str(settings.home.path), "--sources", str(settings.sources_path)]
    return subprocess.run(
        [COMMAND, *arguments, *places], env=environment, capture_output=True, text=True, timeout=LONGEST, check=False
    )


def test_the_command_says_what_was_taken(
    hook: Webhook, mailbox: Mailbox, make_settings: Callable[..., Settings]
) -> None:
    settings = make_settings(hook, mailbox)
    done = command(settings, "alerts", "test", CLAIMHOUSE_ALERT_WEBHOOK=hook.url)
    assert done.stdout == "webhook (127.0.0.1): taken\nmail (127.0.0.1, for b@example.org): taken\n"
    assert done.returncode == 0
    assert (len(hook.bodies), len(mailbox.mails)) == (1, 1)
    hook.answers = [404]
    done = command(settings, "alerts", "test", CLAIMHOUSE_ALERT_WEBHOOK=hook.url)
    assert done.stdout.startswith("webhook (127.0.0.1): not taken: it answered 404\n")
    assert done.returncode == 1


def test_the_command_says_what_to_set_where_nothing_is(make_settings: Callable[..., Settings]) -> None:
    done = command(make_settings(), "alerts", "test")
    assert done.returncode == 2
    assert "CLAIMHOUSE_ALERT_WEBHOOK" in done.stderr


def test_a_run_from_the_command_line_tells_once_and_keeps_its_secrets(
    demo_home: Path,
    hook: Webhook,
    mailbox: Mailbox,
    make_settings: Callable[..., Settings],
    hold: Callable[..., object],
) -> None:
    settings = make_settings(hook, mailbox)
    with settings.sources_path.open("a") as file:
        file.write(
            "warehouse: {lock_wait: 0.3}\nsources: [{type: folder, id: a, name: A, language: de, path: /tmp/none}]\n"
        )
    target = settings.home.dbt / "target"
    target.mkdir(parents=True)
    (target / "manifest.json").write_bytes((demo_home / "dbt" / "target" / "manifest.json").read_bytes())
    holder = hold(settings.home.warehouse)
    secrets = {"CLAIMHOUSE_ALERT_WEBHOOK": hook.url, "CLAIMHOUSE_SMTP_PASSWORD": PASSWORD, "CLAIMHOUSE_LOG": "json"}
    done = command(settings, "run", "--date", "2026-03-02", **secrets)
    assert done.returncode == 1, done.stderr
    [body], [mail] = hook.bodies, mailbox.mails
    assert mail["Subject"] == "Claimhouse: raw_tables failed for 2026-03-02"
    assert f"process {holder.pid} (" in body["text"]
    log = (settings.home.dagster / "last-run.log").read_text().splitlines()
    assert [line for line in log if line.startswith('{"') and "dagster_meta" in json.loads(line)]
    kept = [path for path in settings.home.path.rglob("*") if path.is_file() and "target" not in path.parts]
    assert any(path.suffix == ".db" for path in kept)
    for canary in CANARIES:
        assert canary not in done.stdout + done.stderr
        assert [path for path in kept if canary.encode() in path.read_bytes()] == []
