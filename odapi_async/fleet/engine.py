"""The engine that gives practices to workers: pgqueuer. No other module knows it."""

from __future__ import annotations

import asyncio
import datetime as dt
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
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

from odapi_async.mirror import StoreError

Work = Callable[[str], Awaitable[None]]
Chore = Callable[[], Awaitable[object]]

URGENT: Final = 1
"""The priority of a practice that somebody waits for; that of all others is 0."""

_SLICE: Final = "odapi_slice"
_BATCH: Final = 50
_POLL: Final = dt.timedelta(seconds=1)  # from one look at the queue to the next while slices wait there

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

_IS_END: Final = re.compile(r'"operation"\s*:\s*"delete"')

QUEUE: Final = _SETTINGS.queue_table
LOG: Final = _SETTINGS.queue_table_log


class _Driver(AsyncpgDriver):
    """A driver that drops the notices that slices have ended: those that are queued are enough.

    The engine tells all workers of both. With hundreds of workers, most statements of the database would be
    looks into a queue in which a slice of another worker has ended.
    """

    async def add_listener(self, channel: str, callback: Callable[[str | bytes | bytearray], None]) -> None:
        def listener(payload: str | bytes | bytearray) -> None:
            if not _IS_END.search(str(payload)):
                callback(payload)

        await super().add_listener(Channel(channel), listener)


def _queries(connection: Any) -> Queries:
    return Queries(
        _Driver(connection),
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
    """Gives the slices of a queue to one worker, and lets one worker at a time do each chore.

    Args:
        connection: a connection of asyncpg, for the engine alone.
        work: runs a slice of the practice of this name, and never raises.
        chores: what has to be done from time to time, by name: a schedule (five fields of cron, and seconds),
            and a function.
    """

    def __init__(self, connection: Any, work: Work, chores: Mapping[str, tuple[str, Chore]]) -> None:
        queries = _queries(connection)
        self._connection = connection
        self._queuer = PgQueuer(queries.driver, channel=_SETTINGS.channel, queries=queries)
        self._queuer.qm.min_dequeue_poll_interval = _POLL

        async def run_slice(job: Job) -> None:
            await work((job.payload or b"").decode())

        self._queuer.entrypoint(_SLICE, accepts_context=False)(run_slice)
        for name, (schedule, chore) in chores.items():
            self._add(name, schedule, chore)

    def _add(self, name: str, schedule: str, chore: Chore) -> None:
        async def run_chore(_: Schedule) -> None:
            with suppress(StoreError):  # the next time it is done again
                await chore()

        self._queuer.schedule(f"odapi_{name}", schedule, accepts_context=False)(run_chore)

    async def run(self, *, concurrency: int, lost_after: float, look: float) -> None:
        """Run slices until `stop` is called.

        Args:
            concurrency: slices at the same time at most, 2 or more.
            lost_after: seconds without a sign after which a slice of another worker is run here.
            look: seconds from one look into an empty queue to the next: the slices of a dead worker come back
                without a notice.

        Raises:
            StoreError: the connection is lost, or somebody has changed the queue.
        """
        watch = asyncio.create_task(self._watch(lost_after))
        try:
            await self._queuer.run(
                dequeue_timeout=dt.timedelta(seconds=look),
                batch_size=min(_BATCH, concurrency // 2),
                max_concurrent_tasks=concurrency,
                shutdown_on_listener_failure=True,
                heartbeat_timeout=dt.timedelta(seconds=lost_after),
                log_aggregation_interval=dt.timedelta(0),
            )
        except Exception as error:  # noqa: BLE001 - the engine and its driver have no error in common
            raise StoreError("does not give out its queue any more", type(error).__name__) from None
        finally:
            watch.cancel()

    async def _watch(self, patience: float) -> None:
        """Close the connection if it does not answer: statements would wait as long as the network does."""
        try:
            while True:
                await asyncio.sleep(patience / 2)
                async with asyncio.timeout(patience):
                    await self._queuer.connection.fetch("SELECT 1")
        except Exception:  # noqa: BLE001 - whatever it is, the queue is lost
            self._connection.terminate()

    def stop(self) -> None:
        """Take no more slices, and let `run` return when those that run have ended."""
        self._queuer.shutdown.set()
