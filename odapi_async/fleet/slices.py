"""The slices of one worker: each reads one practice for a while, under the lock of its key."""

from __future__ import annotations

import asyncio
import itertools
import os
import socket
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from functools import partial
from typing import Final
from uuid import UUID

from odapi_async import OpenDental, OpenDentalError, Practice
from odapi_async.fleet import turns
from odapi_async.fleet.difference import FleetPractice
from odapi_async.fleet.due import FAILURES, Origin, SliceOutcome
from odapi_async.fleet.errors import GuardLost, KeyNotFound, LaneBusy
from odapi_async.fleet.guard import Guard, lock_of
from odapi_async.fleet.tally import Tally
from odapi_async.fleet.turns import Result, Turn, slice_limit
from odapi_async.limits import Tier, interval
from odapi_async.mirror import DEFAULT_TABLES, Mirror, Outcome, Report, StoreError
from odapi_async.mirror.one_line import on_one_line

_DELAYS: Final = (1.0, 2.0, 4.0)  # seconds before the end of a slice is recorded again; the last one repeats

KeyFor = Callable[[str, str], Awaitable[str]]
"""Returns the customer key of a practice, from its name and its `key_ref`."""

_HERE: Final = f"{socket.gethostname()}, process {os.getpid()}"
_GRACE: Final = 10.0  # seconds in which a slice that was cancelled ends its transaction and frees its lock
_KEY_LIMIT: Final = 30.0  # seconds: a slice that waits for its key keeps others from their turn


class Slices:
    """Runs the slices that the engine gives to a worker.

    Args:
        client: the client, which sends requests only while the guard holds its locks.
        mirror: the mirror.
        guard: the locks of the worker.
        worker: the id of the worker.
        key_for: returns customer keys.
        tally: counts what is done.
        on_change: called with a line of text if a practice begins to fail at this worker, and if it is read
            again.
        length: seconds after which a slice ends at its next page.
    """

    def __init__(
        self,
        client: OpenDental,
        mirror: Mirror,
        guard: Guard,
        worker: UUID,
        key_for: KeyFor,
        tally: Tally,
        on_change: Callable[[str], object],
        length: float,
    ) -> None:
        self._client = client
        self._mirror = mirror
        self._store = mirror.store
        self._guard = guard
        self._worker = worker
        self._key_for = key_for
        self._tally = tally
        self._on_change = on_change
        self._length = length
        self._limit = slice_limit(length)
        self._tasks: set[asyncio.Task[None]] = set()
        self._silent: set[asyncio.Task[object]] = set()  # they have sent nothing yet
        self._stopping = False
        self._failing: dict[str, str] = {}  # the errors of practices that were told

    async def run(self, name: str) -> None:
        """Run a slice of the practice of this name to its end. It raises nothing: the engine logs errors.

        A slice that does not end is cancelled when its practice is due again: it would keep the lock.
        """
        task = asyncio.create_task(self._run(name))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        try:
            await asyncio.wait([task], timeout=self._limit)
        finally:
            task.cancel()
            await asyncio.wait([task], timeout=_GRACE)

    def __len__(self) -> int:
        return len(self._tasks)

    def stop(self) -> None:
        """Let all slices end at their next page, and those now that have sent nothing yet."""
        self._stopping = True
        self._mirror.stop()
        for task in self._silent:
            task.cancel()

    def cancel(self) -> None:
        """Cancel all slices, because nothing may be sent any more."""
        for task in self._tasks:
            task.cancel()

    async def _run(self, name: str) -> None:
        try:
            turn = await turns.begin(self._store, name, self._worker, length=self._length)
            if turn is not None:
                result = await self._result(turn)
                self._tell(name, result)
                await self._end(turn, result)
        except (StoreError, GuardLost):
            return  # the practice is due again, because its worker is gone or its time is over
        except Exception as error:  # noqa: BLE001 - nobody else would see it; its message may quote a row
            self._on_change(f"{on_one_line(name)}: {type(error).__name__}: an error of this package")

    def _tell(self, name: str, result: Result) -> None:
        """Tell that a practice fails, if that is new, and that it does not any more.

        An error of the database hits all practices, so it would be told many times.
        """
        if result.origin is Origin.DATABASE:
            return
        shown, known = on_one_line(name), self._failing.get(name)  # anybody can write into the queue
        if result.outcome in FAILURES and result.error != known:
            self._failing[name] = result.error
            self._on_change(f"{shown}: {on_one_line(result.error)}")
        elif result.outcome is SliceOutcome.DONE and known is not None:
            del self._failing[name]
            self._on_change(f"{shown}: is read again")

    async def _end(self, turn: Turn, result: Result) -> None:
        """Record what became of a slice; without that, nobody reads the practice for minutes.

        Raises:
            StoreError: the database cannot be used, and the worker stops.
        """
        for delay in itertools.chain(_DELAYS, itertools.repeat(_DELAYS[-1])):
            try:
                await turns.end(self._store, turn, self._worker, result)
            except StoreError:
                if self._stopping:
                    raise
                await asyncio.sleep(delay)
            else:
                return

    async def _result(self, turn: Turn) -> Result:
        if self._stopping:  # it began while `stop` was called, which did not see it
            return Result(outcome=SliceOutcome.STOPPED)
        try:
            with self._sending_nothing() as begin:
                practice = await self._practice(turn.practice)
                async with self._guard.lane(lock_of(practice.key_fingerprint)):
                    # the worker that held the lock before may have sent a request just now
                    await asyncio.sleep(_interval(turn.practice))
                    if self._stopping:
                        return Result(outcome=SliceOutcome.STOPPED)
                    begin()
                    return summary(await self._read(turn.practice, practice))
        except LaneBusy:
            return Result(outcome=SliceOutcome.BUSY)
        except GuardLost:
            raise
        except OpenDentalError as error:  # the database's, too: the locks are held, and the worker goes on
            return failure(error)
        except Exception as error:  # noqa: BLE001 - one practice must never stop the others
            # the message is dropped: it may quote a row
            error_line = f"{type(error).__name__}: an error of this package"
            return Result(outcome=SliceOutcome.FAILED, error=error_line)

    @contextmanager
    def _sending_nothing(self) -> Generator[Callable[[], object]]:
        """Let `stop` cancel this slice until the function is called that this yields."""
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - it runs in one
        self._silent.add(task)
        begin = partial(self._silent.discard, task)
        try:
            yield begin
        finally:
            begin()

    async def _practice(self, practice: FleetPractice) -> Practice:
        return self._client.practice(
            await self._key(practice),  # in no variable: error reporters send these
            tier=practice.tier,
            mode=practice.mode,
            base_url=practice.base_url,
            version=practice.version,
        )

    async def _key(self, practice: FleetPractice) -> str:
        try:
            async with asyncio.timeout(_KEY_LIMIT):
                return await self._key_for(practice.name, practice.key_ref) or _no_key()
        except TimeoutError:
            problem = f"took longer than {_KEY_LIMIT:g} s"
        except asyncio.CancelledError:
            if self._is_cancelled():
                raise
            problem = "was cancelled by a part of its own"
        except KeyNotFound:
            raise
        except Exception as error:  # noqa: BLE001 - its message is dropped: it may quote a key
            problem = f"raised {type(error).__name__}"
        raise KeyNotFound(f"the function that returns the key {problem}")

    @staticmethod
    def _is_cancelled() -> bool:
        task = asyncio.current_task()
        return task is not None and task.cancelling() > 0

    async def _read(self, planned: FleetPractice, practice: Practice) -> Report:
        tables = planned.tables or DEFAULT_TABLES
        report = await self._mirror.run_one(planned.name, practice, tables, deadline=self._length)
        self._tally.rows += report.rows
        return report


