"""The keys that practices were read with: a fingerprint for each, which says nothing alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from odapi_async.mirror.database.schema import PRACTICES, STATE
from odapi_async.mirror.database.upsert import insert_into
from odapi_async.mirror.errors import KeyChanged, PracticeRenamed


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
    found = (await connection.execute(sa.select(PRACTICES.c.practice, PRACTICES.c.fingerprint))).all()
    recorded = {row.practice: row.fingerprint for row in found}
    new = sorted(name for name, each in fingerprints.items() if recorded.get(name) != each)
    refused: dict[str, KeyChanged | PracticeRenamed] = {}
    if new and not accept:
        read = await _read_practices(connection)
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


async def _read_practices(connection: AsyncConnection) -> set[str]:
    query = sa.select(STATE.c.practice).where(STATE.c.version > 0).distinct()
    return {*(await connection.execute(query)).scalars()}


async def _record(connection: AsyncConnection, practice: str, fingerprint: str, now: dt.datetime) -> None:
    insert = insert_into(PRACTICES, connection.dialect)
    row = {"fingerprint": fingerprint, "since": now}
    await connection.execute(
        insert.values(practice=practice, **row).on_conflict_do_update(index_elements=["practice"], set_=row)
    )
