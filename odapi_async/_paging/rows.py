"""Lists as streams: pages are fetched while the caller works on the one before."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Generator
from typing import Any, Generic, TypeVar, cast

from odapi_async._core.calls import Calls
from odapi_async._core.requests import PreparedRequest
from odapi_async._paging.drift import OVERLAP, START, Checkpoint, DriftDetector, Page
from odapi_async._paging.pager import Pager
from odapi_async._wire import decoder
from odapi_async.errors import DecodeError, InvalidRequest
from odapi_async.limits import PAGE_LIMITS

T = TypeVar("T")
S = TypeVar("S")


class Rows(Generic[T]):
    """The rows of one list, which nothing is sent for until they are asked for.

    `async for` streams rows, `pages()` streams pages, `await` collects all rows, `first()` takes one, and
    `into()` decodes them into a struct of your own. Each of these begins anew. Leaving a loop early ends what
    it had under way.
    """

    __slots__ = ("_calls", "_decoder", "_prepared")

    def __init__(self, calls: Calls, prepared: PreparedRequest, row_type: type[T]) -> None:
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

    async def walk(self, id_field: str, after: Checkpoint = START) -> AsyncGenerator[Page[T], None]:
        """Stream pages that notice when the list moves, and that can be gone on from later.

        Rows that come or go while a list is read shift the ones behind them, and a page that is asked for by
        its offset then lacks rows. Here each page begins with the last two rows of the one before. If it does
        not, earlier rows are read again until known ones appear: none is lost, and some may come twice.

        Args:
            id_field: the field with the id of a row, as `PatNum`.
            after: the place of the last page that was read, perhaps by another process; by default the
                beginning of the list. The list has to be asked for with the same filters.

        Raises:
            DecodeError: rows have no such field, or do not differ in it.
            InvalidRequest: pages of so few rows cannot overlap.
        """
        if self._limits and min(self._limits) <= OVERLAP:
            raise InvalidRequest("Limit", f"is {OVERLAP + 1} or more where pages overlap")
        begin = max(0, after.offset - len(after.tail[-OVERLAP:]))
        pager = self._pager(start=begin, overlap=OVERLAP)
        trail = DriftDetector(after)
        try:
            while (rows := await pager.next()) is not None:
                keys = self._ids(rows, id_field)
                fresh = trail.new_rows(keys, pager.offset)
                if fresh is None:
                    await pager.rewind(trail.rewind(pager.offset))
                    continue
                place, moved = trail.record_page(keys, pager.offset)
                yield Page([rows[at] for at in fresh], place, moved)
        finally:
            await pager.close()

    async def first(self) -> T | None:
        """Fetch one row only (Limit=1); None if there is none."""
        page = self._decoder.page(await self._calls.execute(self._prepared, {"Limit": "1"}))
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

    def _ids(self, rows: list[T], name: str) -> list[int | str]:
        try:
            keys = [_value(row, name) for row in rows]
        except (AttributeError, KeyError):
            keys = []
        if len(set(keys)) < len(rows):
            raise DecodeError(self._decoder.row_type.__name__, b"", field=name)
        return keys

    def _pager(self, *, start: int = 0, overlap: int = 0) -> Pager[T]:
        lengths = PAGE_LIMITS | self._limits
        return Pager(self._fetch, self._calls.settings.prefetch, lengths, start=start, overlap=overlap)

    @property
    def _limits(self) -> set[int]:
        """The page length that the caller asks for, if any."""
        limit = self._prepared.query.get("Limit", "")
        return {int(limit)} if limit.isdecimal() else set()

    async def _fetch(self, offset: int) -> list[T]:
        offset += int(self._prepared.query.get("Offset", 0))
        paging = {"Offset": str(offset)} if offset else {}
        return self._decoder.page(await self._calls.execute(self._prepared, paging))


def _value(row: object, name: str) -> int | str:
    value: int | str
    value = cast("dict[str, Any]", row)[name] if isinstance(row, dict) else getattr(row, name)
    return value
