"""The practices of a fleet in its database: which there are, how each is reached, and when it is due."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from odapi_async.fleet import engine
from odapi_async.fleet.checks import check_dialect, check_version
from odapi_async.fleet.difference import SETTINGS, Difference, FieldChange, FleetPractice
from odapi_async.fleet.schema import META, PRACTICES
from odapi_async.fleet.settings import FleetSettings, read_settings, remove_excluded
from odapi_async.mirror import Store
from odapi_async.mirror.database.error_map import translate_errors
from odapi_async.mirror.database.schema import PRACTICES as MIRRORED
from odapi_async.mirror.database.schema import STATE

_QUERY: Final = sa.select(PRACTICES.c.practice, *(PRACTICES.c[each] for each in SETTINGS))


async def check_fleet(store: Store) -> None:
    """Check that a database holds a fleet of this version.

    Raises:
        UnsuitableDatabase: a fleet cannot work with this database.
        NoFleet: it holds no fleet, or an older one.
        FleetTooNew: it holds a newer one.
        StoreError: the database cannot be used.
    """
    check_dialect(store)
    with translate_errors():
        async with store.engine.connect() as connection:
            await check_version(connection)


async def read_practices(store: Store) -> tuple[FleetPractice, ...]:
    """Return all practices of a fleet, also those that are disabled, sorted by name.

    Raises:
        StoreError: the database cannot be used, or it holds no fleet.
    """
    with translate_errors():
        async with store.engine.connect() as connection:
            rows = (await connection.execute(_QUERY)).all()
    # the database may sort by the rules of a language
    return tuple(sorted(map(_practice, rows), key=lambda each: each.name))


async def read_fleet(store: Store) -> tuple[tuple[FleetPractice, ...], FleetSettings]:
    """Return all practices of a fleet, as `read_practices`, and the settings that they share.

    Raises:
        StoreError: the database cannot be used, or it holds no fleet.
    """
    with translate_errors():
        async with store.engine.connect() as connection:
            settings, _ = await read_settings(connection)
    return await read_practices(store), settings


async def read_one(store: Store, name: str) -> FleetPractice | None:
    """Return a practice of a fleet; None if there is none of this name.

    Raises:
        StoreError: the database cannot be used, or it holds no fleet.
    """
    with translate_errors():
        async with store.engine.connect() as connection:
            row = (await connection.execute(_QUERY.where(PRACTICES.c.practice == name))).first()
    return None if row is None else _practice(row)


async def read_fingerprints(store: Store) -> dict[str, str]:
    """Return the fingerprints of the keys that practices were read with, by their names.

    A practice of which no row was read yet is left out: a wrong key reads nothing.

    Raises:
        StoreError: the database cannot be used, or it holds no fleet.
    """
    read = sa.select(STATE.c.practice).where(STATE.c.version > 0)
    query = sa.select(MIRRORED.c.practice, MIRRORED.c.fingerprint).where(MIRRORED.c.practice.in_(read))
    with translate_errors():
        async with store.engine.connect() as connection:
            return {row.practice: row.fingerprint for row in await connection.execute(query)}


async def apply(store: Store, difference: Difference) -> None:
    """Write a difference, in one transaction. A practice that is new or has changed is due at once.

    The columns of fields that are excluded now are removed, with their values. A worker that has not seen
    the change yet cannot write into them any more: its pages fail, and are read again.

    Raises:
        ConfigurationError: this version does not know a field that is excluded.
        StoreError: the database cannot be used, or it holds no fleet.
    """
    new = insert(PRACTICES)
    written = {name: new.excluded[name] for name in SETTINGS} | {"next_due": sa.func.now()}
    upsert = new.on_conflict_do_update(index_elements=[PRACTICES.c.practice], set_=written)
    with translate_errors():
        async with store.engine.begin() as connection:
            await _write_settings(connection, difference.settings)
            if rows := [_row(each) for each in difference.written]:
                await connection.execute(upsert, rows)
            if difference.disabled:
                await connection.execute(
                    sa.update(PRACTICES)
                    .where(PRACTICES.c.practice == sa.any_(sa.literal(difference.disabled, _NAMES)))
                    .values(enabled=False)
                )


async def _write_settings(connection: AsyncConnection, changes: Iterable[FieldChange]) -> None:
    values = {each.field: each.new for each in changes}
    if "exclude" in values:
        exclude = msgspec.convert(values["exclude"], list[str])
        values["exclude"] = exclude
        await remove_excluded(connection, exclude)
    if values:
        await connection.execute(sa.update(META).values(values))


async def make_urgent(store: Store, names: Collection[str]) -> None:
    """Let practices be read before all that nobody waits for.

    A practice that a worker reads at this moment is read again after that.

    Args:
        store: the mirror's database.
        names: the names of practices that are enabled.

    Raises:
        StoreError: the database cannot be used, or it holds no fleet.
    """
    chosen = sorted({*names})
    due = (
        sa.update(PRACTICES)
        .where(PRACTICES.c.practice == sa.any_(sa.literal(chosen, _NAMES)))
        .values(next_due=sa.func.least(PRACTICES.c.next_due, sa.func.now()))
    )
    with translate_errors():
        async with store.engine.begin() as connection:
            await connection.execute(due)
            raw = await connection.get_raw_connection()
            await engine.enqueue(raw.driver_connection, chosen, priority=engine.URGENT)


_NAMES: Final = PRACTICES.c.tables.type


def _practice(row: sa.Row[Any]) -> FleetPractice:
    return msgspec.convert(dict(zip(("name", *SETTINGS), row, strict=True)), FleetPractice)


def _row(practice: FleetPractice) -> dict[str, object]:
    found: dict[str, object] = {name: getattr(practice, name) for name in SETTINGS}
    return found | {"practice": practice.name, "tables": practice.tables and [*practice.tables]}
