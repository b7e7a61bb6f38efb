"""The app, an office of the sandbox that posts to it, and a chat that it tells."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import sqlite3
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, web

from chat_notice.app import create_app, make_app, tell, text_of
from chat_notice.demo import KEY, OFFICE, chat_app, serving, subscribe
from odapi_async.events import Changed, Deleted
from odapi_async.resources.appointments import Appointment
from odapi_async.resources.patients import Patient
from odapi_async.sandbox import Sandbox

TIMES = {"AptDateTime": "2027-03-04 09:30:00"}
TOLD = "harbour: appointments changed on Thu 2027-03-04 (1)"


@asynccontextmanager
async def running(url: str, hear: Callable[[str], object]) -> AsyncGenerator[tuple[Sandbox, str]]:
    """Run an office, the app and a chat, and yield the office and the app's address."""
    async with (
        Sandbox([OFFICE], event_polling=0.02) as sandbox,
        serving(chat_app(hear)) as chat,
        serving(create_app(url, {"harbour": KEY}, f"{chat}/hook")) as address,
    ):
        await subscribe(sandbox, address)
        yield sandbox, address


async def until(condition: Callable[[], object]) -> None:
    for _ in range(3_000):
        if condition():
            return
        await asyncio.sleep(0.01)
    raise TimeoutError


async def test_the_chat_hears_of_a_change_at_the_office(tmp_path: Path) -> None:
    heard: list[str] = []
    async with running(str(tmp_path / "events.db"), heard.append) as (sandbox, _):
        sandbox.change_row(KEY, "appointments", 1, TIMES)
        await until(lambda: TOLD in heard)


async def test_what_the_chat_refuses_is_told_again(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    tried: list[str] = []

    def hear(text: str) -> None:
        tried.append(text)
        if tried.count(text) == 1:
            raise web.HTTPServiceUnavailable

    with caplog.at_level(logging.WARNING):
        async with running(str(tmp_path / "events.db"), hear) as (sandbox, _):
            sandbox.change_row(KEY, "appointments", 1, TIMES)
            await until(lambda: tried.count(TOLD) == 2)
    assert "failed with ClientResponseError at try 1 of 10: it is due again in 1 s" in caplog.text
    assert KEY not in caplog.text


async def test_a_chat_that_does_not_end_its_response_holds_no_connection() -> None:
    closed = asyncio.Event()

    async def respond(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"}")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")  # and never the five bytes
        await reader.read()
        writer.close()
        closed.set()

    async with (
        await asyncio.start_server(respond, "127.0.0.1", 0) as chat,
        ClientSession(raise_for_status=True) as session,
        asyncio.timeout(20),
    ):
        host, port = chat.sockets[0].getsockname()
        await tell(session, f"http://{host}:{port}/hook", "hello")
        await closed.wait()


async def test_strangers_are_refused(tmp_path: Path) -> None:
    heard: list[str] = []
    async with running(str(tmp_path / "events.db"), heard.append) as (_, address), ClientSession() as web_:
        stranger = {"Authorization": "key-of-hill", "Event-Type": "WatchTable: Appointment"}
        async with web_.post(f"{address}/od", json=[{"AptNum": 1, **TIMES}], headers=stranger) as response:
            assert response.status == 401
    assert heard == []


def test_the_chat_hears_of_days_and_counts_and_of_no_patient() -> None:
    when = dt.datetime(2027, 3, 4, 9, 30)
    rows = [Appointment(AptNum=number, PatNum=4711, AptDateTime=when, Note="Ring Ann") for number in (1, 2)]
    rows += [Appointment(AptNum=3, AptDateTime=None)]
    about: dict[str, Any] = {
        "practice": "harbour",
        "kind": "Appointment",
        "received_at": when,
        "table": "appointments",
    }
    patients: dict[str, Any] = {**about, "table": "patients"}
    assert text_of(Changed(rows=tuple(rows), **about)) == TOLD.replace("(1)", "(2)")
    assert text_of(Changed(rows=(Patient(PatNum=1),), **patients)) == ""
    assert text_of(Deleted(ids=(1,), **about)) == ""


def newer_inbox(folder: Path) -> str:
    """Make a database with an inbox of a newer SDK, and return its path."""
    file = folder / "newer.db"
    file.touch(mode=0o600)
    with closing(sqlite3.connect(file)) as database:
        database.executescript("CREATE TABLE event_meta (format INTEGER); INSERT INTO event_meta VALUES (99)")
    return str(file)


def test_the_program_ends_if_nothing_can_handle_events(tmp_path: Path) -> None:
    url = newer_inbox(tmp_path)
    app = create_app(url, {"harbour": KEY}, "https://chat.example/hook")
    with pytest.raises(SystemExit) as ended:
        web.run_app(app, host="127.0.0.1", port=0, print=None)
    assert ended.value.code == 1


async def test_the_settings_come_from_the_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    url, heard = tmp_path / "here.db", list[str]()
    office = {"Event-Type": "WatchTable: Appointment"}
    rows = [{"AptNum": 7, "DateTStamp": "2027-03-01 08:00:00", **TIMES}]
    async with serving(chat_app(heard.append)) as chat, ClientSession() as web_:
        monkeypatch.setenv("ODAPI_STORE", str(url))
        monkeypatch.setenv("CHAT_URL", f"{chat}/hook")
        monkeypatch.setenv("OPENDENTAL_CUSTOMER_KEY_HILL", "key-of-hill")
        async with serving(await make_app()) as address:
            for key, status in ((KEY, 401), ("key-of-hill", 200)):
                headers = {**office, "Authorization": key}
                async with web_.post(f"{address}/od", json=rows, headers=headers) as response:
                    assert response.status == status
            await until(lambda: heard)
    assert heard == [TOLD.replace("harbour", "hill")]
    with closing(sqlite3.connect(url)) as database:
        assert database.execute("SELECT practice, rows FROM event_inbox").fetchall() == [("hill", 1)]
