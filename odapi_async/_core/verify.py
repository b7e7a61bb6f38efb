"""Verifies one write: compares what was sent with the answer, and with the row where the answer lacks fields.

The office has answered with success before anything here happens. So a failure here never means that the
outcome of the write is unknown, and nothing is sent again.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple, Protocol, TypeVar

from odapi_async._core.comparison import Wanted, compare, wanted_of
from odapi_async._core.emitter import Emitter, event_of
from odapi_async._core.operation import Operation
from odapi_async._core.options import PracticeSettings, RequestOptions, Verify
from odapi_async._core.plausible import check_id
from odapi_async._core.read_back import DELETED, why_never
from odapi_async._core.requests import PreparedRequest
from odapi_async._core.secret import without_trace
from odapi_async._core.transport import Response
from odapi_async._wire import decoder
from odapi_async._wire.cleaning import row_id_fields
from odapi_async._wire.hints import attributes_of, is_struct
from odapi_async._wire.parameters import Parameter, parameters
from odapi_async._wire.present import present_fields
from odapi_async.errors import (
    DecodeError,
    NeedsVersion,
    NoSuchResource,
    NotFound,
    NotKept,
    NotVerified,
    OpenDentalError,
)
from odapi_async.limits import PAGE_LIMITS
from odapi_async.telemetry import EventName

T = TypeVar("T")

_MAX_PAGES: Final = 10
"""Pages of a list in which a row is looked for, because the API does not read it by its id."""
_FORMATS: Final = frozenset({"DateFormatString", "DateTimeFormatString"})


class Unverifiable(Exception):  # noqa: N818 - an outcome, not a failure
    """Nothing that was sent can be read back."""


class Page(NamedTuple):
    """Rows that were read. Its repr shows none of them.

    Attributes:
        rows: the rows.
        names: the wire names of the fields that are really in the response.
    """

    rows: Sequence[Any]
    names: frozenset[str]

    def __repr__(self) -> str:
        return f"<{len(self.rows)} rows>"


def page_of(operation: Operation[Any], ids: Sequence[int] = ()) -> Callable[[Response], Page]:
    """Return a function that decodes the response of a read; one object counts as a page of one row.

    Args:
        operation: the read.
        ids: the ids in its path, of which the last one is that of the row.
    """

    def read(response: Response) -> Page:
        rows = decoder(operation.returns).page(response.body)
        for row in rows if ids else ():
            check_id(operation, ids[-1], row, response.body)
        return Page(rows, present_fields(operation.returns, response.body))

    return read


class Reader(Protocol):
    """The part of `Calls` that reads."""

    def prepare(
        self, operation: Operation[Any], ids: tuple[int, ...], query: Mapping[str, object]
    ) -> PreparedRequest:
        """Check and encode the arguments of an operation."""
        ...

    def execute(self, prepared: PreparedRequest, paging: Mapping[str, str]) -> Awaitable[Response]:
        """Send a request as often as the policy allows."""
        ...

    def decode(self, read: Callable[[Response], Page], response: Response) -> Page:
        """Read a response."""
        ...


class WriteCheck:
    """The verification of one write.

    Args:
        prepared: the request.
        reader: executes reads.
    """

    __slots__ = (
        "_another_row",
        "_has_formats",
        "_ids",
        "_names",
        "_operation",
        "_path",
        "_reader",
        "_wanted",
    )

    def __init__(self, prepared: PreparedRequest, reader: Reader) -> None:
        operation = self._operation = prepared.operation
        self._path = prepared.path
        self._ids = operation.ids_in(prepared.path)
        self._wanted = [] if why_never(operation) else wanted_of(operation, prepared.body)
        self._reader = reader
        self._has_formats = not _FORMATS.isdisjoint(prepared.query)
        self._names: frozenset[str] = frozenset()
        self._another_row: DecodeError | None = None

    def noting(self, read: Callable[[Response], T]) -> Callable[[Response], T]:
        """Return a function that reads the answer of the write, and notes which fields are in it."""

        def read_and_note(response: Response) -> T:
            row, returns = read(response), self._operation.returns
            try:
                for row_id in [*self._ids.values()][-1:]:
                    check_id(self._operation, row_id, row, response.body)
            except DecodeError as error:
                self._another_row = without_trace(error)
            else:
                self._names = present_fields(returns, response.body, dates=not self._has_formats)
            return row

        return read_and_note

    async def verdict(self, row: Any) -> NotKept | NotVerified | Unverifiable | None:
        """Return what is wrong with a write that was answered with success; None if all was kept.

        Args:
            row: the row in the answer of the write, if there is one.
        """
        operation = self._operation
        if why_never(operation):
            return Unverifiable()
        row_id = self._row_id(row)
        try:
            lost = await (self._still_there() if operation.method == "DELETE" else self._lost(row))
        except (Unverifiable, NeedsVersion):
            return Unverifiable()
        except OpenDentalError as error:
            failure = NotVerified(operation.method, self._path, row_id)
            failure.__cause__ = error
            return failure
        return None if lost is None else NotKept(operation.method, self._path, tuple(lost), row_id)

    async def _read(
        self, operation: Operation[Any], ids: tuple[int, ...], query: Mapping[str, object], offset: int = 0
    ) -> Page:
        """Read rows, from an offset on."""
        paging = {"Offset": str(offset)} if offset else {}
        response = self._reader.execute(self._reader.prepare(operation, ids, query), paging)
        return self._reader.decode(page_of(operation, ids), await response)

    async def _still_there(self) -> list[str] | None:
        read = self._operation.read_back
        if read is None:
            raise Unverifiable
        try:
            found = await self._read(read, tuple(self._ids[name] for name in read.id_names), {})
        except NoSuchResource:
            raise
        except NotFound:
            return None
        status, value = DELETED
        is_marked = any(getattr(row, status, None) == value for row in found.rows)
        return None if is_marked or not found.rows else []

    async def _lost(self, row: Any) -> list[str] | None:
        if self._another_row and self._operation.read_back is None:
            raise self._another_row
        lost, untold = compare(self._wanted, row, self._names)
        compared = len(self._wanted) - len(untold)
        if untold and self._operation.read_back is not None:
            try:
                lost += await self._lost_in_read(self._operation.read_back, untold, row)
                compared += 1
            except Unverifiable:
                if not compared:
                    raise
        if not compared:
            raise Unverifiable
        return lost or None

    async def _lost_in_read(self, read: Operation[Any], wanted: list[Wanted], answer: Any) -> list[str]:
        """Read the row, and return the fields that it has otherwise."""
        returned: type = read.returns
        wanted = [each for each in wanted if each.field in attributes_of(returned)]
        if not wanted:
            raise Unverifiable
        ids, query = self._address(read, answer)
        best: list[str] | None = None
        offset = 0
        for _ in range(_MAX_PAGES):
            page = await self._read(read, ids, query, offset)
            for row in filter(self._is_written, page.rows):
                lost, untold = compare(wanted, row, page.names)
                if len(untold) < len(wanted) and (best is None or len(lost) < len(best)):
                    best = lost
            offset += len(page.rows)
            if best == [] or len(page.rows) not in PAGE_LIMITS:
                break
        else:
            if best is None or not self._ids:
                raise Unverifiable  # the row may be on a later page
        if best is None and self._ids:
            raise Unverifiable  # the list leaves this row out
        return [each.name for each in wanted] if best is None else best

    def _is_written(self, row: Any) -> bool:
        """Return whether a row of a list may be the one that was written."""
        return all(getattr(row, name, value) == value for name, value in self._ids.items())

    def _address(self, read: Operation[Any], answer: Any) -> tuple[tuple[int, ...], dict[str, object]]:
        """Return the ids and the filters with which the row that was written is read."""
        sent = {each.name: each.value for each in self._wanted}
        known = {**sent, **_ids_in(answer), **self._ids}
        ids = tuple(known.get(name) for name in read.id_names)
        query_type: type | None = read.query
        filters: Mapping[str, Parameter] = parameters(query_type) if query_type else {}
        query: dict[str, object] = {
            name: known[name]
            for name, each in filters.items()
            if name in known and (each.type is int or name == "FieldName")
        }
        is_complete = all(name in query for name, each in filters.items() if each.required)
        if not is_complete or not all(isinstance(each, int) and each > 0 for each in ids):
            raise Unverifiable
        return ids, query  # type: ignore[return-value]  # the ids are whole numbers

    def _row_id(self, row: Any) -> int | None:
        if self._operation.method != "POST" and self._ids:
            return next(iter(self._ids.values()))
        return next(iter(_ids_in(row).values()), None)


def _ids_in(row: Any) -> dict[str, int]:
    """Return the ids that a row has of its own."""
    if not is_struct(type(row)):
        return {}
    found = {name: getattr(row, name, 0) for name in row_id_fields(type(row))}
    return {name: value for name, value in found.items() if isinstance(value, int) and value > 0}


def raise_or_emit(
    outcome: NotKept | NotVerified | Unverifiable | None,
    operation: Operation[Any],
    settings: PracticeSettings,
    options: RequestOptions,
    emitter: Emitter,
) -> None:
    """Raise or report what is wrong with a write.

    Args:
        outcome: the verdict.
        operation: the write.
        settings: the practice.
        options: how its requests are sent.
        emitter: passes events on.

    Raises:
        NotKept: the office did not keep all of it.
        NotVerified: the read that checks it failed.
    """
    if outcome is None:
        return
    if isinstance(outcome, OpenDentalError) and options.verify is Verify.RAISE:
        raise outcome
    event = event_of(
        _EVENTS[type(outcome)],
        settings,
        operation,
        options.priority,
        settings.pace,
        error=type(outcome.__cause__).__name__ if isinstance(outcome, NotVerified) else None,
        fields=outcome.fields if isinstance(outcome, NotKept) else (),
    )
    emitter.emit(event)


_EVENTS: Final[Mapping[type[Exception], EventName]] = {
    NotKept: EventName.NOT_KEPT,
    NotVerified: EventName.NOT_VERIFIED,
    Unverifiable: EventName.UNVERIFIABLE,
}