def failure(error: OpenDentalError) -> Result:
    """Return what became of a slice that an error has ended."""
    origin, here = Origin.PRACTICE, ""
    if isinstance(error, StoreError):
        origin = Origin.DATABASE
    elif isinstance(error, KeyNotFound):
        origin, here = Origin.WORKER, f" (at {_HERE})"
    line = f"{type(error).__name__}: {error.message}{here}"
    return Result(outcome=SliceOutcome.FAILED, error=line, origin=origin)


def _no_key() -> str:
    raise KeyNotFound("the function that returns the key returned none; let it raise what went wrong")


def summary(report: Report) -> Result:
    """Return what became of a slice, judging by its tables."""
    failed, stopped = report.failed, report.stopped
    error = ""
    if failed:
        more = len(failed) - 1
        others = f"; and {more} more table{'s' * (more > 1)}" if more else ""
        error = f"{failed[0].table}: {failed[0].error}{others}"
    if stopped:
        return Result(outcome=SliceOutcome.STOPPED, error=error)
    if not failed:
        return Result(outcome=SliceOutcome.DONE)
    read = any(each.outcome in _READ for each in report.tables)
    return Result(outcome=SliceOutcome.PARTLY if read else SliceOutcome.FAILED, error=error)


_READ: Final = frozenset({Outcome.DONE, Outcome.UP_TO_DATE, Outcome.INCOMPLETE})


def _interval(practice: FleetPractice) -> float:
    """Return the seconds between two requests of a practice; the longest that there are if nobody knows."""
    return interval(practice.mode, practice.tier or Tier.READ_ALL)
