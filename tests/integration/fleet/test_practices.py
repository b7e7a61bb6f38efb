"""The practices of a fleet in a real database: loaded, changed, disabled, and asked for at once."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from msgspec.structs import replace

from odapi_async.fleet import practices
from odapi_async.fleet.difference import Difference, FleetPractice, difference
from odapi_async.fleet.errors import FleetTooNew, NoFleet, UnsuitableDatabase
from odapi_async.fleet.install import install
from odapi_async.mirror import Store, StoreError
from tests.integration.fleet.databases import empty_url, fleet, fleet_url, installed
from tests.support.fleet import HARBOUR, HILL
from tests.support.mirror import execute

__all__ = ["empty_url", "fleet", "fleet_url", "installed"]


async def load(store: Store, *wanted: FleetPractice) -> Difference:
    found = difference(await practices.read_practices(store), wanted)
    await practices.apply(store, found)
    return found


async def rows(store: Store, query: str) -> list[tuple[Any, ...]]:
    async with store.engine.connect() as connection:
        return [tuple(row) for row in await connection.execute(sa.text(query))]


async def due(store: Store) -> dict[str, bool]:
    return dict(await rows(store, "SELECT practice, next_due <= now() FROM fleet_practices"))


async def test_practices_are_read_as_they_were_written(fleet: Store) -> None:
    await load(fleet, HILL, HARBOUR)
    assert await practices.read_practices(fleet) == (HARBOUR, HILL)
    assert await practices.read_one(fleet, "harbour") == HARBOUR
    assert await practices.read_one(fleet, "lake") is None
    assert await due(fleet) == {"harbour": True, "hill": True}
    assert not await load(fleet, HILL, HARBOUR)


async def test_only_what_changes_is_due_at_once(fleet: Store) -> None:
    await load(fleet, HILL, HARBOUR)
    await execute(fleet, "UPDATE fleet_practices SET next_due = now() + interval '1 hour'")
    await load(fleet, HILL, replace(HARBOUR, every=60.0, tables=None, tier=None))
    assert await due(fleet) == {"harbour": True, "hill": False}
    assert await practices.read_one(fleet, "harbour") == replace(HARBOUR, every=60.0, tables=None, tier=None)


async def test_a_practice_that_was_removed_keeps_its_history_and_comes_back(fleet: Store) -> None:
    await load(fleet, HILL, HARBOUR)
    await execute(
        fleet,
        "UPDATE fleet_practices SET current_at = '2026-01-02 03:04+00', next_due = now() + interval '1 hour'",
    )
    await load(fleet, HILL)
    assert await practices.read_one(fleet, "harbour") == replace(HARBOUR, enabled=False)
    await load(fleet, HILL, HARBOUR)
    assert await practices.read_one(fleet, "harbour") == HARBOUR
    assert await due(fleet) == {"harbour": True, "hill": False}
    (at,) = await rows(fleet, "SELECT current_at FROM fleet_practices WHERE practice = 'harbour'")
    assert at == (dt.datetime(2026, 1, 2, 3, 4, tzinfo=dt.UTC),)


async def test_thousands_of_practices_are_loaded_in_one_go(fleet: Store) -> None:
    many = [replace(HILL, name=f"practice {number:05}") for number in range(5_000)]
    await load(fleet, *many)
    await load(fleet, *many[:10])
    assert sum(each.enabled for each in await practices.read_practices(fleet)) == 10


async def test_a_difference_is_written_whole_or_not_at_all(fleet: Store) -> None:
    await load(fleet, HILL)
    await execute(fleet, "ALTER TABLE fleet_practices ADD CONSTRAINT no CHECK (practice <> 'lake')")
    try:
        with pytest.raises(StoreError, match="23514"):
            await load(fleet, HARBOUR, replace(HILL, name="lake"))
    finally:
        await execute(fleet, "ALTER TABLE fleet_practices DROP CONSTRAINT no")
    assert await practices.read_practices(fleet) == (HILL,)


async def test_an_urgent_practice_is_due_and_queued_before_others(fleet: Store) -> None:
    await load(fleet, HILL, HARBOUR)
    await execute(fleet, "UPDATE fleet_practices SET next_due = now() + interval '1 hour'")
    for _ in range(2):
        await practices.make_urgent(fleet, ["hill"])
    assert await due(fleet) == {"harbour": False, "hill": True}
    queued = "SELECT convert_from(payload, 'UTF8'), priority FROM odapi_pgqueuer"
    assert await rows(fleet, queued) == [("hill", 1)]


async def test_an_overdue_practice_stays_as_overdue_as_it_was(fleet: Store) -> None:
    await load(fleet, HILL)
    await execute(fleet, "UPDATE fleet_practices SET next_due = now() - interval '1 hour'")
    await practices.make_urgent(fleet, ["hill"])
    late = "SELECT next_due < now() - interval '50 minutes' FROM fleet_practices"
    assert await rows(fleet, late) == [(True,)]


async def test_a_database_without_a_fleet_is_refused(empty_url: str, tmp_path: Path) -> None:
    async with Store(empty_url) as store:
        with pytest.raises(NoFleet, match="holds no fleet; run: odapi fleet init"):
            await practices.check_fleet(store)
        await install(store)
        await practices.check_fleet(store)
        await execute(store, "UPDATE fleet_meta SET format = format + 1")
        with pytest.raises(FleetTooNew):
            await practices.check_fleet(store)
    async with Store(str(tmp_path / "practices.db")) as store:
        with pytest.raises(UnsuitableDatabase, match="SQLite file is for one program"):
            await practices.check_fleet(store)
