"""A mirror that runs for years: which practices it reads, what counts as a failure, and what is forgotten."""

from __future__ import annotations

import json
import os
import sqlite3
import sys
from collections.abc import AsyncGenerator
from contextlib import closing, nullcontext
from pathlib import Path
from typing import Any, Final

import pytest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from typer.testing import CliRunner

from odapi_async.cli import confirm
from odapi_async.cli.app import app
from odapi_async.cli.mirror.command import COMMAND
from odapi_async.cli.mirror.job import MirrorJob
from odapi_async.cli.mirror.runner import MirrorRunner
from odapi_async.cli.progress import SilentDisplay
from odapi_async.events import Inbox, read_delivery
from odapi_async.mirror import PLANS, Store
from odapi_async.mirror.config import Config, PracticeConfig
from odapi_async.otel import OpenTelemetryHook
from odapi_async.sandbox import Fault
from tests.integration.test_cli_office import Finished, odapi
from tests.integration.test_cli_terminal import terminal
from tests.support.bench import KEY, Bench, local, remote, serving
from tests.support.mirror import Clock, copying
from tests.support.redis_server import RedisServer, binaries
from tests.support.watch import until

HARBOUR: Final = "h4rb0urK3y"
PASSWORD: Final = "s3cretPassw0rd"
ROWS: Final = {"patients": 30, "recalls": 4}
CONFIGURED: Final = ("--config", "practices.toml")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [each for each in os.environ if each.startswith(("OPENDENTAL_", "ODAPI_", "OTEL_"))]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
async def bench(folder: Path) -> AsyncGenerator[Bench]:
    async with serving(local(rows=ROWS), local(HARBOUR, rows=ROWS, seed=2)) as found:
        write_config(found)
        yield found


def write_config(bench: Bench, top: str = 'tables = ["patients", "recalls"]') -> None:
    text = f"""
        store = "practices.db"
        {top}
        [defaults]
        mode = "local"
        base_url = "{bench.box.url}"
        [practices.main-street]
        key_env = "MAIN_STREET_KEY"
        [practices.harbour]
        key_env = "HARBOUR_KEY"
    """
    Path("practices.toml").write_text(text, encoding="utf-8")


def give_an_interval() -> None:
    file = Path("practices.toml")
    file.write_text(file.read_text().replace('"HARBOUR_KEY"', '"HARBOUR_KEY"\nevery = "2h"'))


def ask(query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(f"{Path('practices.db').absolute().as_uri()}?mode=ro", uri=True)) as found:
        return found.execute(query).fetchall()


