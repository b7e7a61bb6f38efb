"""A fleet under test: a sandbox, a PostgreSQL server, three workers as processes, and what they have done."""

from __future__ import annotations

import asyncio
import datetime as dt
import subprocess
import time
from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, Final, TypeVar

import sqlalchemy as sa

from benchmarks import fleet_worker
from benchmarks.fleet_worker import Order
from benchmarks.offices import DEVELOPER
from benchmarks.postgres_server import PostgresServer
from odapi_async import Mode, OpenDental, Tier
from odapi_async.fleet import Fleet, FleetPractice
from odapi_async.fleet.schema import PRACTICES, WORKERS
from odapi_async.fleet.status import FleetStatus, read_fleet_status
from odapi_async.fleet.timing import DEFAULT_TIMING
from odapi_async.mirror import Store, StoreError
from odapi_async.mirror.database.columns import column_encoder
from odapi_async.mirror.database.names import columns
from odapi_async.mirror.plans import BY_TABLE
from odapi_async.sandbox import Office, Sandbox, SandboxProcess

T = TypeVar("T")

NAMES: Final = [f"practice-{at:02}" for at in range(30)]
INTERVAL: Final = 0.4
MARGIN: Final = 0.05  # seconds that a busy sandbox may see a request late
PERMISSIONS: Final = frozenset({"ReadAll", "Setup"})
ROWS: Final = {"patients": 600, "recalls": 200}
WORKERS_AT_FIRST: Final = 3

_CONCURRENCY: Final = 20
_EVERY: Final = 2.0
_PATIENCE: Final = 180.0
_LOOK: Final = 0.2
_STARTED: Final = 60  # requests: two of each practice, so that each is in the middle of its first copy
_EXPECTED: Final = (
    "reading up to ",
    "a newer odapi-async has changed",
    "the settings of the fleet have changed",
)
_TRYING: Final = "; trying again"

Key = tuple[str, str]
Rows = dict[Key, set[tuple[Any, ...]]]
"""Rows by their table and practice."""


