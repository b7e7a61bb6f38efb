"""Where the page's content comes from: the database of a fleet, or that of a single mirror."""

from __future__ import annotations

import datetime as dt
from typing import Final, Protocol

import sqlalchemy as sa

from odapi_async.fleet.checks import check_version
from odapi_async.fleet.schema import META
from odapi_async.fleet.status import read_fleet_status
from odapi_async.mirror import Store, read_status
from odapi_async.mirror.database.error_map import translate_errors
from odapi_async.mirror.database.schema import RUNS
from odapi_async.mirror.freshness import check_exists
from odapi_async.watch import fleet_view, mirror_view
from odapi_async.watch.data import Details, PaceLine, View
from odapi_async.watch.pace import MINUTES, RunSpan, minute_of, mirror_pace

EVERY: Final = 300.0
"""Seconds from one round of a single mirror to the next, if nothing else is said."""

_MOST_RUNS: Final = 5_000  # of the newest runs: the table may have millions


class Source(Protocol):
    """A database that can be watched."""

    async def read(self) -> View:
        """Return the content of the page.

        Raises:
            StoreError: the database cannot be used.
        """
        ...

    async def details(self, practice: str) -> Details | None:
        """Return the details of a practice, or None if there is none with this name.

        Raises:
            StoreError: the database cannot be used.
        """
        ...


async def open_source(store: Store, *, every: float | None = None) -> Source:
    """Return the source for a database: that of a fleet if it holds one, else that of a single mirror.

    Args:
        store: the database.
        every: seconds from one round of a single mirror to the next; None for five minutes. A fleet knows
            the interval of each practice itself.

    Raises:
        StoreError: the database cannot be used.
        FleetError: the fleet was created by another version of this package.
    """
    check_exists(store)
    with translate_errors():
        async with store.engine.connect() as connection:
            is_fleet = await connection.run_sync(lambda each: sa.inspect(each).has_table(META.name))
            if is_fleet:
                await check_version(connection)
    return FleetSource(store) if is_fleet else MirrorSource(store, EVERY if every is None else every)


class FleetSource:
    """The database of a fleet.

    Args:
        store: the database.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    async def read(self) -> View:
        """Return the content of the page."""
        return fleet_view.view(await read_fleet_status(self._store))

    async def details(self, practice: str) -> Details | None:
        """Return the details of a practice, or None if there is none with this name."""
        status = await read_fleet_status(self._store)
        found = next((each for each in status.practices if each.practice == practice), None)
        if found is None:
            return None
        return fleet_view.details(found, (await read_status(self._store, [practice])).tables)


class MirrorSource:
    """The database of a single mirror.

    Args:
        store: the database.
        every: seconds from one round to the next.
    """

    def __init__(self, store: Store, every: float) -> None:
        self._store = store
        self._every = every
        self._pace: PaceLine | None = None

    async def read(self) -> View:
        """Return the content of the page. The pace is read again once a minute."""
        status = await read_status(self._store)
        if self._pace is None or self._pace.end != minute_of(status.at):
            self._pace = mirror_pace(await self._runs(status.at), status.at)
        return mirror_view.view(status, self._every, self._pace)

    async def details(self, practice: str) -> Details | None:
        """Return the details of a practice, or None if there is none with this name."""
        tables = (await read_status(self._store, [practice])).tables
        return mirror_view.details(practice, tables, self._every) if tables else None

    async def _runs(self, at: dt.datetime) -> list[RunSpan]:
        newest = sa.select(RUNS.c.started_at, RUNS.c.ended_at, RUNS.c.requests)
        newest = newest.order_by(RUNS.c.run.desc()).limit(_MOST_RUNS)
        with translate_errors():
            async with self._store.engine.connect() as connection:
                rows = (await connection.execute(newest)).all()
        since = at - dt.timedelta(minutes=MINUTES + 1)
        return [RunSpan(*row) for row in rows if row.ended_at is None or row.ended_at >= since]
