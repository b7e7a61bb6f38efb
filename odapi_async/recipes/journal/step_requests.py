"""The requests of a journal: looks for rows, and writes. It calls the methods of the practice's resources."""

from __future__ import annotations

import datetime as dt
import importlib
from collections.abc import Sequence
from functools import cache
from types import NoneType
from typing import Any, TypeVar, cast

from odapi_async._core.operation import Operation
from odapi_async._core.options import Verify
from odapi_async._core.requests import prepare
from odapi_async._core.secret import without_trace
from odapi_async._wire.parameters import parameters
from odapi_async.client import Practice
from odapi_async.errors import InvalidRequest, NoSuchResource, NotFound, OpenDentalError
from odapi_async.recipes.journal.steps import Step, id_of, is_deleted
from odapi_async.resources._tree import ResourceTree

T = TypeVar("T")


class StepRequests:
    """Reads and writes the rows of steps at one practice.

    Args:
        practice: the practice.
    """

    def __init__(self, practice: Practice) -> None:
        self._practice = practice.with_options(verify=Verify.RAISE, max_age=None)

    async def rows(self, step: Step[Any]) -> list[Any]:
        """Return the rows among which that of a step would be; of an update or a deletion, its row alone."""
        if step.ids:
            row = await self.row(step, step.ids[-1])
            return [] if row is None else [row]
        if step.finding.via_claim:
            return await self._payments(step)
        read = getattr(self._resource(step), step.finding.read)
        if step.finding.read == "get":
            row = await _or_none(read(**step.filters()))
            return [] if row is None else [row]
        return [each async for each in read(**_as_days(step.filters()))]

    async def row(self, step: Step[Any], row_id: int) -> Any | None:
        """Return the row of a step by its id; None if it is not there."""
        if has_get(step):
            row = await _or_none(self._resource(step).get(row_id))
            return None if row is None or is_deleted(row) else row
        if step.finding.via_claim or step.finding.read == "get":
            rows = [] if step.ids else await self.rows(step)
        else:
            read = getattr(self._resource(step), step.finding.read)
            rows = [each async for each in read(**_as_days(step.filters()))]
        return next((each for each in rows if id_of(each) == row_id), None)

    async def read_again(self, step: Step[Any], row_ids: Sequence[int]) -> list[Any]:
        """Read rows by their ids: a list may leave out fields."""
        found = [await self.row(step, row_id) for row_id in row_ids]
        return [row for row in found if row is not None]

    async def write(self, step: Step[T]) -> T:
        """Send a step once, and compare what the office has with what was sent.

        Raises:
            OutcomeUnknown: it may have been executed, or not.
            NotKept: it was executed, and not all of it was kept.
            NotVerified: it was executed, and the read that checks it failed.
            OpenDentalError: it was not executed.
        """
        method = getattr(self._resource(step), method_name(step.operation))
        return cast("T", await method(*step.ids, **step.body.reveal()))

    async def as_returned(self, step: Step[T], row: Any) -> T:
        """Return a row that was read as the operation would have returned it."""
        returns: Any = step.operation.returns
        if returns is NoneType:
            return cast("T", None)
        if not isinstance(row, returns) and has_get(step, returns):
            row = await self.row(step, id_of(row) or 0) or row
        if isinstance(row, returns):
            return cast("T", row)
        shared = {name for name in returns.__struct_fields__ if hasattr(row, name)}
        return cast("T", returns(**{name: getattr(row, name) for name in shared}))

    async def _payments(self, step: Step[Any]) -> list[Any]:
        """Return the insurance payments that are attached to the procedures of a claim."""
        named = cast("Any", step.body.reveal()[step.finding.via_claim])
        claims = [named] if isinstance(named, int) else [int(each) for each in named]
        payments: set[int] = set()
        for claim in claims:
            procedures = await self._practice.claim_procs.list(ClaimNum=claim)
            payments.update(each.ClaimPaymentNum for each in procedures)
        return await self.read_again(step, sorted(payments - {0}))

    def _resource(self, step: Step[Any]) -> Any:
        return getattr(self._practice, attribute_of(step.resource))


async def _or_none(read: Any) -> Any | None:
    try:
        return await read
    except NoSuchResource:
        raise
    except NotFound:
        return None


@cache
def attribute_of(resource: str) -> str:
    """Return the attribute of a practice that has a resource, by the first part of its path.

    Raises:
        InvalidRequest: there is none.
    """
    for name in ResourceTree.__annotations__:
        if name.replace("_", "") == resource:
            return name
    raise InvalidRequest("operation", f"no resource of this package has the path /{resource}")


@cache
def _operations(resource: str) -> dict[str, Operation[Any]]:
    """Return the operations of a resource by the names of its methods in capitals."""
    module = importlib.import_module(f"odapi_async.resources.{attribute_of(resource)}")
    found: dict[str, Any] = vars(module)
    return {name: value for name, value in found.items() if isinstance(value, Operation)}


def method_name(operation: Operation[Any]) -> str:
    """Return the method of the resource that executes an operation: it has the operation's name.

    Raises:
        InvalidRequest: the resource has no such operation.
    """
    for name, value in _operations(operation.path.split("/")[1]).items():
        if value.name == operation.name:
            return name.lower()
    raise InvalidRequest("operation", f"{operation.name} is none of this package")


def has_get(step: Step[Any], returns: Any = None) -> bool:
    """Return whether the API reads the row of a step by its id.

    Args:
        step: the step.
        returns: the struct that the read has to return; None for any.
    """
    get = _operations(step.resource).get("GET")
    if get is None or step.finding.read == "get" or len(get.id_names) != 1:
        return False
    return (not step.ids or get.id_names[0] in step.operation.id_names) and returns in {None, get.returns}


def read_of(step: Step[Any]) -> Operation[Any] | None:
    """Return the operation that lists the rows of a step."""
    return _operations(step.resource).get(step.finding.read.upper())


def can_read(step: Step[Any]) -> bool:
    """Return whether the row of a step can be read again.

    A row that is only in a list is not looked for in all rows of the office, unless these are few.
    """
    if step.is_ask:
        return False
    if not step.ids or has_get(step):
        return True
    read = read_of(step)
    if read is None:
        return False
    return bool(step.scope) or (step.operation.read_back is read and not needs_filter(read))


def check_scope(step: Step[Any]) -> None:
    """Refuse a scope before the step is sent: it is needed when the row is looked for, which may be too late.

    Raises:
        InvalidRequest: names the filter and the rule that it breaks.
    """
    read = read_of(step)
    if not step.scope or read is None:
        return
    try:
        prepare(read, (), step.filters(), None, check=True, version=None)
    except OpenDentalError as error:
        failure = without_trace(error)
    else:
        return
    raise failure


def needs_filter(read: Operation[Any]) -> bool:
    """Return whether a list is refused without a filter."""
    query: Any = read.query
    return query is not None and any(each.required for each in parameters(query).values())


def _as_days(filters: dict[str, object]) -> dict[str, object]:
    """Return the filters; one for a day that was given a moment gets its day."""
    return {name: _day(value) if name == "date" else value for name, value in filters.items()}


def _day(value: object) -> object:
    if isinstance(value, dt.datetime):
        return value.date()
    return value.partition(" ")[0].partition("T")[0] if isinstance(value, str) else value
