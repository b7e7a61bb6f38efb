"""The state of a fleet, from its database alone: what is late, what needs a person, who works."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from odapi_async.fleet.schema import PACE, PRACTICES, WORKERS
from odapi_async.fleet.timing import DEFAULT_TIMING
from odapi_async.mirror import Store
from odapi_async.mirror.database.error_map import translate_errors


class PracticeStatus(msgspec.Struct, frozen=True, kw_only=True):
    """The state of one practice.

    Attributes:
        practice: its name.
        enabled: whether it is read.
        every: seconds from one round to the next.
        lag: seconds since its copy was last known to be current; None if its first copy is not complete.
        due_in: seconds until it is read next; negative if it is overdue.
        reading: whether a worker reads it now.
        outcome: what became of its last slice: "done", "stopped" (it goes on in the next slice), "partly"
            (some tables were read, and others failed), "failed", or empty if there was none.
        failures: slices in a row that failed.
        failing_since: the time of the first of them; None if the last slice did not fail.
        error: the last error, without keys or patient data; empty if there is none.
    """

    practice: str
    enabled: bool
    every: float
    lag: float | None
    due_in: float
    reading: bool
    outcome: str
    failures: int
    failing_since: dt.datetime | None
    error: str

    @property
    def is_failing(self) -> bool:
        """Whether it is read, and its last slice failed."""
        return self.enabled and self.failing_since is not None


class WorkerStatus(msgspec.Struct, frozen=True, kw_only=True):
    """The state of one worker.

    Attributes:
        worker: its id.
        host: the name of its machine.
        process: the number of its process.
        version: the version of odapi-async that it runs.
        concurrency: how many practices it reads at the same time at most.
        slices: how many practices it reads now.
        started_at: when it began.
        silence: seconds since its last sign.
    """

    worker: UUID
    host: str
    process: int
    version: str
    concurrency: int
    slices: int
    started_at: dt.datetime
    silence: float

    @property
    def is_alive(self) -> bool:
        """Whether it has given a sign lately. If not, other workers take over its practices."""
        return self.silence <= DEFAULT_TIMING.takeover


class Pace(msgspec.Struct, frozen=True, kw_only=True):
    """The requests of one minute, over all workers.

    Attributes:
        minute: the minute.
        requests: responses that arrived.
        rows: rows that were written.
        allowed: the requests that the limits of the API allowed to the practices that were read.
    """

    minute: dt.datetime
    requests: int
    rows: int
    allowed: float


class FleetStatus(msgspec.Struct, frozen=True, kw_only=True):
    """The state of a fleet.

    Attributes:
        at: the time of the database for which this is true.
        practices: all practices, sorted by name.
        workers: all workers that gave a sign in the last day, the oldest first.
        pace: the last hour, minute by minute; a minute without requests is left out.
    """

    at: dt.datetime
    practices: tuple[PracticeStatus, ...]
    workers: tuple[WorkerStatus, ...]
    pace: tuple[Pace, ...]


async def read_fleet_status(store: Store) -> FleetStatus:
    """Return the state of the fleet in a database. Nothing is sent, and nothing is written.

    Raises:
        StoreError: the database cannot be used, or it holds no fleet.
    """
    with translate_errors():
        async with store.engine.connect() as connection:
            at = (await connection.execute(sa.select(sa.func.now()))).scalar_one()
            practices = (await connection.execute(_PRACTICES)).all()
            workers = await _rows(connection, sa.select(WORKERS).order_by(WORKERS.c.started_at))
            pace = await _rows(connection, _PACE)
    return FleetStatus(
        at=at,
        practices=tuple(_practice(row, at) for row in practices),
        workers=tuple(_worker(row, at) for row in workers),
        pace=tuple(Pace(**row) for row in pace),
    )


_PRACTICES = sa.select(
    PRACTICES.c.practice,
    PRACTICES.c.enabled,
    PRACTICES.c.every,
    PRACTICES.c.current_at,
    PRACTICES.c.next_due,
    PRACTICES.c.worker.is_not(None),
    PRACTICES.c.outcome,
    PRACTICES.c.failures,
    PRACTICES.c.failing_since,
    PRACTICES.c.error,
).order_by(PRACTICES.c.practice)

_PACE = (
    sa.select(
        PACE.c.minute,
        sa.cast(sa.func.sum(PACE.c.requests), sa.BigInteger).label("requests"),
        sa.cast(sa.func.sum(PACE.c.rows), sa.BigInteger).label("rows"),
        sa.func.sum(PACE.c.allowed).label("allowed"),
    )
    .where(PACE.c.minute > sa.func.now() - sa.text("interval '1 hour'"))
    .group_by(PACE.c.minute)
    .order_by(PACE.c.minute)
)


async def _rows(connection: AsyncConnection, query: sa.Executable) -> Sequence[Mapping[str, Any]]:
    return [dict(row) for row in (await connection.execute(query)).mappings()]


def _practice(row: Sequence[Any], at: dt.datetime) -> PracticeStatus:
    # a watch page reads thousands of these every two seconds, so they are no mappings
    name, enabled, every, current_at, next_due, reading, outcome, failures, failing_since, error = row
    return PracticeStatus(
        practice=name,
        enabled=enabled,
        every=every,
        lag=None if current_at is None else (at - current_at).total_seconds(),
        due_in=(next_due - at).total_seconds(),
        reading=reading,
        outcome=outcome,
        failures=failures,
        failing_since=failing_since,
        error=error,
    )


def _worker(row: Mapping[str, Any], at: dt.datetime) -> WorkerStatus:
    return WorkerStatus(
        worker=row["worker"],
        host=row["host"],
        process=row["process"],
        version=row["version"],
        concurrency=row["concurrency"],
        slices=row["slices"],
        started_at=row["started_at"],
        silence=(at - row["seen_at"]).total_seconds(),
    )