def names_in(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


async def run(bench: Bench, *words: str, code: int = 0, given: str = "", **env: str) -> Finished:
    keys = {"MAIN_STREET_KEY": KEY, "HARBOUR_KEY": HARBOUR} | env
    ended = await odapi(bench, *words, given=given, **keys)
    assert ended.code == code, ended
    for text in (ended.out, ended.err):
        assert not any(each in text for each in (KEY, HARBOUR, PASSWORD, "Traceback"))
    return ended


def counts(table: str = "patients") -> dict[str, int]:
    return dict(ask(f"SELECT practice, count(*) FROM {table} GROUP BY practice"))


async def test_settings_of_all_practices_are_in_the_defaults(bench: Bench) -> None:
    await run(bench, "mirror", *CONFIGURED)
    assert counts() == {"main-street": 30, "harbour": 30}


async def test_an_interval_of_a_fleet_does_not_disturb_one_round_and_is_refused_with_follow(
    bench: Bench,
) -> None:
    give_an_interval()
    await run(bench, "mirror", *CONFIGURED)
    assert counts() == {"main-street": 30, "harbour": 30}
    ended = await run(bench, "mirror", *CONFIGURED, "--follow", code=2)
    assert ended.err.startswith("odapi: every of harbour is for odapi fleet: --follow reads all practices")
    assert "use --every TIME" in ended.err


@pytest.mark.unmeasured
async def test_several_practices_can_be_chosen_with_and_without_a_file(bench: Bench) -> None:
    both = ("--practice", "harbour", "--practice", "main-street")
    await run(bench, "mirror", *CONFIGURED, *both[:2])
    assert counts() == {"harbour": 30}
    words = ("mirror", "patients", "--store", "others.db", *both)
    ended = await run(
        bench, *words, OPENDENTAL_CUSTOMER_KEY_HARBOUR=HARBOUR, OPENDENTAL_CUSTOMER_KEY_MAIN_STREET=KEY
    )
    assert "everything was read: 2 practices, 60 rows" in ended.out


@pytest.mark.unmeasured
async def test_a_shard_reads_its_part(bench: Bench) -> None:
    await run(bench, "mirror", *CONFIGURED, "--shard", "2/3")
    assert counts() == {"harbour": 30}
    ended = await run(bench, "mirror", *CONFIGURED, "--shard", "3/3", HARBOUR_KEY="", MAIN_STREET_KEY="")
    assert "0 practices" in ended.out, "a part may be empty"
    await run(bench, "mirror", *CONFIGURED, "--shard", "1/3", HARBOUR_KEY="")
    assert counts() == {"main-street": 30, "harbour": 30}


async def test_with_keep_going_a_missing_key_is_a_failed_practice(bench: Bench) -> None:
    ended = await run(bench, "mirror", *CONFIGURED, code=2, HARBOUR_KEY="")
    assert ended.err == ("odapi: harbour: the variable HARBOUR_KEY is not set; set it to the customer key\n")
    assert bench.arrivals == []
    ended = await run(bench, "mirror", *CONFIGURED, "--keep-going", code=1, HARBOUR_KEY="")
    assert counts() == {"main-street": 30}
    (line,) = [each for each in ended.out.splitlines() if each.startswith("harbour, ")]
    assert "MissingKeyError: the variable HARBOUR_KEY is not set; set it to the customer key" in line
    words = ("mirror", *CONFIGURED, "--keep-going", "--fail-after", "1d", "--quiet")
    assert "harbour" in (await run(bench, *words, code=1, HARBOUR_KEY="")).out, "it counts at once"
    await run(bench, "mirror", *CONFIGURED, "--keep-going", code=2, HARBOUR_KEY="", MAIN_STREET_KEY="")


async def test_a_young_failure_changes_no_exit_code_and_is_not_printed_by_quiet(bench: Bench) -> None:
    bench.box.add_fault(Fault("status", None, path="/recalls", status=404))
    words = ("mirror", *CONFIGURED, "--quiet", "--heartbeat", "beat.json")
    assert (await run(bench, *words, "--fail-after", "1d")).out == ""
    assert beat()["complete"] is False
    assert (beat()["ok"], beat()["failed"], beat()["rounds"]) == (True, 2, 1)
    assert "recalls" in (await run(bench, *words, code=1)).out
    assert beat()["ok"] is False
    bench.box.clear_faults()
    await run(bench, *words)
    assert (beat()["complete"], beat()["ok"], beat()["failed"], beat()["practices"]) == (True, True, 0, 2)


def beat() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(Path("beat.json").read_text(encoding="utf-8"))
    return found


@pytest.mark.unmeasured
async def test_a_failure_counts_when_it_is_old_enough_and_a_success_ends_it(folder: Path) -> None:
    clock = Clock()
    async with copying(str(folder / "mirror.db"), local(rows=ROWS), clock=clock) as copy:
        config = Config(tables=("patients", "recalls"), practices={"harbour": PracticeConfig()})
        job = MirrorJob(config=config, developer_key="unused", customer_keys={"harbour": KEY})
        hook = OpenTelemetryHook(meter_provider=(meters := MeterProvider([reader := InMemoryMetricReader()])))
        runner = MirrorRunner(copy.bench.client, copy.store, job, lambda: nullcontext(SilentDisplay()), hook)
        runner.practices = {"harbour": copy.practice}
        day = 86_400.0

        async def is_ok() -> bool:
            return await runner.is_ok(await runner.run_round(), day)

        assert await is_ok()
        copy.bench.box.add_fault(Fault("status", None, path="/patients", status=404))
        clock.move(days=10)
        assert await is_ok(), "it was read ten days ago, and fails since now"
        clock.move(hours=23)
        assert await is_ok()
        clock.move(hours=1)
        assert not await is_ok()
        assert not await is_ok()
        copy.bench.box.clear_faults()
        assert await is_ok()
        copy.bench.box.add_fault(Fault("status", None, path="/patients", status=404))
        clock.move(days=3)
        assert await is_ok(), "it failed before, but not since then"
        assert "odapi.mirror.rounds" in str(reader.get_metrics_data())
        meters.shutdown()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--heartbeat", "nowhere/beat.json"), "the file of --heartbeat cannot be written: No such file"),
        (("--fail-after", "2x"), "--fail-after needs a number and a unit: 30s, 5m, 2h or 1d"),
        (("--shard", "0/3"), "--shard needs a number and the number of all shards: 1/3, 2/3 or 3/3"),
        (("--shard", "x"), "--shard needs a number and the number of all shards: 1/3, 2/3 or 3/3"),
        (("--practice", "harbor"), "the file has no practice harbor; did you mean harbour?"),
        (("status",), "status is a command and no table: write it first, as in odapi mirror status"),
        (("patients", "forget"), "forget is a command and no table: write it first"),
    ],
)
async def test_an_option_that_cannot_work_sends_and_writes_nothing(
    bench: Bench, folder: Path, words: tuple[str, ...], message: str
) -> None:
    ended = await run(bench, "mirror", *CONFIGURED, *words, code=2)
    assert message in ended.err
    assert (bench.arrivals, names_in(folder)) == ([], ["practices.toml"])


