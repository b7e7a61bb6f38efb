"""The engine that gives practices to workers: pgqueuer. No other module knows it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final

from pgqueuer import AsyncpgDriver, Job, PgQueuer, Queries
from pgqueuer.adapters.persistence.qb import (
    QueryBuilderEnvironment,
    QueryQueueBuilder,
    QuerySchedulerBuilder,
)
from pgqueuer.domain.settings import DBSettings
from pgqueuer.domain.types import Channel
from pgqueuer.models import Schedule

Work = Callable[[str], Awaitable[None]]
Tick = Callable[[], Awaitable[None]]

URGENT: Final = 1
"""The priority of a practice that somebody waits for; that of all others is 0."""

_SLICE: Final = "odapi_slice"
_TICK: Final = "odapi_tick"
_EVERY_TICK: Final = "* * * * * */10"  # the last field is seconds
_BATCH: Final = 50
_POLL: Final = dt.timedelta(seconds=1)

# all names are given: the environment may hold settings of another program that uses the engine, too
_SETTINGS: Final = DBSettings(
    prefix="odapi_",
    db_schema=None,
    channel=Channel("odapi_ch_pgqueuer"),
    function="odapi_fn_pgqueuer_changed",
    statistics_table="odapi_pgqueuer_statistics",
    queue_status_type="odapi_pgqueuer_status",
    queue_table="odapi_pgqueuer",
    queue_table_log="odapi_pgqueuer_log",
    trigger="odapi_tg_pgqueuer_changed",
    schedules_table="odapi_pgqueuer_schedules",
)

QUEUE: Final = _SETTINGS.queue_table
LOG: Final = _SETTINGS.queue_table_log


def _queries(connection: Any) -> Queries:
    return Queries(
        AsyncpgDriver(connection),
        qbe=QueryBuilderEnvironment(_SETTINGS),
        qbq=QueryQueueBuilder(_SETTINGS),
        qbs=QuerySchedulerBuilder(_SETTINGS),
    )


async def install(connection: Any) -> None:
    """Create the engine's tables, or bring those of an older version up to date."""
    queries = _queries(connection)
    if await queries.schema_is_installed():
        await queries.upgrade()
    else:
        await queries.install()


async def pending_changes(connection: Any) -> int:
    """Return how many changes the engine's tables need before this version can work with them."""
    return len((await _queries(connection).plan_upgrade()).statements)


async def enqueue(connection: Any, practices: Sequence[str], priority: int = 0) -> None:
    """Queue a slice of each practice; a practice has one slice at a time, queued or running.

    Args:
        connection: a connection of asyncpg.
        practices: the names; nothing else is in the queue.
        priority: the priority. A slice that is queued already takes it if it is higher.
    """
    if not practices:
        return
    count, queries = len(practices), _queries(connection)
    payloads: list[bytes | None] = [name.encode() for name in practices]
    keys: list[str | None] = [*practices]
    slices, priorities = [_SLICE] * count, [priority] * count
    if priority:
        await queries.enqueue(slices, payloads, priorities, None, keys, on_conflict="update_priority")
    else:
        await queries.enqueue(slices, payloads, priorities, None, keys, on_conflict="skip")


class Engine:
    """Gives the slices of a queue to one worker, and lets one worker at a time run each tick.

    Args:
        connection: a connection of asyncpg, for the engine alone.
        work: runs a slice of the practice of this name, and never raises.
        tick: queues what is due.
    """

    def __init__(self, connection: Any, work: Work, tick: Tick) -> None:
        queries = _queries(connection)
        self._queuer = PgQueuer(queries.driver, channel=_SETTINGS.channel, queries=queries)
        self._queuer.qm.min_dequeue_poll_interval = _POLL

        @self._queuer.entrypoint(_SLICE, accepts_context=False)
        async def run_slice(job: Job) -> None:
            await work((job.payload or b"").decode())

        @self._queuer.schedule(_TICK, _EVERY_TICK, accepts_context=False)
        async def run_tick(_: Schedule) -> None:
            await tick()

        _ = run_slice, run_tick

    async def run(self, *, concurrency: int, lost_after: float) -> None:
        """Run slices until `stop` is called or the connection is lost.

        Args:
            concurrency: slices at the same time at most.
            lost_after: seconds without a sign after which a slice of another worker is run here.
        """
        concurrency = max(2, concurrency)
        await self._queuer.run(
            batch_size=min(_BATCH, concurrency // 2),
            max_concurrent_tasks=concurrency,
            shutdown_on_listener_failure=True,
            heartbeat_timeout=dt.timedelta(seconds=lost_after),
            log_aggregation_interval=dt.timedelta(0),
        )

    def stop(self) -> None:
        """Take no more slices, and let `run` return when those that run have ended."""
        self._queuer.shutdown.set()
