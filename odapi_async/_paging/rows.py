"""Lists as streams: the next pages are fetched while the caller processes the current one."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Generator
from functools import partial
from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING, Any, Generic, NoReturn, TypeVar, cast

from odapi_async._core.calls import Calls
from odapi_async._core.requests import PreparedRequest
from odapi_async._paging.drift import OVERLAP, START, Checkpoint, DriftDetector, Page
from odapi_async._paging.pager import Pager
from odapi_async._paging.window import ALL, Window, window_in, without_window
from odapi_async._wire import (
    check_rows_of,
    decoder_for,
    excluded_field,
    given_filters,
    name_of,
    row_id_fields,
)
from odapi_async._wire.plain import plain
from odapi_async.errors import DecodeError, FilterIgnored, InvalidRequest

T = TypeVar("T")
S = TypeVar("S")


class Rows(Generic[T]):
    """The rows of one list. No request is sent until the rows are read.

    `async for` streams rows, `pages()` streams pages, `await` collects all rows in a list, `first()` fetches
    one row, `rows[40:60]` is a part of the list, `into()` decodes the rows into a struct of your own, and
    `to_dicts()` makes dictionaries of them.
    Each of these reads the list from the beginning. Leaving a loop early cancels its requests in flight.
    With `with_options(deadline=...)`, `await` has that many seconds for the whole list. A loop has them for
    the request of each page, because a loop also takes the time of the caller's own work.
    """

    __slots__ = ("_as_dicts", "_calls", "_prepared", "_row_type", "_window")

    def __init__(
        self,
        calls: Calls,
        prepared: PreparedRequest,
        row_type: type[T],
        window: Window | None = None,
        *,
        as_dicts: bool = False,
    ) -> None:
        self._calls = calls
        self._window = window or window_in(prepared.query)
        self._prepared = without_window(prepared)
        self._row_type = row_type
        self._as_dicts = as_dicts

    def __repr__(self) -> str:
        """Leave out the filters: they may contain names of patients."""
        return f"<Rows of {name_of(self._row_type)}{' as dicts' if self._as_dicts else ''}>"

    def __await__(self) -> Generator[Any, None, list[T]]:
        """Collect all rows into a list."""
        return self._collect().__await__()

    if not TYPE_CHECKING:  # pragma: no branch - type checkers report it already

        def __iter__(self) -> NoReturn:
            """Refuse a plain loop: the rows are still at the office."""
            raise TypeError(
                "rows come over the network: use `async for row in rows`, or `await rows` for a list"
            )

    def __getitem__(self, window: slice) -> Rows[T]:
        """Return a part of the list: `rows[40:60]`, `rows[:500]` or `rows[400:]`. Nothing is sent yet.

        The positions are those at the office when the rows are read. If the part fits into one page, one
        request asks for exactly its rows. A part beyond the end of the list is empty.

        Args:
            window: a slice of whole numbers, without a step.

        Raises:
            InvalidRequest: the slice is negative, has a step, or is not of whole numbers.
            TypeError: it is not a slice, such as a single number; one row is `rows[7:8]`.
        """
        if not isinstance(window, slice):  # pyright: ignore[reportUnnecessaryIsInstance] - of callers without types
            raise TypeError(
                "use a slice: one row is `await rows[7:8]`, and the first is `await rows.first()`"
            )
        return self._copy(self._calls, self._window.part(window))

    async def __aiter__(self) -> AsyncIterator[T]:
        """Stream rows."""
        pager = await self._pager(self._window)
        try:
            while page := await pager.next():
                for row in self._made(page):
                    yield row
                del page  # nobody needs it while the next one is fetched, which may take seconds
        finally:
            await pager.close()

    async def pages(self) -> AsyncGenerator[list[T], None]:
        """Stream pages: one list of rows for each request."""
        pager = await self._pager(self._window)
        try:
            while page := await pager.next():
                yield self._made(page)
                del page
        finally:
            await pager.close()

    async def walk(self, id_field: str, after: Checkpoint = START) -> AsyncGenerator[Page[T], None]:
        """Stream pages, detect if the list drifts meanwhile, and resume from a checkpoint.

        Rows that are added or deleted while a list is read shift the later rows, so that the next page may
        skip some. Here each page overlaps the page before by two rows. If it does not, earlier rows are read
        again until known ones appear: no row is skipped, and some may come twice. If a page has the same row
        twice, the last one is kept.

        Args:
            id_field: the field with the id of a row, such as `PatNum`.
            after: the checkpoint of the last page that was read, perhaps by another process; by default
                reading starts at the beginning of the list. Use the same filters as before.

        Raises:
            DecodeError: the rows have no such field, or different rows have the same value in it.
            InvalidRequest: the rows are a part of a list, or their query has a Limit or an Offset.
        """
        if self._window != ALL:
            raise InvalidRequest("slice", "must be left out, also as Limit and Offset: a walk reads all rows")
        start = max(0, after.offset - len(after.tail[-OVERLAP:]))
        fresh = self._copy(self._calls.without_reuse(), self._window)  # else a rewind would see what it saw
        pager = await fresh._pager(Window(start), overlap=OVERLAP)  # noqa: SLF001 - of this very class
        detector = DriftDetector(after)
        try:
            while (rows := await pager.next()) is not None:
                if not (ids := self._ids(rows, id_field)) and rows:
                    name = name_of(self._row_type)
                    problem = f"not a list of {name} with an id in each row"
                    raise pager.label(DecodeError(name, b"", field=id_field, problem=problem))
                new = detector.new_rows(ids, pager.offset)
                if new is None:
                    await pager.rewind(detector.rewind(pager.offset))
                    continue
                checkpoint, drifted = detector.record_page(ids, pager.offset)
                yield Page(self._made([rows[index] for index in new]), checkpoint, drifted)
                del rows
        finally:
            await pager.close()

    async def first(self) -> T | None:
        """Fetch the first row (with Limit=1); None if there is none."""
        if self._window.is_empty:
            return None
        calls = await self._calls.start().on_way(self._prepared)
        page = await self._fetch(calls, self._window.start, 1)
        return self._made(page[:1])[0] if page else None

    def into(self, struct: type[S]) -> Rows[S]:
        """Decode into your own msgspec struct: with fewer fields, or with a field that the SDK lacks.

        Args:
            struct: its fields are spelled as the API spells them, or renamed with msgspec's `rename`. A
                dataclass, a TypedDict or `dict` works, too; but with a custom date format, only a struct may
                have dates.

        Raises:
            InvalidRequest: rows cannot be decoded into this type, such as a pydantic model.
        """
        check_rows_of(struct)
        return Rows(self._calls, self._prepared, struct, self._window)

    def to_dicts(self) -> Rows[dict[str, Any]]:
        """Return the same list with a dictionary for each row, for pandas and other tools.

        Read it as any list: `await rows.to_dicts()`, or page by page. The keys are the API's names; amounts
        stay `Decimal`, and dates and times are those of `datetime`, or None.
        """
        decoded = cast("type[dict[str, Any]]", self._row_type)
        return Rows(self._calls, self._prepared, decoded, self._window, as_dicts=True)

    def _copy(self, calls: Calls, window: Window) -> Rows[T]:
        return Rows(calls, self._prepared, self._row_type, window, as_dicts=self._as_dicts)

    def _made(self, rows: list[T]) -> list[T]:
        """Return decoded rows in the form in which the caller wants them."""
        return cast("list[T]", plain(rows)) if self._as_dicts else rows

    async def _collect(self) -> list[T]:
        one_call = self._copy(self._calls.start(), self._window)
        rows: list[T] = []
        async for page in one_call.pages():
            rows += page
        return rows

    def _ids(self, rows: list[T], name: str) -> list[int | str]:
        """Return the ids of rows; none if a row has no id, or different rows have the same one."""
        value: Callable[[T], int | str]
        value = itemgetter(name) if rows and isinstance(rows[0], dict) else attrgetter(name)  # type: ignore[assignment]
        try:
            ids: list[int | str] = [*map(value, rows)]
        except (AttributeError, KeyError):
            ids = []
        is_unclear = len(set(ids)) < len(rows) and not self._are_repeated(rows, ids, name)
        return [] if is_unclear else ids

    def _are_repeated(self, rows: list[T], ids: list[int | str], name: str) -> bool:
        """Return whether the rows that have the same id are the same row, which the server has sent twice."""
        if not ids or not all(ids):
            return False
        operation = self._prepared.operation
        if name in row_id_fields(operation.returns):
            return True
        # another field may have the same value in different rows, and a type of the caller may lack the id
        is_whole = self._row_type in {operation.returns, dict, dict[str, Any]}
        last = dict(zip(ids, rows, strict=True))
        return is_whole and all(row == last[row_id] for row_id, row in zip(ids, rows, strict=True))

    async def _pager(self, window: Window, *, overlap: int = 0) -> Pager[T]:
        """Return what fetches the pages: all go the same way to the office, whose page limit counts."""
        calls = self._calls if window.is_empty else await self._calls.on_way(self._prepared)
        settings = calls.settings
        return Pager(
            partial(self._fetch, calls),
            settings.prefetch,
            page_limit=settings.page_limit,
            window=window,
            overlap=overlap,
            label=calls.label,
            may_repeat=self._prepared.operation.method != "GET",
        )

    async def _fetch(self, calls: Calls, offset: int, limit: int | None) -> list[T]:
        paging = {"Offset": str(offset)} if offset else {}
        if limit is not None:
            paging["Limit"] = str(limit)
        # not earlier, because `into` may change the type, and not later, because it may refuse the formats
        reader = decoder_for(self._row_type, self._prepared.query)
        return calls.decode(  # no local variable holds the body: error reporters send them
            lambda response: self._checked(reader.page(response.body), response.body),
            await calls.execute(self._prepared, paging),
        )

    def _checked(self, page: list[T], body: bytes) -> list[T]:
        """Refuse a page with rows that a filter excludes."""
        filters: type | None = self._prepared.operation.query
        if not page or not filters or not (check := self._calls.options.check):
            return page
        returned: type = self._prepared.operation.returns
        given = given_filters(filters, returned, self._prepared.query, body)
        rows = page if check == "rows" else (page[0], page[-1])
        if field := excluded_field(rows, given):
            raise FilterIgnored(name_of(self._row_type), field, self._prepared.newer.get(field))
        return page
