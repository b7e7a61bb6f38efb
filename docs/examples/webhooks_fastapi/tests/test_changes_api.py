"""The app as a server runs it, and offices of the sandbox that post to it."""

from __future__ import annotations

import asyncio
import datetime as dt
import signal
import sqlite3
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn

from changes_api.app import create_app, make_app
from changes_api.demo import KEY, OFFICE, TOKEN, serving, subscribe
from odapi_async.sandbox import Fault, Sandbox

DAY = dt.date(2027, 3, 4)
CALLER = {"Authorization": f"Bearer {TOKEN}"}


@asynccontextmanager
async def running(url: str, *faults: Fault) -> AsyncGenerator[tuple[Sandbox, httpx.AsyncClient]]:
    """Run an office and the app, and yield both."""
    async with (
        Sandbox([OFFICE], event_polling=0.02) as sandbox,
        serving(create_app(url, {"harbour": KEY}, TOKEN)) as address,
        httpx.AsyncClient(base_url=address, headers=CALLER) as caller,
    ):
        for fault in faults:
            sandbox.add_fault(fault)
        await subscribe(sandbox, address)
        yield sandbox, caller


async def changes(caller: httpx.AsyncClient, count: int) -> list[dict[str, Any]]:
    """Wait until a day has so many changes, and return them."""
    for _ in range(3_000):
        found: list[dict[str, Any]] = (await caller.get(f"/changes/{DAY}")).raise_for_status().json()
        if len(found) >= count:
            return found
        await asyncio.sleep(0.01)
    raise TimeoutError(count)


async def test_an_appointment_that_moves_to_a_day_and_away_is_told_of_both(tmp_path: Path) -> None:
    async with running(str(tmp_path / "events.db")) as (sandbox, caller):
        sandbox.change_row(KEY, "appointments", 1, {"AptDateTime": f"{DAY} 09:30:00"})
        (first,) = await changes(caller, 1)
        assert (first["practice"], first["apt_num"]) == ("harbour", 1)
        assert first["after"] == f"{DAY}T09:30:00"
        sandbox.change_row(KEY, "appointments", 1, {"AptDateTime": "2027-03-09 10:00:00"})
        _, moved = await changes(caller, 2)
        assert (moved["before"], moved["after"]) == (f"{DAY}T09:30:00", "2027-03-09T10:00:00")


async def test_an_appointment_that_was_deleted_has_no_time_any_more(tmp_path: Path) -> None:
    async with running(str(tmp_path / "events.db")) as (sandbox, caller):
        sandbox.change_row(KEY, "appointments", 2, {"AptDateTime": f"{DAY} 08:00:00"})
        await changes(caller, 1)
        sandbox.remove_row(KEY, "appointments", 2)
        _, deleted = await changes(caller, 2)
        assert (deleted["before"], deleted["after"]) == (f"{DAY}T08:00:00", None)


async def test_what_the_office_sends_twice_is_told_once(tmp_path: Path) -> None:
    async with running(str(tmp_path / "events.db"), Fault("event_twice", times=None)) as (sandbox, caller):
        for number in (1, 2, 3):
            sandbox.change_row(KEY, "appointments", number, {"AptDateTime": f"{DAY} 09:30:00"})
            found = await changes(caller, number)
            assert [each["apt_num"] for each in found] == [*range(1, number + 1)]
        posts = [each for each in sandbox.sent_events if each.status == 200]
        assert len(posts) > 3, "each event came twice"


async def test_what_was_told_is_still_there_after_a_restart(tmp_path: Path) -> None:
    url = str(tmp_path / "events.db")
    async with running(url) as (sandbox, caller):
        sandbox.change_row(KEY, "appointments", 1, {"AptDateTime": f"{DAY} 09:30:00"})
        await changes(caller, 1)
    async with running(url) as (sandbox, caller):
        assert len(await changes(caller, 1)) == 1, "it is in the database"


async def test_only_callers_with_the_token_read_changes_and_only_offices_post_them(tmp_path: Path) -> None:
    async with running(str(tmp_path / "events.db")) as (_, caller):
        for wrong in ("", "Bearer", f"Bearer {TOKEN}é", f"Bearer {KEY}"):
            headers = [(b"Authorization", wrong.encode())]
            assert (await caller.get(f"/changes/{DAY}", headers=headers)).status_code == 401
        assert (await caller.post("/od/", json=[], headers=CALLER)).status_code == 401
        office = {"Authorization": KEY, "Event-Type": "WatchTable: Appointment"}
        assert (await caller.post("/od/", json=[], headers=office)).status_code == 200


def newer_inbox(folder: Path) -> str:
    """Make a database with an inbox of a newer SDK, and return its path."""
    file = folder / "newer.db"
    file.touch(mode=0o600)
    with closing(sqlite3.connect(file)) as database:
        database.executescript("CREATE TABLE event_meta (format INTEGER); INSERT INTO event_meta VALUES (99)")
    return str(file)


async def test_the_server_ends_if_nothing_can_handle_events(tmp_path: Path) -> None:
    url = newer_inbox(tmp_path)
    server = uvicorn.Server(uvicorn.Config(create_app(url, {"harbour": KEY}, TOKEN), port=0, ws="none"))
    passed_on: list[int] = []
    before = signal.signal(signal.SIGTERM, lambda number, _: passed_on.append(number))
    try:
        async with asyncio.timeout(20):
            await server.serve()
    finally:
        signal.signal(signal.SIGTERM, before)
    assert passed_on == [signal.SIGTERM], "by uvicorn, after it has ended in good order"


async def test_the_settings_come_from_the_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    url = tmp_path / "here.db"
    monkeypatch.setenv("ODAPI_STORE", str(url))
    monkeypatch.setenv("CHANGES_TOKEN", "token-of-the-variable")
    monkeypatch.setenv("OPENDENTAL_CUSTOMER_KEY_HILL", "key-of-hill")
    office = {"Event-Type": "WatchTable: Appointment"}
    rows = [{"AptNum": 7, "PatNum": 1, "AptDateTime": f"{DAY} 09:30:00", "DateTStamp": "2027-03-01 08:00:00"}]
    async with serving(make_app()) as address, httpx.AsyncClient(base_url=address) as web:
        for key, status in ((KEY, 401), ("key-of-hill", 200)):
            posted = await web.post("/od/", json=rows, headers={**office, "Authorization": key})
            assert posted.status_code == status
        refused = await web.get(f"/changes/{DAY}", headers=CALLER)
        assert refused.status_code == 401
        web.headers["Authorization"] = "Bearer token-of-the-variable"
        (change,) = await changes(web, 1)
        assert (change["practice"], change["apt_num"]) == ("hill", 7)
    with closing(sqlite3.connect(url)) as database:
        assert database.execute("SELECT practice, rows FROM event_inbox").fetchall() == [("hill", 1)]