@pytest.mark.parametrize(
    ("url", "message"),
    [
        (f"redsi://:{PASSWORD}@redis:6379", "ODAPI_REDIS: the URL has to look like redis://host:6379/0"),
        (f"redis://:{PASSWORD}@redis:port", "ODAPI_REDIS: the URL has to look like redis://host:6379/0"),
        (f"redis://:{PASSWORD}@[", "ODAPI_REDIS: the URL has to look like redis://host:6379/0"),
        (f"redis://:{PASSWORD}@redis?decode_responses=1", "must not have other options than db, username"),
    ],
)
async def test_a_url_of_redis_that_cannot_work_is_not_shown(bench: Bench, url: str, message: str) -> None:
    for words in (("mirror", *CONFIGURED), ("list", "patients")):
        assert message in (await run(bench, *words, code=2, ODAPI_REDIS=url)).err
    assert bench.arrivals == []


async def test_without_the_client_of_redis_the_message_says_what_to_install(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [each for each in sys.modules if each.startswith(("redis", "odapi_async.scheduler.redis"))]:
        monkeypatch.delitem(sys.modules, name)
    for name in ("redis", "redis.asyncio"):
        monkeypatch.setitem(sys.modules, name, None)
    ended = await run(bench, "mirror", *CONFIGURED, code=2, ODAPI_REDIS="redis://redis")
    assert ended.err == "odapi: ODAPI_REDIS needs the Redis client: pip install 'odapi-async[redis]'\n"


@pytest.mark.skipif(not binaries(), reason="no Redis server here")
async def test_the_pace_is_shared_through_redis(folder: Path) -> None:
    with RedisServer() as server:
        async with serving(remote(rows=ROWS)) as bench:
            words = ("mirror", "patients", "--mode", "remote", "--tier", "enterprise")
            await run(bench, *words, ODAPI_REDIS=server.url)
        assert server.calls() > 0


async def test_redis_that_does_not_answer_is_one_line_with_advice(bench: Bench) -> None:
    words = ("mirror", "patients", "--mode", "remote", "--tier", "enterprise")
    ended = await run(bench, *words, code=1, ODAPI_REDIS=f"unix://{Path.cwd()}/nobody?password={PASSWORD}")
    assert "BucketUnavailable: Redis, which holds the pace that processes share, does not answer" in ended.out


async def test_a_practice_is_forgotten(bench: Bench) -> None:
    await run(bench, "mirror", *CONFIGURED)
    refused = await run(bench, "mirror", "forget", "harbour", *CONFIGURED, code=2)
    assert refused.err == (
        "odapi: nothing was removed (harbour: 34 rows in 2 tables of practices.db): "
        "nobody can confirm it here; add --yes\n"
    )
    assert counts() == {"main-street": 30, "harbour": 30}
    async with Store("practices.db") as store:
        inbox = Inbox(store)
        for name in ("harbour", "main-street"):
            kind = {"event-type": "WatchTable: Patient"}
            await inbox.store(read_delivery(name, kind, "", b'[{"PatNum": 1}, {"PatNum": 2}]'))
    ended = await run(bench, "mirror", "forget", "harbour", *CONFIGURED, "--yes")
    assert ended.out == "removed: harbour, 34 rows and 1 event\n"
    with closing(sqlite3.connect("practices.db")) as connection:
        assert connection.execute("SELECT practice FROM event_inbox").fetchall() == [("main-street",)]
    assert ended.err == "harbour is still in the configuration file: the next run copies it again\n"
    assert counts() == {"main-street": 30}
    words = ("mirror", "forget", "main-strete", "--store", "practices.db", "--yes")
    ended = await run(bench, *words, code=2)
    assert ended.err == "odapi: the database has no practice main-strete; did you mean main-street?\n"


async def test_a_practice_of_which_only_events_are_kept_is_forgotten(bench: Bench) -> None:
    async with Store("practices.db") as store:
        inbox, kind = Inbox(store), {"event-type": "WatchTable: Patient"}
        for name in ("harbour", "main-street"):
            await inbox.store(read_delivery(name, kind, "", b'[{"PatNum": 1}, {"PatNum": 2}]'))
    words = ("mirror", "forget", "harbour", "--store", "practices.db")
    refused = await run(bench, *words, code=2)
    assert "nothing was removed (harbour: 1 event in practices.db)" in refused.err
    assert (await run(bench, *words, "--yes")).out == "removed: harbour, 0 rows and 1 event\n"
    for table in ("event_inbox", "event_seen"):
        assert {practice for (practice,) in ask(f"SELECT practice FROM {table}")} == {"main-street"}
    assert "has no practice harbour" in (await run(bench, *words, "--yes", code=2)).err


async def test_what_tells_repeated_events_is_forgotten_too(bench: Bench) -> None:
    async with Store("practices.db") as store:
        kind = {"event-type": "WatchTable: Patient"}
        await Inbox(store).store(read_delivery("harbour", kind, "", b'[{"PatNum": 1}]'))
        async with store.engine.begin() as connection:
            await connection.exec_driver_sql("DELETE FROM event_inbox")  # as after keep_days
    words = ("mirror", "forget", "harbour", "--store", "practices.db")
    assert "harbour: what tells repeated events in practices.db" in (await run(bench, *words, code=2)).err
    await run(bench, *words, "--yes")
    assert ask("SELECT practice FROM event_seen") == []


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("forget",), 2, "NAME is missing"),
        (
            ("forget", "harbour", "--yes"),
            1,
            "the database mirror.db does not exist; create it with: odapi mirror",
        ),
        (("forget", "harbour", *CONFIGURED, "--store", "x.db", "--yes"), 1, "x.db does not exist"),
        (("forget", "harbour", "--store", f"postgresql://me:{PASSWORD}@server/x"), 2, "ODAPI_STORE"),
        (("forget", "harbour", "--config", "other.toml"), 2, "other.toml cannot be read: No such file"),
        (("status",), 1, "the database mirror.db does not exist; create it with: odapi mirror"),
        (("status", "--shard", "1/3"), 2, "--shard needs --config: it divides the practices of the file"),
        (("status", *CONFIGURED, "--shard", "4/3"), 2, "--shard needs a number and the number of all shards"),
        (
            ("status", *CONFIGURED, "--shard", "1/3", "--practice", "harbour"),
            2,
            "--shard cannot be used with --practice",
        ),
        (("status", "--max-age", "2x"), 2, "--max-age needs a number and a unit: 30s, 5m, 2h or 1d"),
        (("status", *CONFIGURED, "--store", "x.db"), 1, "x.db does not exist"),
    ],
)
async def test_a_command_below_mirror_that_cannot_work(
    bench: Bench, folder: Path, words: tuple[str, ...], code: int, message: str
) -> None:
    assert message in (await run(bench, "mirror", *words, code=code)).err
    assert names_in(folder) == ["practices.toml"]


