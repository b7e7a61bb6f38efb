"""Removes a practice from the database: its rows, and everything that the mirror knows about it.

First all cursors of the practice are reset, and only at the end they are removed. Between, each transaction
removes some rows of one table and raises the version of its cursor. So a process that is killed leaves a
practice that the next run copies again from the beginning, and of a mirror that reads the practice meanwhile
and this removal, the one that is later at a table fails with `ConcurrentMirror`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from odapi_async import ConfigurationError
from odapi_async.errors import suggestion
from odapi_async.mirror.cursor import Cursor
from odapi_async.mirror.database.error_map import translate_errors
from odapi_async.mirror.database.own_rows import cursor_values
from odapi_async.mirror.database.schema import PRACTICES, RUNS, SKIPPED, STATE, id_column
from odapi_async.mirror.database.shielded import shielded
from odapi_async.mirror.database.store import Store
from odapi_async.mirror.database.upsert import insert_into
from odapi_async.mirror.errors import ConcurrentMirror
from odapi_async.mirror.freshness import check_exists
from odapi_async.mirror.one_line import on_one_line

_BATCH: Final = 5_000  # rows that one transaction removes

_RESET: Final[dict[str, Any]] = {
    **{name: value for name, value in cursor_values(Cursor()).items() if name not in {"version", "sweep"}},
    "idle": False,
    "failing_since": None,
    "error": "",
}
"""The cursor of a table whose rows are being removed: a run that finds it reads all rows."""


async def count_rows(store: Store, practice: str) -> dict[str, int]:
    """Return how many rows of a practice each table holds, including those that are marked as deleted.

    Args:
        store: the database.
        practice: the name of the practice.

    Returns:
        The number of rows by table, of the tables that hold rows of the practice.

    Raises:
        ConfigurationError: the database has no practice of this name.
        StoreError: the database cannot be used.
    """
    tables = await _tables(store, practice)
    return {name: await _count(store, practice, name) for name in tables}


async def forget(store: Store, practice: str) -> int:
    """Remove all rows of a practice from the database, and the mirror's records about it.

    It can be killed and repeated at any time. Stop a mirror that reads this practice first, or remove the
    practice from its file: otherwise its next run copies the practice again.

    Args:
        store: the database.
        practice: the name of the practice.

    Returns:
        The number of rows that were removed.

    Raises:
        ConfigurationError: the database has no practice of this name.
        ConcurrentMirror: a mirror has written rows of the practice meanwhile. If some rows were removed
            before, it reads them again.
        StoreError: the database cannot be used.
    """
    versions = await _reset(store, practice, await _tables(store, practice))
    removed = 0
    for table in versions:
        count = _BATCH
        while count == _BATCH:
            count = await _remove_batch(store, practice, table, versions[table])
            versions[table] += 1
            removed += count
    await _remove_records(store, practice, versions)
    return removed


@shielded
async def _tables(store: Store, practice: str) -> list[str]:
    """Return the tables that hold rows of a practice.

    Raises:
        ConfigurationError: the database has no practice of this name.
    """
    check_exists(store)
    await store.open(())
    with translate_errors():
        async with store.engine.connect() as connection:
            existing = await connection.run_sync(lambda found: sa.inspect(found).get_table_names())
            await _check_known(connection, practice)
            found: list[str] = []
            for name in store.tables.keys() & existing:
                rows = store.tables[name]
                query = sa.select(sa.literal(1)).select_from(rows).where(rows.c.practice == practice)
                if (await connection.execute(query.limit(1))).first():
                    found.append(name)
            return sorted(found)


async def _check_known(connection: AsyncConnection, practice: str) -> None:
    query = sa.union(sa.select(PRACTICES.c.practice), sa.select(STATE.c.practice)).order_by("practice")
    known = [*(await connection.execute(query)).scalars()]
    # a mirror that was reading it when it was forgotten has recorded its end, and nothing else
    runs = sa.select(RUNS.c.run).where(RUNS.c.practice == practice).limit(1)
    if practice not in known and not (await connection.execute(runs)).first():
        hint = suggestion(practice, known)
        raise ConfigurationError(f"the database has no practice {on_one_line(practice)}; {hint}")


@shielded
async def _count(store: Store, practice: str, table: str) -> int:
    rows = store.tables[table]
    query = sa.select(sa.func.count()).select_from(rows).where(rows.c.practice == practice)
    with translate_errors():
        async with store.engine.connect() as connection:
            return int((await connection.execute(query)).scalar_one())


@shielded
async def _reset(store: Store, practice: str, tables: Iterable[str]) -> dict[str, int]:
    """Reset the cursors of a practice, and return their versions by table."""
    with translate_errors():
        async with store.engine.begin() as connection:
            same = STATE.c.practice == practice
            reset = sa.update(STATE).where(same).values(_RESET | {"version": STATE.c.version + 1})
            await connection.execute(reset)
            # rows without a cursor are only in a database that somebody has changed by hand
            for table in tables:
                row = _RESET | {"practice": practice, "table_name": table, "version": 1, "sweep": 0}
                insert = insert_into(STATE, connection.dialect).values(row).on_conflict_do_nothing()
                await connection.execute(insert)
            found = await connection.execute(sa.select(STATE.c.table_name, STATE.c.version).where(same))
            return {name: int(version) for name, version in found}


@shielded
async def _remove_batch(store: Store, practice: str, table: str, version: int) -> int:
    """Remove some rows of a table, and return how many.

    Raises:
        ConcurrentMirror: a mirror has written the cursor of the table.
    """
    same = (STATE.c.practice == practice, STATE.c.table_name == table, STATE.c.version == version)
    with translate_errors():
        async with store.engine.begin() as connection:
            update = sa.update(STATE).where(*same).values(version=version + 1)
            if (await connection.execute(update)).rowcount != 1:
                raise ConcurrentMirror(practice, table)
            rows = store.tables.get(table)
            if rows is None:  # a newer version of this package knew the table
                return 0
            row_id = id_column(rows)
            some = sa.select(row_id).where(rows.c.practice == practice).limit(_BATCH)
            remove = sa.delete(rows).where(rows.c.practice == practice, row_id.in_(some))
            return (await connection.execute(remove)).rowcount


@shielded
async def _remove_records(store: Store, practice: str, versions: Mapping[str, int]) -> None:
    """Remove the cursors and all other records of a practice, of which no rows are left.

    Raises:
        ConcurrentMirror: a mirror has written a cursor.
    """
    with translate_errors():
        async with store.engine.begin() as connection:
            await connection.execute(sa.delete(PRACTICES).where(PRACTICES.c.practice == practice))
            remove = sa.delete(STATE).where(STATE.c.practice == practice)
            found = await connection.execute(remove.returning(STATE.c.table_name, STATE.c.version))
            for table, version in found.all():
                if version not in {0, versions.get(table)}:
                    raise ConcurrentMirror(practice, table)
            for records in (SKIPPED, RUNS):
                await connection.execute(sa.delete(records).where(records.c.practice == practice))
