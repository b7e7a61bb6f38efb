"""One worker in this process, with a real PostgreSQL and a sandbox: what it does when a part of it hangs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Final

import pytest
import sqlalchemy as sa

from odapi_async import ConfigurationError, Mode, OpenDental, Request, Response, Transport
from odapi_async.fleet import FleetPractice, Worker, slices
from odapi_async.fleet.difference import difference
from odapi_async.fleet.engine import LOG, QUEUE
from odapi_async.fleet.errors import KeyNotFound, NoFleet
from odapi_async.fleet.install import install
from odapi_async.fleet.practices import apply
from odapi_async.fleet.status import FleetStatus, read_fleet_status
from odapi_async.fleet.timing import Timing
from odapi_async.mirror import Store
from odapi_async.sandbox import Sandbox
from odapi_async.testing import SandboxTransport
from tests.integration.fleet.databases import fleet_url, installed
from tests.support.bench import local
from tests.support.mirror import execute
from tests.support.postgres import PostgresServer, is_there

__all__ = ["fleet_url", "installed"]

pytestmark = [
    pytest.mark.unmeasured,
    pytest.mark.skipif(not is_there(), reason="no PostgreSQL in a wheel for this machine"),
]

QUICK: Final = Timing(slice=4, probe=0.1, lease=0.5, takeover=0.9, patience=0.4, tick=1, look=0.2)
NAMES: Final = ("harbour", "hill")

KeyFor = Callable[[str, str], Awaitable[str]]


async def its_name(practice: str, _: str) -> str:
    return practice


class Slow:
    """A transport whose responses take a while."""

    def __init__(self, transport: Transport, delay: float) -> None:
        self._transport = transport
        self._delay = delay

    async def send(self, request: Request, on_sent: Callable[[], object]) -> Response:
        await asyncio.sleep(self._delay)
        return await self._transport.send(request, on_sent)

    async def close(self) -> None:
        await self._transport.close()


class Trial:
    """A worker that runs."""

    def __init__(self, store: Store, worker: Worker, task: asyncio.Task[None], lines: list[str]) -> None:
        self.store = store
        self.worker = worker
        self.task = task
        self.lines = lines

    async def until(self, reached: Callable[[FleetStatus], object], patience: float = 10) -> FleetStatus:
        async with asyncio.timeout(patience):
            while True:
                if reached(status := await read_fleet_status(self.store)):
                    return status
                await asyncio.sleep(0.02)


def all_read(status: FleetStatus) -> bool:
    return all(each.lag is not None for each in status.practices)


@asynccontextmanager
async def at_work(
    url: str,
    key_for: KeyFor = its_name,
    names: Sequence[str] = NAMES,
    *,
    through: Path | None = None,
    rows: int = 20,
    delay: float = 0.0,
) -> AsyncGenerator[Trial]:
    offices = [local(name, rows={"patients": rows}) for name in names]
    address = url if through is None else f"{url.partition('host=')[0]}host={through}"
    box = Sandbox(offices)
    lines: list[str] = []
    async with Store(address) as store, Store(url) as observer:
        practices = [
            FleetPractice(
                name=each,
                key_ref="name:",
                mode=Mode.LOCAL,
                base_url="http://127.0.0.1:1/api/v1",
                tables=("patients",),
                every=0.5,
            )
            for each in names
        ]
        await apply(observer, difference([], practices))

        def client(transport: Transport) -> OpenDental:
            return OpenDental(box.developer_key, transport=transport)

        worker = Worker(
            store,
            Slow(SandboxTransport(box), delay),
            client,
            key_for,
            timing=QUICK,
            on_change=lines.append,
        )
        task = asyncio.create_task(worker.run())
        try:
            yield Trial(observer, worker, task, lines)
        finally:
            task.cancel()
            await asyncio.wait([task], timeout=5)


class Wire:
    """Relays to a PostgreSQL server until it is cut; nobody is told then, as in a network that is split."""

    def __init__(self, server: Path, folder: Path) -> None:
        self.folder = folder
        self.relays = True  # new connections
        self._socket = server / ".s.PGSQL.5432"
        self._live: dict[int, bool] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._writers: list[asyncio.StreamWriter] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_unix_connection(self._socket)
        self._writers += back, writer
        number = len(self._live)
        self._live[number] = self.relays
        tasks = [
            asyncio.create_task(self._relay(number, *pair)) for pair in ((reader, back), (there, writer))
        ]
        self._tasks.update(tasks)

    async def _relay(self, number: int, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        while self._live[number] and (data := await source.read(65_536)):
            if not self._live[number]:
                break
            target.write(data)
        if self._live[number]:
            target.close()
        else:
            await asyncio.Event().wait()

    def cut(self, *numbers: int) -> None:
        """Cut connections, all of them by default; new ones are relayed."""
        self._live.update(dict.fromkeys(numbers or self._live, False))

    async def end(self) -> None:
        """Let the server know that nobody is there any more."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for writer in self._writers:
            writer.transport.abort()
            with suppress(OSError):
                await writer.wait_closed()


@pytest.fixture
async def wire(fleet_url: str, tmp_path: Path) -> AsyncGenerator[Wire]:
    wire = Wire(Path(fleet_url.partition("host=")[2]), tmp_path)
    server = await asyncio.start_unix_server(wire.serve, tmp_path / ".s.PGSQL.5432")
    try:
        yield wire
    finally:
        server.close()
        await wire.end()


@pytest.mark.parametrize("cut", [(), (1,)], ids=["all", "queue"])
async def test_connections_that_are_cut_off_are_replaced(
    fleet_url: str, wire: Wire, cut: tuple[int, ...]
) -> None:
    async with at_work(fleet_url, through=wire.folder) as trial:
        await trial.until(all_read)
        wire.cut(*cut)
        await execute(trial.store, "UPDATE fleet_practices SET next_due = now(), current_at = NULL")
        await trial.until(all_read, 50)
        assert any("trying again" in line for line in trial.lines)