async def status(bench: Bench, *words: str, code: int = 0) -> dict[str, Any]:
    ended = await run(bench, "mirror", "status", *words, "--json", code=code)
    found: dict[str, Any] = json.loads(ended.out)
    return found


async def test_the_status_of_the_practices_of_a_file(bench: Bench) -> None:
    await run(bench, "mirror", *CONFIGURED)
    bench.box.arrivals.clear()
    ended = await run(bench, "mirror", "status", *CONFIGURED, "--max-age", "1h", HARBOUR_KEY="")
    assert ended.out.startswith("2 practices at ")
    assert ": 2 current\n" in ended.out
    write_config(bench, 'tables = ["recalls", "documents"]')
    found = await status(bench, *CONFIGURED, "--max-age", "1h", code=1)
    tables = {each["table"]: each for each in found["practices"][0]["tables"]}
    assert tables.keys() == {"recalls", "documents", "patients"}, "a parent table is read, too"
    assert tables["documents"]["read_at"] is None
    assert tables["recalls"]["read_at"] is not None
    await status(bench, *CONFIGURED)
    assert bench.arrivals == []


async def test_the_status_of_a_shard_is_that_of_its_practices(bench: Bench) -> None:
    await run(bench, "mirror", *CONFIGURED, "--shard", "1/3", HARBOUR_KEY="")
    found = await status(bench, *CONFIGURED, "--shard", "1/3", "--max-age", "1h")
    assert [each["practice"] for each in found["practices"]] == ["main-street"]
    other = await status(bench, *CONFIGURED, "--shard", "2/3", "--max-age", "1h", code=1)
    assert [each["practice"] for each in other["practices"]] == ["harbour"], "the other machine is late"
    ended = await run(bench, "mirror", "status", *CONFIGURED, "--shard", "3/3", "--max-age", "1h")
    assert ended.out == "no practice of the file is in shard 3/3\n"


