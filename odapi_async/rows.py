"""Lists as streams: pages are fetched while the caller works on the one before.

The API has no total and no cursor. A page is the last unless its length is one at which the server cuts, and
the next offset is what was received, never what was asked for.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Generator, Set
from typing import Any, Generic, TypeVar

from odapi_async.calls import Calls
from odapi_async.limits import PAGE_LIMITS
from odapi_async.prepared import Prepared
from odapi_async.wire import decoder

T = TypeVar("T")
S = TypeVar("S")


class Rows(Generic[T]):
    """The rows of one list, which nothing is sent for until they are asked for.

    `async for` streams rows, `pages()` streams pages, `await` collects all rows, `first()` takes one, and
    `into()` decodes them into a struct of your own. Each of these begins anew. Leaving a loop early ends what
    it had under way.
    """

    __slots__ = ("_calls", "_decoder", "_prepared")

    def __init__(self, calls: Calls, prepared: Prepared, row_type: type[T]) -> None:
        self._calls = calls
        self._prepared = prepared
        self._decoder = decoder(row_type)

    def __repr__(self) -> str:
        """Leave out the filters: names are among them."""
        return f"<Rows of {self._decoder.row_type.__name__}>"

    def __await__(self) -> Generator[Any, None, list[T]]:
        """Collect all rows into a list."""
        return self._collect().__await__()

    async def __aiter__(self) -> AsyncIterator[T]:
        """Stream rows."""
        pager = self._pager()
        try:
            while page := await pager.next():
                for row in page:
                    yield row
        finally:
            await pager.close()

    async def pages(self) -> AsyncGenerator[list[T], None]:
        """Stream pages: one list of rows for each request."""
        pager = self._pager()
        try:
            while page := await pager.next():
                yield page
        finally:
            await pager.close()

    async def first(self) -> T | None:
        """Fetch one row only (Limit=1); None if there is none."""
        page = self._decoder.page(await self._calls.send(self._prepared, {"Limit": "1"}))
        return page[0] if page else None

    def into(self, struct: type[S]) -> Rows[S]:
        """Decode into your own msgspec struct: only the columns you want, or one that is not known here yet.

        Args:
            struct: its fields are spelt as the API spells them, or renamed with msgspec's `rename`.
        """
        return Rows(self._calls, self._prepared, struct)

    async def _collect(self) -> list[T]:
        rows: list[T] = []
        async for page in self.pages():
            rows += page
        return rows

    def _pager(self) -> _Pager[T]:
        limit = self._prepared.query.get("Limit", "")
        lengths = PAGE_LIMITS | {int(limit)} if limit.isdecimal() else PAGE_LIMITS
        return _Pager(self._fetch, self._calls.office.ahead, lengths)

    async def _fetch(self, offset: int) -> list[T]:
        offset += int(self._prepared.query.get("Offset", 0))
        paging = {"Offset": str(offset)} if offset else {}
        return self._decoder.page(await self._calls.send(self._prepared, paging))


class _Page(Generic[T]):
    """Holds rows while they are the result of a task: asyncio's debug mode prints such results."""

    __slots__ = ("rows",)

    def __init__(self, rows: list[T]) -> None:
        self.rows = rows


class _Pager(Generic[T]):
    """Fetches pages in order, some of them ahead.

    Args:
        fetch: gets the page at an offset.
        ahead: pages that may be under way at once.
        lengths: lengths at which the server may have cut a page.
    """

    __slots__ = ("_ahead", "_fetch", "_lengths", "_more", "_planned", "_received", "_tasks")

    def __init__(
        self,
        fetch: Callable[[int], Awaitable[list[T]]],
        ahead: int,
        lengths: Set[int] = PAGE_LIMITS,
    ) -> None:
        self._lengths = lengths
        self._fetch = fetch
        self._ahead = ahead
        self._more = True
        self._received = 0
        self._planned = 0
        self._tasks: deque[asyncio.Task[_Page[T]]] = deque()

    async def next(self) -> list[T]:
        """Return the next page; an empty one after the last."""
        if not self._more:
            return []
        if not self._tasks:
            self._start(self._received)
        page = (await self._tasks[0]).rows
        self._tasks.popleft()
        self._received += len(page)
        self._more = len(page) in self._lengths
        if self._more:
            await self._plan(len(page))
        else:
            await self.close()
        return page

    async def close(self) -> None:
        """Cancel what is under way and wait until it is gone."""
        tasks = [*self._tasks]
        self._tasks.clear()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _plan(self, length: int) -> None:
        expected = self._received + length * len(self._tasks)
        if self._tasks and self._planned != expected:
            # the server cuts its pages at another length than before: what was planned would leave gaps
            await self.close()
            expected = self._received
        while len(self._tasks) < self._ahead:
            self._start(expected)
            expected += length
        self._planned = expected

    def _start(self, offset: int) -> None:
        self._tasks.append(asyncio.create_task(self._get(offset)))

    async def _get(self, offset: int) -> _Page[T]:
        return _Page(await self._fetch(offset))
