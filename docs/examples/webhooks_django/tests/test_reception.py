"""The app as a server runs it, the process that handles events, and an office of the sandbox."""

from __future__ import annotations

import asyncio
import datetime as dt
import socket
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import httpx
import pytest

from odapi_async.events import Changed, Event, PatientSelected
from odapi_async.mirror import Store
from odapi_async.resources.patients import Patient
from odapi_async.sandbox import Sandbox
from reception.database import create_table, note, selected
from reception.demo import KEY, OFFICE, TOKEN, running, serving, settings, subscribe

CALLER = {"Authorization": f"Bearer {TOKEN}"}
NOON = dt.datetime(2027, 3, 4, 12)


@pytest.fixture
async def caller(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[httpx.AsyncClient]:
    """A screen of the reception, while both processes run."""
    for name, value in settings(tmp_path).items():
        monkeypatch.setenv(name, value)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    async with (
        running("reception.handle"),
        serving(port) as address,
        httpx.AsyncClient(base_url=address, headers=CALLER) as client,
    ):
        yield client


async def until_selected(caller: httpx.AsyncClient, pat_num: int) -> None:
    """Wait until a screen shows a patient."""
    for _ in range(1_500):
        response = await caller.get("/selected/harbour/frontdesk")
        if response.status_code == 200 and response.json() == {"pat_num": pat_num}:
            return
        await asyncio.sleep(0.02)
    raise TimeoutError


async def test_a_screen_shows_the_patient_that_was_selected(caller: httpx.AsyncClient) -> None:
    async with Sandbox([OFFICE]) as sandbox:
        await subscribe(sandbox, str(caller.base_url).rstrip("/"))
        for number in (3, 7):
            assert await sandbox.select_patient(KEY, number, workstation="FRONTDESK") == 1
            await until_selected(caller, number)
    assert (await caller.get("/selected/harbour/other")).json() == {"pat_num": None}
    for wrong in ("", "Bearer", f"Bearer {KEY}"):
        refused = await caller.get("/selected/harbour/frontdesk", headers={"Authorization": wrong})
        assert refused.status_code == 401
    assert (await caller.post("/od", json={"PatNum": 3}, headers=CALLER)).status_code == 401
    assert (await caller.get("/od", headers={"Authorization": KEY})).status_code == 405


async def test_an_event_that_comes_late_changes_nothing(tmp_path: Path) -> None:
    async with Store(str(tmp_path / "events.db")) as store:
        await create_table(store)

        async def tell(event: Event) -> int | None:
            async with store.engine.begin() as connection:
                await note(event, connection)
            return await selected(store, "harbour", "frontdesk")

        about: dict[str, Any] = {"practice": "harbour", "workstation": "FRONTDESK"}
        later = PatientSelected(kind="PatientSelected", received_at=NOON, patient=Patient(PatNum=7), **about)
        before = NOON - dt.timedelta(minutes=1)
        earlier = PatientSelected(
            kind="PatientSelected", received_at=before, patient=Patient(PatNum=3), **about
        )
        assert await tell(later) == 7
        assert await tell(earlier) == 7
        assert await tell(Changed(kind="Patient", table="patients", rows=(), received_at=NOON, **about)) == 7