async def test_a_database_that_accepts_connections_and_is_silent_is_tried_again(
    fleet_url: str, wire: Wire
) -> None:
    wire.relays = False
    async with at_work(fleet_url, through=wire.folder) as trial:
        async with asyncio.timeout(10):
            while not trial.lines:  # noqa: ASYNC110 - the worker cannot set an event
                await asyncio.sleep(0.02)
        assert trial.lines[0] == "the database did not answer within 0.9 s; trying again"
        wire.relays = True
        await trial.until(all_read, 50)


async def test_a_silent_database_does_not_keep_a_worker_from_its_end(fleet_url: str, wire: Wire) -> None:
    wire.relays = False
    async with at_work(fleet_url, through=wire.folder) as trial:
        await asyncio.sleep(0.1)
        trial.worker.stop()
        await asyncio.wait_for(asyncio.shield(trial.task), 5)


async def test_a_lock_of_a_connection_that_is_cut_off_is_freed(fleet_url: str, wire: Wire) -> None:
    """The server does not notice for hours that nobody is there any more."""
    async with at_work(fleet_url, through=wire.folder, rows=2_500, delay=0.3) as trial:
        await trial.until(lambda status: any(each.slices for each in status.workers))
        wire.cut()
        await execute(trial.store, "UPDATE fleet_practices SET current_at = NULL")
        await trial.until(all_read, 50)


async def test_a_vault_that_hangs_does_not_keep_a_worker_from_its_end(fleet_url: str) -> None:
    async def key_for(practice: str, _: str) -> str:
        if practice == "hill":
            await asyncio.Event().wait()
        return practice

    async with at_work(fleet_url, key_for) as trial:
        await trial.until(lambda status: status.practices[0].lag is not None)
        trial.worker.stop()
        await asyncio.wait_for(asyncio.shield(trial.task), 5)


async def test_a_vault_that_hangs_is_an_error_after_a_while(
    fleet_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slices, "_KEY_LIMIT", 0.05)

    async def key_for(_: str, __: str) -> str:
        await asyncio.Event().wait()
        raise AssertionError

    async with at_work(fleet_url, key_for, ["hill"]) as trial:
        status = await trial.until(lambda status: status.practices[0].failures)
        assert status.practices[0].error.startswith("KeyNotFound: ")


async def test_a_vault_that_was_cancelled_by_itself_is_an_error(fleet_url: str) -> None:
    async def key_for(_: str, __: str) -> str:
        raise asyncio.CancelledError

    async with at_work(fleet_url, key_for, ["hill"]) as trial:
        status = await trial.until(lambda status: status.practices[0].failures)
        assert status.practices[0].error.startswith("KeyNotFound: ")


@pytest.mark.parametrize("kind", [ConfigurationError, ValueError])
async def test_what_an_error_of_a_vault_says_is_dropped(fleet_url: str, kind: type[Exception]) -> None:
    async def key_for(_: str, __: str) -> str:
        raise kind("no secret\nat https://vault/?token=VALUE")

    async with at_work(fleet_url, key_for, ["hill"]) as trial:
        status = await trial.until(lambda status: status.practices[0].failures)
        assert f"key raised {kind.__name__} " in status.practices[0].error
        assert "VALUE" not in status.practices[0].error
        assert trial.lines[-1] == f"hill: {status.practices[0].error}"


async def test_an_error_of_several_lines_is_told_on_one(fleet_url: str) -> None:
    async def key_for(_: str, __: str) -> str:
        raise KeyNotFound("first\nsecond: forged")

    async with at_work(fleet_url, key_for, ["hill"]) as trial:
        await trial.until(lambda status: status.practices[0].failures)
        assert "first\\nsecond: forged" in trial.lines[-1]


async def test_a_queue_of_another_version_ends_a_worker_with_the_remedy(postgres: PostgresServer) -> None:
    url = postgres.emptied_database()
    async with Store(url) as store:
        await install(store)
        await execute(store, f"ALTER TABLE {LOG} DROP COLUMN traceback CASCADE")
    async with at_work(url) as trial:
        with pytest.raises(NoFleet, match="holds no queue of this version; run: odapi fleet init"):
            await asyncio.wait_for(asyncio.shield(trial.task), 5)


async def test_what_somebody_else_writes_into_the_queue_ends_no_worker(fleet_url: str) -> None:
    async with at_work(fleet_url) as trial:
        await execute(
            trial.store,
            f"INSERT INTO {QUEUE} (priority, entrypoint, payload, status, heartbeat, updated)"
            " SELECT 9, 'odapi_slice', each, 'queued', now(), now()"
            r" FROM unnest('{\\xff, \\x00, \\x, \\x6e6f626f6479}'::bytea[]) each",
        )
        await trial.until(all_read)
        assert trial.lines[1:] == [r"'\x00': ValueRejected: an error of this package"]
        assert not trial.task.done()


async def test_connections_of_others_stay_as_they_are(fleet_url: str, wire: Wire) -> None:
    """Those of other programs have no name, or one of their own."""
    async with Store(fleet_url) as other, other.engine.connect() as stranger:
        await stranger.execute(sa.text("SELECT 1"))
        async with at_work(fleet_url, through=wire.folder) as trial:
            await trial.until(all_read)
            wire.cut()
            await execute(trial.store, "UPDATE fleet_practices SET next_due = now(), current_at = NULL")
            await trial.until(all_read, 50)
        await stranger.execute(sa.text("SELECT 1"))
