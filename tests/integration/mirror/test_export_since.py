"""Exports of changes: with the time of the export before, none is lost, whatever the mirror writes."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path
from typing import Final

import msgspec
import pytest

from odapi_async.mirror import FileFormat, Outcome, Store, TableStatus, export, next_since
from odapi_async.mirror.cursor import SyncMode
from odapi_async.mirror.database.upsert import RowWriter
from odapi_async.mirror.plans import BY_TABLE
from odapi_async.resources.patients import Patient
from tests.support.bench import KEY, remote
from tests.support.mirror import LONG_AGO, NAME, Clock, copying

TABLE: Final = "patients"
MINUTE: Final = dt.timedelta(minutes=1)


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
        first = await next_since(copy.store)
        assert first == LONG_AGO - MINUTE
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
        assert await next_since(copy.store) == later - MINUTE
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


async def test_no_row_is_lost_that_appears_after_the_export_with_a_time_from_before_it(
    url: str, tmp_path: Path
) -> None:
    clock = Clock()
    async with Store(url, clock=clock) as store, Store(url) as reader:
        await store.open([TABLE])
        status = TableStatus(practice=NAME, table=TABLE, outcome=Outcome.RUNNING)
        cursor = msgspec.structs.replace(await store.cursor(NAME, TABLE), sync_mode=SyncMode.SWEEP)
        run = await store.start(status, cursor)
        clock.move(minutes=50)
        writer = RowWriter(BY_TABLE[TABLE], store.tables[TABLE], store.engine.dialect)
        async with store.engine.begin() as connection:
            # a page that takes long: its time is taken, and its transaction goes on
            await writer.write(connection, NAME, [Patient(PatNum=7)], clock(), 1)
            clock.move(hours=3)
            since = await next_since(reader)
            assert since is not None
            assert await changes(reader, tmp_path, LONG_AGO) == {}
        assert await changes(reader, tmp_path, since) == {7: ""}
        # a long run does not hold the time back when it has ended
        status.outcome = Outcome.DONE
        await store.finish(run, status, cursor, swept=False)
        assert await next_since(reader) == clock() - MINUTE


async def test_a_mirror_that_has_never_run_has_no_time(url: str) -> None:
    async with Store(url) as store:
        await store.open([TABLE])
        assert await next_since(store) is None
