"""Group commit: what waits for the database at the same time is written in one transaction."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Awaitable, Callable, Hashable, Sequence
from typing import Final, Generic, TypeVar

from odapi_async.mirror.database.shielded import GRACE

T = TypeVar("T")
R = TypeVar("R")

_PAUSES: Final = (0.01, 0.05, 0.2, 0.5)  # seconds before the attempts after the first one


class _Entry(Generic[T, R]):
    """An item, the caller's future, and whether the caller has stopped waiting for it."""

    __slots__ = ("done", "item", "left")

    def __init__(self, item: T, done: asyncio.Future[R]) -> None:
        self.item = item
        self.done = done
        self.left = False


_Group = list[_Entry[T, R]]


class GroupCommit(Generic[T, R]):
    """Writes items that wait together in one transaction; the first one does not wait for company.

    If the database rolls a transaction back because of other transactions, it is repeated as it was, up to 5
    times in all. If the database refuses one item, each is written in a transaction of its own, so that it
    fails alone. An item that is refused alone may be mended, and is then written again.

    Args:
        commit: writes items in one transaction, and returns the result of each.
        key: identifies what an item belongs to; two items with the same key are never in one transaction.
        size: returns the number of rows of an item.
        limit: the number of rows after which a transaction takes no more items.
        transactions: the number of transactions that may run at the same time.
        fails_alone: whether an error may be that of one item of several.
        is_transient: whether an error means that nothing was written, and that the same transaction may
            succeed if it is repeated.
        mend: returns another item to write instead of one that was refused alone; None if there is none.
    """

    def __init__(
        self,
        commit: Callable[[Sequence[T]], Awaitable[Sequence[R]]],
        *,
        key: Callable[[T], Hashable],
        size: Callable[[T], int],
        limit: int,
        transactions: int,
        fails_alone: Callable[[Exception], bool],
        is_transient: Callable[[Exception], bool] = lambda _: False,
        mend: Callable[[T, Exception], T | None] = lambda _, __: None,
    ) -> None:
        self._commit = commit
        self._key = key
        self._size = size
        self._limit = limit
        self._transactions = transactions
        self._fails_alone = fails_alone
        self._is_transient = is_transient
        self._mend = mend
        self._waiting: deque[_Entry[T, R]] = deque()
        self._running: dict[asyncio.Task[None], _Group[T, R]] = {}

    async def write(self, item: T) -> R:
        """Write an item, and return its result.

        If the caller is cancelled, an item that still waits is not written. Otherwise the cancellation waits
        until the transaction has ended, at most 5 seconds.
        """
        entry = _Entry(item, asyncio.get_running_loop().create_future())
        self._waiting.append(entry)
        self._start()
        try:
            return await asyncio.shield(entry.done)
        except asyncio.CancelledError:
            await self._leave(entry)
            raise

    async def _leave(self, entry: _Entry[T, R]) -> None:
        if entry in self._waiting:
            self._waiting.remove(entry)
            entry.done.cancel()
            return
        entry.left = True
        try:
            await asyncio.wait([entry.done], timeout=GRACE)
        finally:
            if not entry.done.done():
                await self._cancel_if_alone(entry)
            elif not entry.done.cancelled():
                entry.done.exception()  # nobody is told, and asyncio shall not warn

    async def _cancel_if_alone(self, entry: _Entry[T, R]) -> None:
        """Cancel a transaction that hangs if nobody waits for it any more."""
        for task, group in [*self._running.items()]:
            if entry in group and all(each.left for each in group):
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task

    def _start(self) -> None:
        while self._waiting and len(self._running) < self._transactions:
            group = self._next_group()
            if not group:
                return
            task = asyncio.create_task(self._run(group))
            self._running[task] = group
            task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        for each in self._running.pop(task):
            each.done.cancel()  # only where the task was cancelled
        self._start()

    def _next_group(self) -> _Group[T, R]:
        """Take the first items that wait, up to the limit, with different keys."""
        keys = {self._key(each.item) for group in self._running.values() for each in group}
        group: _Group[T, R] = []
        rows, passed = 0, deque[_Entry[T, R]]()
        while self._waiting and (not group or rows < self._limit):
            each = self._waiting.popleft()
            key = self._key(each.item)
            if key in keys:
                passed.append(each)
                continue
            keys.add(key)
            group.append(each)
            rows += self._size(each.item)
        self._waiting.extendleft(reversed(passed))
        return group

    async def _run(self, group: _Group[T, R]) -> None:
        try:
            results = await self._commit_repeatedly([each.item for each in group])
        except Exception as error:  # noqa: BLE001 - the callers get it
            await self._recover(group, error)
            return
        for each, result in zip(group, results, strict=True):
            if not each.done.done():
                each.done.set_result(result)

    async def _commit_repeatedly(self, items: Sequence[T]) -> Sequence[R]:
        """Write items in one transaction, and repeat it if other transactions make it fail."""
        for pause in _PAUSES:
            try:
                return await self._commit(items)
            except Exception as error:
                if not self._is_transient(error):
                    raise
            await asyncio.sleep(pause)
        return await self._commit(items)

    async def _recover(self, group: _Group[T, R], error: Exception) -> None:
        """Write each item of a group alone, or the only one again in another form; else the callers fail."""
        first, *others = group
        if others and self._fails_alone(error):
            for each in group:
                await self._run([each])
        elif not others and (mended := self._mend(first.item, error)) is not None:
            first.item = mended
            await self._run(group)
        else:
            for each in group:
                if not each.done.done():
                    each.done.set_exception(error)
