"""A slice that is cancelled has time for its last statements, and counts until it has ended."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncGenerator, Awaitable, Callable
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from odapi_async import OpenDental
from odapi_async.fleet import slices as slices_module
from odapi_async.fleet import turns
from odapi_async.fleet.difference import FleetPractice
from odapi_async.fleet.due import SliceOutcome
from odapi_async.fleet.slices import Slices
from odapi_async.fleet.tally import Tally
from odapi_async.fleet.turns import Result, Turn
from odapi_async.mirror import Mirror, Store
from odapi_async.sandbox import Sandbox
from odapi_async.testing import SandboxTransport


@pytest.fixture
async def slices(tmp_path: Path) -> AsyncGenerator[Slices]:
    """Slices of a worker whose database hangs: nothing else of it is asked for."""
    box = Sandbox([])
    client = OpenDental(box.developer_key, transport=SandboxTransport(box))
    async with client, Store(f"sqlite:///{tmp_path / 'practices.db'}") as store:
        guard: Any = None
        yield Slices(client, Mirror(client, store), guard, uuid4(), no_key, Tally(), print, 1.0)


async def no_key(practice: str, _: str) -> str:
    raise AssertionError(practice)


def hanging(end: Callable[[], Awaitable[object]]) -> Callable[..., Awaitable[None]]:
    """A statement that the database does not answer, and what it takes to end it."""

    async def begin(*_: object, **__: object) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await end()

    return begin


@pytest.mark.parametrize("is_cancelled", [True, False], ids=["cancelled", "too long"])
async def test_a_slice_is_awaited_until_it_has_ended(
    slices: Slices, monkeypatch: pytest.MonkeyPatch, *, is_cancelled: bool
) -> None:
    counts: list[int] = []

    async def end() -> None:
        await asyncio.sleep(0.01)
        counts.append(len(slices))

    monkeypatch.setattr(turns, "begin", hanging(end))
    if not is_cancelled:
        monkeypatch.setattr(slices, "_limit", 0.01)
    run = asyncio.create_task(slices.run("hill"))
    await asyncio.sleep(0)
    if is_cancelled:
        run.cancel()
    await asyncio.wait([run])
    assert run.cancelled() is is_cancelled
    assert (counts, len(slices)) == ([1], 0)


async def test_a_slice_that_does_not_end_in_time_still_counts(
    slices: Slices, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = asyncio.Event()
    monkeypatch.setattr(turns, "begin", hanging(ended.wait))
    monkeypatch.setattr(slices, "_limit", 0.01)
    monkeypatch.setattr(slices_module, "_GRACE", 0.01)
    await slices.run("hill")
    assert len(slices) == 1
    ended.set()
    while len(slices):  # noqa: ASYNC110 - its task is its own
        await asyncio.sleep(0)


async def test_a_slice_that_begins_while_the_worker_stops_asks_for_no_key(
    slices: Slices, monkeypatch: pytest.MonkeyPatch
) -> None:
    practice = FleetPractice(name="hill", key_ref="name:")
    results: list[Result] = []

    async def begin(*_: object, **__: object) -> Turn:
        slices.stop()
        return Turn(practice=practice, failures=0, next_due=dt.datetime(2026, 11, 28))

    async def end(_: Store, __: Turn, ___: UUID, result: Result) -> None:
        results.append(result)

    monkeypatch.setattr(turns, "begin", begin)
    monkeypatch.setattr(turns, "end", end)
    await slices.run("hill")
    assert [each.outcome for each in results] == [SliceOutcome.STOPPED]