class Trial:
    """A fleet of thirty practices.

    Attributes:
        server: the server of its database.
        store: its database, opened by the benchmark.
        office: the server of all practices.
        workers: the processes of the workers, those that have ended among them.
    """

    def __init__(
        self, server: PostgresServer, url: str, store: Store, office: SandboxProcess, lines: Path
    ) -> None:
        self.server = server
        self.store = store
        self.office = office
        self.workers: list[subprocess.Popen[bytes]] = []
        self._url = url
        self._lines = lines

    @property
    def database(self) -> str:
        """The name of the database."""
        return self._url.partition("?")[0].rpartition("/")[2]

    def start_worker(self, *, ahead: float = 0.0, version: int | None = None) -> None:
        """Start one more worker; see `Order`."""
        order = Order(
            self._url,
            interval=INTERVAL,
            margin=MARGIN,
            concurrency=_CONCURRENCY,
            ahead=ahead,
            version=version,
        )
        self.workers.append(fleet_worker.start(order, self._lines))

    async def load(self, names: Iterable[str]) -> None:
        """Make these practices those of the fleet."""
        await Fleet(self.store).load(
            FleetPractice(
                name=name,
                key_ref="name:",
                base_url=self.office.url,
                tier=Tier.STANDARD,
                tables=tuple(ROWS),
                every=_EVERY,
            )
            for name in names
        )

    async def until(self, reached: Callable[[FleetStatus], object]) -> FleetStatus:
        """Wait until the fleet has come so far.

        Raises:
            TimeoutError: it has not within three minutes.
        """
        async with asyncio.timeout(_PATIENCE):
            while True:
                try:
                    status = await read_fleet_status(self.store)
                    if reached(status):
                        return status
                except StoreError:  # the database restarts
                    pass
                await asyncio.sleep(_LOOK)

    async def until_started(self) -> None:
        """Wait until all workers are in the middle of first copies."""

        def are_at_work(status: FleetStatus) -> bool:
            return sum(each.slices > 0 for each in status.workers) == WORKERS_AT_FIRST

        await self.until(are_at_work)
        async with asyncio.timeout(_PATIENCE):
            while sum(each.requests for each in (await self.office.stats()).values()) < _STARTED:  # noqa: ASYNC110 - the state is another process's
                await asyncio.sleep(_LOOK)

    async def workers_alive(self, count: int) -> int:
        """Wait until so many workers give signs, or three minutes; return how many do."""

        def alive(status: FleetStatus) -> int:
            return sum(each.silence < DEFAULT_TIMING.lease for each in status.workers)

        with suppress(TimeoutError):
            await self.until(lambda status: alive(status) == count)
        return alive(await read_fleet_status(self.store))

    async def read_by(self, process: int | None = None) -> set[str]:
        """Return the practices that are being read, by one process or by all."""
        query = sa.select(PRACTICES.c.practice).where(PRACTICES.c.worker.is_not(None))
        if process is not None:
            worker = sa.select(WORKERS.c.worker).where(WORKERS.c.process == process)
            query = query.where(PRACTICES.c.worker.in_(worker))
        async with self.store.engine.connect() as connection:
            return {*(await connection.execute(query)).scalars()}

    async def now(self) -> dt.datetime:
        """Return the time of the database."""
        async with self.store.engine.connect() as connection:
            found: dt.datetime = (await connection.execute(sa.select(sa.func.clock_timestamp()))).scalar_one()
            return found

    async def seconds_until_read(self, names: Iterable[str], since: dt.datetime, began: float) -> float:
        """Wait until practices have been read by slices that began later than this, or three minutes.

        Args:
            names: the practices.
            since: a time of the database.
            began: the moment from which seconds count, as of `time.monotonic`.
        """
        wanted = {*names}

        def are_read(status: FleetStatus) -> bool:
            by_name = {each.practice: each for each in status.practices}
            limit = (status.at - since).total_seconds()
            lags = [by_name[name].lag for name in wanted]
            return all(lag is not None and lag < limit for lag in lags)

        with suppress(TimeoutError):
            await self.until(are_read)
        return time.monotonic() - began

    async def early_requests(self) -> int:
        """Return how many requests came too early, or beside another one of their key."""
        stats = (await self.office.stats()).values()
        if not sum(each.requests for each in stats):
            raise RuntimeError("nothing was sent")
        return sum(each.violations + each.overlaps for each in stats)

    async def wrong_rows(self, names: Sequence[str], source: Rows) -> int:
        """Return how many rows are missing, differ, or are not at the source."""
        wrong = 0
        for table in ROWS:
            stored = self.store.tables[table]
            listed = [stored.c[each.name] for each in columns(BY_TABLE[table].operation.returns)]
            for name in names:
                query = sa.select(*listed).where(stored.c.practice == name, stored.c.deleted_at.is_(None))
                async with self.store.engine.connect() as connection:
                    found = {tuple(row) for row in await connection.execute(query)}
                wrong += len(found ^ source[table, ""])
        return wrong

    def unexpected_lines(self) -> list[str]:
        """Return what workers printed and should not have, such as tracebacks."""
        lines = self._lines.read_text().splitlines()
        return [each for each in lines if not each.startswith(_EXPECTED) and not each.endswith(_TRYING)]


@asynccontextmanager
async def trial(
    server: PostgresServer, office: SandboxProcess, url: str, lines: Path
) -> AsyncGenerator[Trial]:
    """Set up a fleet without workers; at the end its workers are killed."""
    await office.reset_stats()
    async with Store(url) as store:
        fleet = Trial(server, url, store, office, lines)
        await Fleet(store).init()
        await fleet.load(NAMES)
        try:
            yield fleet
        finally:
            for each in fleet.workers:
                each.kill()
                each.wait()


def offices() -> list[Office]:
    """Return the offices of all practices."""
    return [
        Office(customer_key=name, permissions=PERMISSIONS, interval=INTERVAL, rows=ROWS, seed=1)
        for name in NAMES
    ]


async def source_rows() -> Rows:
    """Read the rows of one practice straight from a sandbox: all have the same ones."""
    found: Rows = {}
    office = Office(customer_key="source", permissions=PERMISSIONS, mode="local", rows=ROWS, seed=1)
    async with Sandbox([office], developer_key=DEVELOPER) as box, OpenDental(DEVELOPER) as client:
        practice = client.practice("source", mode=Mode.LOCAL, base_url=box.url)
        for table in ROWS:
            plan = BY_TABLE[table]
            rows = await getattr(getattr(practice, table), plan.method)()
            found[table, ""] = {
                *zip(*column_encoder(plan.operation.returns, "postgresql")(rows), strict=True)
            }
    return found
