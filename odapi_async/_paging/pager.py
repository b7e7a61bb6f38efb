"""Which pages are asked for, and in what order: offsets and lengths, and nothing of what a row is.

The API has no total and no cursor. A page is the last unless its length is one at which the server cuts, and
the next offset is what was received, never what was asked for.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Set
from typing import Generic, TypeVar

from odapi_async.limits import PAGE_LIMITS

T = TypeVar("T")


class _Page(Generic[T]):
    """Holds rows while they are the result of a task: asyncio's debug mode prints such results."""

    __slots__ = ("rows",)

    def __init__(self, rows: list[T]) -> None:
        self.rows = rows


class Pager(Generic[T]):
    """Fetches pages in order, some of them ahead.

    Args:
        fetch: gets the page at an offset.
        ahead: pages that may be under way at once.
        lengths: lengths at which the server may have cut a page.
        start: the offset of the first page.
        overlap: rows at the end of a page that the next one begins with.

    Attributes:
        offset: where the last page began.
    """

    __slots__ = ("_ahead", "_fetch", "_lengths", "_more", "_next", "_overlap", "_planned", "_tasks", "offset")

    def __init__(
        self,
        fetch: Callable[[int], Awaitable[list[T]]],
        ahead: int,
        lengths: Set[int] = PAGE_LIMITS,
        *,
        start: int = 0,
        overlap: int = 0,
    ) -> None:
        self._lengths = lengths
        self._fetch = fetch
        self._ahead = ahead
        self._overlap = overlap
        self._more = True
        self._next = self.offset = start
        self._planned = 0
        self._tasks: deque[asyncio.Task[_Page[T]]] = deque()

    async def next(self) -> list[T] | None:
        """Return the next page, which may be empty; None after the last."""
        if not self._more:
            return None
        if not self._tasks:
            self._start(self._next)
        page = (await self._tasks[0]).rows
        self._tasks.popleft()
        self.offset = self._next
        self._next += self._step(len(page))
        self._more = len(page) in self._lengths
        if self._more:
            await self._plan(len(page))
        else:
            await self.close()
        return page

    async def rewind(self, offset: int) -> None:
        """Let the next page be the one at this offset, whatever was planned."""
        await self.close()
        self._next = offset
        self._more = True

    async def close(self) -> None:
        """Cancel what is under way and wait until it is gone."""
        tasks = [*self._tasks]
        self._tasks.clear()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _step(self, length: int) -> int:
        # a page no longer than the overlap would be followed by itself
        return length - self._overlap if length > self._overlap else length

    async def _plan(self, length: int) -> None:
        step = self._step(length)
        expected = self._next + step * len(self._tasks)
        if self._tasks and self._planned != expected:
            # the server cuts its pages at another length than before: what was planned would leave gaps
            await self.close()
            expected = self._next
        while len(self._tasks) < self._ahead:
            self._start(expected)
            expected += step
        self._planned = expected

    def _start(self, offset: int) -> None:
        self._tasks.append(asyncio.create_task(self._get(offset)))

    async def _get(self, offset: int) -> _Page[T]:
        return _Page(await self._fetch(offset))
