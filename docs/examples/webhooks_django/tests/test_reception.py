"""The app as a server runs it, the loop of the other process, and an office of the sandbox."""

from __future__ import annotations

import asyncio
import datetime as dt
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.urls import clear_url_caches

from odapi_async.events import Changed, Event, PatientSelected
from odapi_async.mirror import Store
from odapi_async.resources.patients import Patient
from odapi_async.sandbox import Sandbox
from reception.demo import KEY, OFFICE, TOKEN, serving, settings, subscribe
from reception.handle import handle
from reception.office import create_table, make_inbox, note, selected

CALLER = {"Authorization": f"Bearer {TOKEN}"}
NOON = dt.datetime(2027, 3, 4, 12)


@pytest.fixture
async def caller(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[httpx.AsyncClient]:
    """A screen of the reception; the app and the handler run."""
    for name, value in settings(tmp_path).items():
        monkeypatch.setenv(name, value)
    for name in ("reception.urls", "reception.asgi"):  # they read the settings
        monkeypatch.delitem(sys.modules, name, raising=False)
    clear_url_caches()
    store, inbox = make_inbox()
    handling = asyncio.create_task(handle(store, inbox))
    async with store, serving() as address, httpx.AsyncClient(base_url=address, headers=CALLER) as client:
        yield client
        handling.cancel()
        await asyncio.gather(handling, return_exceptions=True)
        from reception.urls import STORE  # noqa: PLC0415 - that of this test

        await STORE.aclose()


@asynccontextmanager
async def office(caller: httpx.AsyncClient) -> AsyncGenerator[Sandbox]:
    """Run an office that posts to the app."""
    async with Sandbox([OFFICE]) as sandbox:
        await subscribe(sandbox, str(caller.base_url).rstrip("/"))
        yield sandbox


async def until_selected(caller: httpx.AsyncClient, pat_num: int) -> None:
    """Wait until a screen shows a patient."""
    for _ in range(500):
        response = await caller.get("/selected/harbour/frontdesk")
        if response.raise_for_status().json() == {"pat_num": pat_num}:
            return
        await asyncio.sleep(0.01)
    raise TimeoutError


async def test_a_screen_shows_the_patient_that_was_selected(caller: httpx.AsyncClient) -> None:
    async with office(caller) as sandbox:
        for number in (3, 7):
            assert await sandbox.select_patient(KEY, number, workstation="FRONTDESK") == 1
            await until_selected(caller, number)
        assert (await caller.get("/selected/harbour/other")).json() == {"pat_num": None}


async def test_only_screens_ask_and_only_offices_post(caller: httpx.AsyncClient) -> None:
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
