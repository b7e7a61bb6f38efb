"""The keys that practices were read with: a fingerprint for each, which says nothing alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from odapi_async.mirror.database.schema import PRACTICES, STATE
from odapi_async.mirror.database.upsert import insert_into
from odapi_async.mirror.errors import KeyChanged, PracticeRenamed

_FEW: Final = 100
"""Practices that are looked up by name; for more, all are read. PostgreSQL and SQLite limit parameters."""


async def check_keys(
    connection: AsyncConnection, fingerprints: Mapping[str, str], now: dt.datetime, *, accept: bool
) -> dict[str, KeyChanged | PracticeRenamed]:
    """Record the keys of practices, and return the error of each practice that must not be read with its key.

    A practice must not be read if its rows were read with another key before, or if the rows of a practice
    that is not among these were read with its key. The key of a practice of which nothing was read yet may
    change: a wrong key reads nothing.

    Args:
        connection: a connection in a transaction.
        fingerprints: the fingerprints of the keys by name of the practice.
        now: the time in UTC.
        accept: whether to record all keys; then no practice is returned.
    """
    recorded = await _recorded(connection, fingerprints)
    new = sorted(name for name, each in fingerprints.items() if recorded.get(name) != each)
    refused: dict[str, KeyChanged | PracticeRenamed] = {}
    if new and not accept:
        read = await _read_practices(connection, recorded.keys() | fingerprints.keys())
        others = {each: name for name, each in recorded.items() if name in read - fingerprints.keys()}
        for name in new:
            if name in read & recorded.keys():
                refused[name] = KeyChanged(name)
            elif (other := others.get(fingerprints[name])) is not None and name not in read:
                refused[name] = PracticeRenamed(name, other)
    for name in new:
        if name not in refused:
            await _record(connection, name, fingerprints[name], now)
    return refused


async def _recorded(connection: AsyncConnection, fingerprints: Mapping[str, str]) -> dict[str, str]:
    """Return the recorded fingerprints by practice: at least those of these practices and these keys."""
    query = sa.select(PRACTICES.c.practice, PRACTICES.c.fingerprint)
    if len(fingerprints) <= _FEW:
        ours = PRACTICES.c.practice.in_([*fingerprints])
        query = query.where(ours | PRACTICES.c.fingerprint.in_([*fingerprints.values()]))
    return {row.practice: row.fingerprint for row in (await connection.execute(query)).all()}


async def _read_practices(connection: AsyncConnection, names: Collection[str]) -> set[str]:
    """Return the practices of which something was read: at least those with these names."""
    query = sa.select(STATE.c.practice).where(STATE.c.version > 0).distinct()
    if len(names) <= _FEW:
        query = query.where(STATE.c.practice.in_([*names]))
    return {*(await connection.execute(query)).scalars()}


async def _record(connection: AsyncConnection, practice: str, fingerprint: str, now: dt.datetime) -> None:
    insert = insert_into(PRACTICES, connection.dialect)
    row = {"fingerprint": fingerprint, "since": now}
    await connection.execute(
        insert.values(practice=practice, **row).on_conflict_do_update(index_elements=["practice"], set_=row)
    )