async def test_the_status_of_all_that_is_in_a_database(bench: Bench) -> None:
    await run(bench, "mirror", *CONFIGURED)
    stored = ("--store", "practices.db")
    assert {each["practice"] for each in (await status(bench, *stored))["practices"]} == {
        "main-street",
        "harbour",
    }
    found = await status(bench, *stored, "--practice", "harbour", "--max-age", "1d")
    assert [each["practice"] for each in found["practices"]] == ["harbour"]
    ended = await run(bench, "mirror", "status", *stored, "--practice", "harbor", code=2)
    assert ended.err == "odapi: there is no practice harbor; did you mean harbour?\n"


async def test_a_practice_with_a_new_name_is_one_line_with_advice(bench: Bench) -> None:
    await run(bench, "mirror", *CONFIGURED)
    words = ("mirror", "patients", "--store", "practices.db", "--practice", "hafen")
    ended = await run(bench, *words, code=1, OPENDENTAL_CUSTOMER_KEY_HAFEN=HARBOUR)
    (line,) = [each for each in ended.out.splitlines() if each.startswith("hafen, ")]
    assert "PracticeRenamed: the rows of harbour were read with the key of hafen; " in line
    assert line.endswith(
        "-> use the old name; or remove the old one: odapi mirror forget OLD-NAME; or keep both: "
        "--accept-new-keys --practice NAME, once"
    )
    await run(bench, "mirror", "forget", "harbour", "--store", "practices.db", "--yes")
    await run(bench, *words, OPENDENTAL_CUSTOMER_KEY_HAFEN=HARBOUR)


