"""Fetches the pages of a list in order. Knows offsets and page lengths, and nothing of rows.

The API sends no total and no cursor. A page is the last one unless its length is a page limit of the server,
and the next offset is the number of rows received, never the number requested.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from odapi_async._paging.repeats import Repeats
from odapi_async._paging.window import ALL, Window
from odapi_async.errors import OpenDentalError, RepeatedPage
from odapi_async.limits import CERTAIN_LIMIT, PAGE_LIMITS

T = TypeVar("T")


class _Hidden(Generic[T]):
    """Wraps the rows that a task returns: asyncio's debug mode prints the results of tasks."""

    __slots__ = ("rows",)

    def __init__(self, rows: list[T]) -> None:
        self.rows = rows


class Pager(Generic[T]):
    """Fetches pages in order, and the next ones in advance.

    Args:
        fetch: fetches the page at an offset, with the most rows that are wanted if they are less than a page.
        prefetch: the number of pages that may be in flight at once.
        page_limit: the number of rows that the server is expected to send at once.
        window: the part of the list to read.
        overlap: rows at the end of a page that the next page repeats.
        label: gives an error the names of the practice and the way.
        may_repeat: whether two pages may be the same, as those of a query whose rows have no ids.

    Attributes:
        label: gives an error the names of the practice and the way.
        offset: the offset of the last page.
    """

    __slots__ = (
        "_fetch",
        "_has_more",
        "_may_repeat",
        "_next_offset",
        "_overlap",
        "_page_limit",
        "_planned_offset",
        "_prefetch",
        "_repeats",
        "_tasks",
        "_window",
        "label",
        "offset",
    )

    def __init__(
        self,
        fetch: Callable[[int, int | None], Awaitable[list[T]]],
        prefetch: int,
        *,
        page_limit: int = CERTAIN_LIMIT,
        window: Window = ALL,
        overlap: int = 0,
        label: Callable[[OpenDentalError], OpenDentalError] = lambda error: error,
        may_repeat: bool = False,
    ) -> None:
        self._page_limit = page_limit
        self._window = window
        self._fetch = fetch
        self._prefetch = prefetch
        self._overlap = overlap
        self.label = label
        self._may_repeat = may_repeat
        self._has_more = not window.is_empty
        self._next_offset = self.offset = window.start
        self._planned_offset = 0
        self._repeats = Repeats()
        self._tasks: deque[asyncio.Task[_Hidden[T]]] = deque()

    async def next(self) -> list[T] | None:
        """Return the next page, which may be empty; None after the last.

        Raises:
            RepeatedPage: it is the page before once more.
        """
        if not self._has_more:
            return None
        if not self._tasks:
            self._start(self._next_offset)
        page = (await self._tasks[0]).rows
        self._tasks.popleft()
        self.offset = self._next_offset
        if not self._may_repeat and self._repeats.is_repeated(page):
            await self.close()
            raise self.label(RepeatedPage(self.offset))
        if len(page) in PAGE_LIMITS:
            self._page_limit = len(page)
        page = page[: self._window.rows_from(self.offset)]
        self._next_offset += self._step(len(page))
        self._has_more = len(page) in PAGE_LIMITS and self._is_wanted(self._next_offset)
        if self._has_more:
            await self._prefetch_next(len(page))
        else:
            await self.close()
        return page

    async def rewind(self, offset: int) -> None:
        """Cancel the prefetched pages and continue at an earlier offset."""
        await self.close()
        self._next_offset = offset
        self._repeats.forget()
        self._has_more = True

    async def close(self) -> None:
        """Cancel the pages in flight and wait until their tasks have ended."""
        tasks = [*self._tasks]
        self._tasks.clear()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _step(self, length: int) -> int:
        # if a page is not longer than the overlap, the next one would be the same page again
        return length - self._overlap if length > self._overlap else length

    async def _prefetch_next(self, length: int) -> None:
        step = self._step(length)
        expected = self._next_offset + step * len(self._tasks)
        if self._tasks and self._planned_offset != expected:
            # the server has changed its page length: the prefetched pages would leave gaps
            await self.close()
            expected = self._next_offset
        while len(self._tasks) < self._prefetch and self._is_wanted(expected):
            self._start(expected)
            expected += step
        self._planned_offset = expected

    def _is_wanted(self, offset: int) -> bool:
        return self._window.rows_from(offset) != 0

    def _start(self, offset: int) -> None:
        self._tasks.append(asyncio.create_task(self._fetch_page(offset)))

    async def _fetch_page(self, offset: int) -> _Hidden[T]:
        wanted = self._window.rows_from(offset)
        limit = wanted if wanted is not None and wanted <= self._page_limit else None
        return _Hidden(await self._fetch(offset, limit))
