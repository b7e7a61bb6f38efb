"""Exports of changes: with the time of the export before, none is lost, whatever the mirror writes."""

from __future__ import annotations

import asyncio
import csv
import datetime as dt
from pathlib import Path
from typing import Final

import pytest

from odapi_async.mirror import FileFormat, Outcome, Store, TableStatus, export, next_since
from odapi_async.mirror.cursor import Cursor
from odapi_async.mirror.database.own_rows import Run
from odapi_async.resources.patients import Patient
from tests.support.bench import KEY, remote
from tests.support.mirror import LONG_AGO, NAME, Clock, copying

TABLE: Final = "patients"
MINUTE: Final = dt.timedelta(minutes=1)
MARGIN: Final = 5 * MINUTE


async def changes(
    store: Store, folder: Path, since: dt.datetime, practice: str | None = None
) -> dict[int, str]:
    """Return the rows of an export of changes: the times of their deletion by id."""
    path = folder / "changes.csv"
    await export(store, TABLE, path, format=FileFormat.CSV, since=since, practice=practice)
    with path.open(encoding="utf-8", newline="") as file:
        return {int(row["PatNum"]): row["deleted_at"] for row in csv.DictReader(file)}


async def test_only_what_was_read_or_deleted_since_then_is_exported(url: str, tmp_path: Path) -> None:
    async with copying(url, remote(rows={TABLE: 6})) as copy:
        await copy.one(TABLE)
        first = LONG_AGO - MARGIN
        assert await next_since(copy.store) == first
        copy.clock.move(hours=1)
        copy.bench.box.change_row(KEY, TABLE, 3, {"LName": "Changed"})
        copy.bench.box.remove_row(KEY, TABLE, 5)
        await copy.one(TABLE, sweep=True)
        later = copy.clock()
        assert await changes(copy.store, tmp_path, first) == {
            1: "",
            2: "",
            3: "",
            4: "",
            5: f"{later}",
            6: "",
        }
        assert await next_since(copy.store) == later - MARGIN
        copy.clock.move(hours=1)
        copy.bench.box.change_row(KEY, TABLE, 3, {"LName": "Again"})
        await copy.one(TABLE)
        found = await changes(copy.store, tmp_path, copy.clock())
        assert 3 in found
        assert 5 not in found, "it was deleted before"
        assert await changes(copy.store, tmp_path, later) == {
            1: "",
            2: "",
            3: "",
            4: "",
            5: f"{later}",
            6: "",
        }
        assert await changes(copy.store, tmp_path, later + MINUTE) == found


@pytest.mark.parametrize("fraction", [0, 999_999])
async def test_the_second_itself_and_times_with_a_zone(url: str, tmp_path: Path, fraction: int) -> None:
    async with copying(url, remote(rows={TABLE: 2})) as copy:
        await copy.one(TABLE)
        copy.bench.box.remove_row(KEY, TABLE, 2)
        await copy.one(TABLE, sweep=True)
        exact = LONG_AGO.replace(microsecond=fraction)
        assert await changes(copy.store, tmp_path, exact) == {1: "", 2: f"{LONG_AGO}"}
        zone = dt.timezone(dt.timedelta(hours=-5))
        there = exact.replace(tzinfo=dt.UTC).astimezone(zone)
        assert await changes(copy.store, tmp_path, there) == {1: "", 2: f"{LONG_AGO}"}
        assert await changes(copy.store, tmp_path, exact + dt.timedelta(seconds=1)) == {}


HELD: Final = {
    "sqlite": "BEGIN IMMEDIATE",
    "postgresql": "LOCK TABLE patients IN SHARE MODE",
}
"""The statement of another program that lets the mirror wait before it writes a row."""


class Work:
    """A run of the mirror that the test takes forward page by page."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self.store = store
        self.clock = clock
        self.run = Run()
        self.status = TableStatus(practice=NAME, table=TABLE, outcome=Outcome.RUNNING)
        self.cursor = Cursor()

    async def begin(self) -> None:
        await self.store.open([TABLE])
        await self.store.begin(NAME, [TABLE])
        self.cursor = (await self.store.state(NAME, TABLE)).cursor

    async def write(self, number: int) -> None:
        """Write a page with one row; the time of the page is taken at once."""
        rows = [Patient(PatNum=number)]
        self.cursor = await self.store.advance(self.run, self.status, self.cursor, rows)

    async def end(self) -> None:
        self.status.outcome = Outcome.DONE
        await self.store.finish(self.run, self.status, self.cursor, swept=False)


async def test_no_row_is_lost_that_appears_after_an_export_with_a_time_from_before_it(
    url: str, tmp_path: Path
) -> None:
    clock = Clock()
    async with Store(url, clock=clock) as store, Store(url) as other, Store(url) as reader:
        work = Work(store, clock)
        await work.begin()
        clock.move(minutes=50)
        async with other.engine.connect() as connection:
            await connection.exec_driver_sql(HELD[other.engine.dialect.name])
            waiting = asyncio.create_task(work.write(7))
            await asyncio.sleep(0)
            clock.move(hours=3)
            exported = clock()
            assert await changes(reader, tmp_path, LONG_AGO) == {}
            await connection.rollback()
        await waiting
        clock.move(minutes=10)
        assert await changes(reader, tmp_path, exported) == {7: ""}
        await work.end()
        assert await changes(reader, tmp_path, exported) == {7: ""}
        assert await changes(reader, tmp_path, exported + 20 * MINUTE) == {}, "the run has ended before"


async def test_a_run_that_was_killed_holds_the_time_back_until_the_next_one(url: str, tmp_path: Path) -> None:
    clock = Clock()
    async with Store(url, clock=clock) as store:
        killed = Work(store, clock)
        await killed.begin()
        await killed.write(7)
        clock.move(hours=1)
        assert await changes(store, tmp_path, clock()) == {7: ""}
        following = Work(store, clock)
        await following.begin()
        await following.write(8)
        await following.end()
        clock.move(hours=1)
        assert await changes(store, tmp_path, clock() - 30 * MINUTE) == {}
        assert await changes(store, tmp_path, clock() - 60 * MINUTE) == {7: "", 8: ""}


async def test_the_run_of_one_practice_repeats_no_rows_of_another_one(url: str, tmp_path: Path) -> None:
    clock = Clock()
    async with Store(url, clock=clock) as store:
        for name, number in (("harbour", 1), (NAME, 2)):
            work = Work(store, clock)
            work.status = TableStatus(practice=name, table=TABLE, outcome=Outcome.RUNNING)
            await store.open([TABLE])
            await store.begin(name, [TABLE])
            await work.write(number)
            clock.move(minutes=1)
            if name != NAME:
                await work.end()
        clock.move(hours=1)
        assert await changes(store, tmp_path, clock()) == {2: ""}


async def test_a_mirror_that_has_never_run_has_no_time(url: str) -> None:
    async with Store(url) as store:
        await store.open([TABLE])
        assert await next_since(store) is None


async def test_a_clock_that_was_ahead_once_hides_no_changes(lite: str, tmp_path: Path) -> None:
    async with copying(lite, remote(rows={TABLE: 3})) as copy:
        copy.clock.move(days=365)
        await copy.one(TABLE)
        copy.clock.now = LONG_AGO
        since = LONG_AGO - MARGIN
        assert await next_since(copy.store) == since
        copy.bench.box.change_row(KEY, TABLE, 2, {"LName": "Changed"})
        await copy.one(TABLE)
        assert 2 in await changes(copy.store, tmp_path, since)