async def test_excluded_fields_are_not_stored(bench: Bench) -> None:
    write_config(bench, 'tables = ["patients"]\nexclude = ["patients.SSN", "patients.Email"]')
    await run(bench, "mirror", *CONFIGURED)
    names = {row[1] for row in ask("PRAGMA table_info(patients)")}
    assert {"patnum", "lname", "ssn", "email"} - names == {"ssn", "email"}
    assert counts() == {"main-street": 30, "harbour": 30}


@pytest.mark.unmeasured
async def test_on_a_terminal_it_asks_first(bench: Bench) -> None:
    await run(bench, "mirror", "patients", "--store", "practices.db")
    async with terminal(bench, "mirror", "forget", "default", "--store", "practices.db") as seen:
        await until(lambda: "[y/N]" in seen.shown)
        assert seen.shown.splitlines()[0] == "default: 30 rows in 1 table of practices.db"
        assert counts() == {"default": 30}
        seen.type("y\n")
        await until(lambda: "removed: default, 30 rows" in seen.shown)
    assert seen.process.returncode == 0
    assert counts() == {}


async def test_nothing_is_removed_if_the_answer_is_no(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    await run(bench, "mirror", "patients", "--store", "practices.db")
    monkeypatch.setattr(confirm, "is_terminal", lambda: True)
    words = ("mirror", "forget", "default", "--store", "practices.db")
    ended = await run(bench, *words, code=1, given="n\n")
    assert ended.err.endswith("nothing was removed\n")
    assert counts() == {"default": 30}


def test_no_table_has_the_name_of_a_command() -> None:
    names = {each.name for each in COMMAND.commands.values()}
    assert names == {"status", "forget"}
    assert names.isdisjoint(plan.table for plan in PLANS)


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (("--help",), ["Usage: odapi mirror [OPTIONS] ", "--fail-after", "Commands:", "forget "]),
        (("--help",), ["  status  Show how current the copies are.", "Examples:", "exclude", "[defaults]"]),
        (("status", "--help"), ["Usage: odapi mirror status [OPTIONS]", "--max-age", "Examples:"]),
        (("forget", "--help"), ["Usage: odapi mirror forget [OPTIONS] ", "--yes", "Examples:"]),
    ],
)
def test_help_shows_the_options_and_the_commands(words: tuple[str, ...], shown: list[str]) -> None:
    ended = CliRunner().invoke(app, ["mirror", *words], prog_name="odapi", env={"COLUMNS": "110"})
    assert ended.exit_code == 0
    assert [each for each in shown if each not in ended.output] == []


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("mirror st", ["statements", "status"]),
        ("mirror patients st", ["statements"]),
        ("mirror forget --y", ["--yes"]),
        ("mirror --fail", ["--fail-after"]),
    ],
)
def test_a_shell_completes_commands_tables_and_options(words: str, found: list[str]) -> None:
    asked = {
        "_ODAPI_COMPLETE": "complete_bash",
        "COMP_WORDS": f"odapi {words}",
        "COMP_CWORD": str(len(words.split())),
    }
    ended = CliRunner().invoke(app, prog_name="odapi", env=asked)
    assert (ended.output.split(), ended.exit_code) == (found, 0)
