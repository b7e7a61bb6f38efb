"""Writes events into the mirrored tables of the same database. No bookmark or cursor of the mirror moves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Final, NamedTuple

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from odapi_async.events.delivery import Item
from odapi_async.events.event import WATCHED, Changed, Deleted
from odapi_async.events.patch import Held, Patch, Sent, by_columns, make_patch, sent_fields
from odapi_async.events.schema import SEEN
from odapi_async.events.unread import Unread
from odapi_async.events.upkeep import parts
from odapi_async.mirror import Store, SyncMode
from odapi_async.mirror.database.columns import column_encoder
from odapi_async.mirror.database.error_map import translate_errors
from odapi_async.mirror.database.names import columns
from odapi_async.mirror.database.pages import without_nul
from odapi_async.mirror.database.schema import RUNS, STATE, id_column
from odapi_async.mirror.database.shielded import shielded
from odapi_async.mirror.database.transaction import begin
from odapi_async.mirror.database.upsert import insert_into
from odapi_async.mirror.plans import BY_TABLE
from odapi_async.mirror.report import Outcome
from odapi_async.resources import read_rows

_DELETIONS: Final = {each.table: kind for kind, each in WATCHED.items() if each.is_deletion}
"""The kind of the event that tells of deleted rows, by table."""


class Applied(NamedTuple):
    """What an event has changed in the mirror.

    Attributes:
        changed: the number of rows that were inserted or updated.
        deleted: the number of rows that were marked as deleted.
        ignored: the number of rows that the mirror has in a later state, or that are deleted.
        incomplete: whether a row was inserted of which the office did not send all fields. The others are
            NULL until the mirror reads it.
    """

    changed: int = 0
    deleted: int = 0
    ignored: int = 0
    incomplete: bool = False


async def apply(store: Store, unread: Unread, connection: AsyncConnection | None = None) -> Applied:
    """Write an event into the mirrored table, if the mirror has copied this table of this practice.

    An existing row gets the fields that the office sent, unless it is in a later state; a new row is
    inserted, unless the office has deleted it meanwhile. An office may send events late and out of order.

    Args:
        store: the database.
        unread: the event.
        connection: a connection of this database in a transaction, such as that of `Unread.transaction`;
            None for a transaction of its own.

    Raises:
        StoreError: the database cannot be used; nothing was written.
        ValueRejected: the database cannot store a value; nothing was written.
    """
    event, items = unread.event, unread.delivery.items
    if not isinstance(event, Changed | Deleted):
        return Applied()
    if connection is None:
        return await _apply_alone(store, event, items)
    with translate_errors():
        return await _apply(store, event, items, connection)


@shielded
async def _apply_alone(store: Store, event: Changed | Deleted, items: Sequence[Item]) -> Applied:
    with translate_errors():
        async with store.engine.begin() as connection:
            await begin(connection)
            return await _apply(store, event, items, connection)


async def _apply(
    store: Store, event: Changed | Deleted, items: Sequence[Item], connection: AsyncConnection
) -> Applied:
    target = _Target(connection, store.tables[event.table], event.practice, store.clock())
    sweep = await target.sweep()
    if sweep is None:
        return Applied()
    if isinstance(event, Deleted):
        return await target.delete({*event.ids})
    return await target.change(items, sweep)


class _Target:
    """The rows of one practice in one mirrored table.

    Args:
        connection: the connection, in a transaction.
        table: the table.
        practice: the name of the practice.
        now: the time in UTC; an export of changes finds by it what has changed.
    """

    def __init__(self, connection: AsyncConnection, table: sa.Table, practice: str, now: dt.datetime) -> None:
        self._connection = connection
        self._table = table
        self._practice = practice
        self._now = now
        self._id = id_column(table)
        self._plan = BY_TABLE[table.name]
        stamp = next(each.stamp for each in WATCHED.values() if each.table == table.name)
        self._stamp = next((each for each in table.columns if each.info.get("wire") == stamp), None)
        marker = self._plan.deleted.field if self._plan.deleted else None
        self._marked_by = next((each.name for each in table.columns if each.info.get("wire") == marker), "")

    async def sweep(self) -> int | None:
        """Return the number of the sweep that a new row counts for; None if the table is not mirrored.

        A sweep that has begun raises the number with its first page. A row that appears before that page is
        written, and behind it in the list, would be taken for one that the sweep did not see.
        """
        if not await self._connection.run_sync(lambda each: sa.inspect(each).has_table(STATE.name)):
            return None
        same = [
            (each.c.practice == self._practice) & (each.c.table_name == self._table.name)
            for each in (STATE, RUNS)
        ]
        runs = sa.select(RUNS.c.run).where(
            same[1], RUNS.c.sync_mode == SyncMode.SWEEP.value, RUNS.c.outcome == Outcome.RUNNING.value
        )
        query = sa.select(STATE.c.sweep, STATE.c.sync_mode, runs.exists()).where(same[0])
        found: Any = (await self._connection.execute(query)).first()
        if found is None:
            return None
        sweep, sync_mode, is_sweeping = found
        return int(sweep) + int(is_sweeping and sync_mode != SyncMode.SWEEP)

    async def delete(self, ids: set[int]) -> Applied:
        """Mark rows as deleted."""
        deleted = 0
        update = sa.update(self._table).values(deleted_at=self._now)
        update = update.where(self._table.c.practice == self._practice, self._table.c.deleted_at.is_(None))
        for some in parts(ids):
            deleted += (await self._connection.execute(update.where(self._id.in_(some)))).rowcount
        return Applied(deleted=deleted, ignored=len(ids) - deleted)

    async def change(self, items: Sequence[Item], sweep: int) -> Applied:
        """Insert and update rows.

        Args:
            items: the rows.
            sweep: the number of the sweep that new rows count for.
        """
        rows = self._sent(items)
        ids = {row.row_id for row in rows}
        patch = make_patch(rows, await self._held(ids), await self._gone(ids))
        await self._insert(patch, sweep)
        await self._update(patch, sweep)
        changed = len(patch.inserted) + len(patch.updated)
        fields = {each.name for each in self._table.columns if "wire" in each.info}
        incomplete = any(values.keys() < fields for values in patch.inserted.values())
        return Applied(changed, 0, patch.ignored, incomplete)

    def _sent(self, items: Sequence[Item]) -> list[Sent]:
        """Return the rows with the columns that the office sent, without those that are excluded."""
        struct = self._plan.operation.returns
        names = {each.wire: each.name for each in columns(struct) if each.name in self._table.columns}
        # SQLAlchemy converts values for SQLite by itself
        encode = column_encoder(struct, "postgresql", {*names.values()})
        rows = read_rows(struct, b"[%b]" % b",".join(item.raw for item in items))
        convert = self._converter()
        found: list[Sent] = []
        for item, *values in zip(items, *encode(rows), strict=True):
            sent = sent_fields(item.raw, struct.__struct_fields__)
            row = {
                name: convert(value)
                for (wire, name), value in zip(names.items(), values, strict=True)
                if wire in sent
            }
            stamp = row.get(self._stamp.name) if self._stamp is not None else None
            found.append(Sent(row[self._id.name], stamp, row))
        return found

    def _converter(self) -> Callable[[Any], Any]:
        return without_nul if self._connection.dialect.name == "postgresql" else lambda value: value

    async def _held(self, ids: Collection[int]) -> dict[int, Held]:
        """Return the rows that are there, and lock them."""
        stamp = sa.null() if self._stamp is None else self._stamp
        query: Any = sa.select(self._id, stamp, self._table.c.deleted_at.is_not(None))
        query = query.where(self._table.c.practice == self._practice).order_by(self._id).with_for_update()
        found = await self._select(query, self._id, ids)
        return {row_id: Held(at, is_deleted=bool(is_deleted)) for row_id, at, is_deleted in found}

    async def _gone(self, ids: Collection[int]) -> set[int]:
        """Return which rows the office has deleted, as far as it is known."""
        kind = _DELETIONS.get(self._table.name)
        if kind is None:
            return set()
        query = sa.select(SEEN.c.row_id).where(SEEN.c.practice == self._practice, SEEN.c.kind == kind)
        return {row_id for (row_id,) in await self._select(query, SEEN.c.row_id, ids)}

    async def _select(self, query: sa.Select[Any], row_id: sa.Column[Any], ids: Collection[int]) -> list[Any]:
        found: list[Any] = []
        for some in parts(sorted(ids)):
            found += (await self._connection.execute(query.where(row_id.in_(some)))).all()
        return found

    async def _insert(self, patch: Patch, sweep: int) -> None:
        own = {"practice": self._practice, "seen_at": self._now, "sweep": sweep}
        unknown = dict.fromkeys(each.name for each in self._table.columns)
        rows = [
            unknown | own | values | ({"deleted_at": self._now} if self._is_deleted(values) else {})
            for values in patch.inserted.values()
        ]
        if rows:
            insert = insert_into(self._table, self._connection.dialect).on_conflict_do_nothing()
            await self._connection.execute(insert, rows)

    def _mark(self, values: Mapping[str, Any], sweep: int, *, revived: bool) -> dict[str, Any]:
        """Return the columns that change because a row is deleted, or not any more."""
        if self._is_deleted(values):
            return {} if revived else {"deleted_at": self._now}  # it keeps the time when this was found
        return {"deleted_at": None, "sweep": sweep} if revived else {}

    def _is_deleted(self, values: Mapping[str, Any]) -> bool:
        """Return whether a row says itself that it is deleted, as providers do."""
        marker = self._plan.deleted
        return marker is not None and values.get(self._marked_by) == marker.value

    async def _update(self, patch: Patch, sweep: int) -> None:
        rows = {
            row_id: values
            | {"seen_at": self._now}
            | self._mark(values, sweep, revived=row_id in patch.revived)
            for row_id, values in patch.updated.items()
        }
        update = sa.update(self._table).where(
            self._table.c.practice == self._practice, self._id == sa.bindparam("of_row")
        )
        for some in by_columns(rows):
            await self._connection.execute(
                update, [{"of_row": row_id, **values} for row_id, values in some.items()]
            )
