"""The base classes of all resource modules.

A resource module contains structs, TypedDicts of filters and bodies, one `Operation` per method (with the
method's name in capitals), and a class whose methods only pass their arguments on with their operation.
"""

from __future__ import annotations

import inspect
import itertools
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar, TypeVar

import msgspec

from odapi_async._core.calls import Calls
from odapi_async._core.operation import Operation
from odapi_async._paging.rows import Rows
from odapi_async._wire.constraints import with_limits
from odapi_async._wire.plain import plain
from odapi_async.errors import OpenDentalError
from odapi_async.resources._arguments import checked

T = TypeVar("T")

_NOTHING: Mapping[str, object] = MappingProxyType({})


class Row(msgspec.Struct, frozen=True, gc=False):
    """One row as the API sends it. Its repr shows only the first id: the rest is patient data.

    Rows are not tracked by the garbage collector: they are frozen and contain plain values, so they form no
    cycles.
    """

    __id_fields__: ClassVar[tuple[str, ...] | None] = None
    """The fields of which one is the id of the row, so that it is never 0; None for the first field."""

    def __init_subclass__(cls, **options: Any) -> None:
        """Limit integers to 64 bits, and times to those without a zone."""
        super().__init_subclass__(**options)
        cls.__annotations__ = {name: with_limits(hint) for name, hint in cls.__annotations__.items()}

    def to_dict(self) -> dict[str, Any]:
        """Return the values under the API's names, for tools that know nothing about structs.

        Amounts stay `Decimal`, and dates and times are those of `datetime`, or None. A row or a list inside
        becomes a dictionary or a list of its own. For JSON, use `msgspec.json.encode(row)`.
        """
        values: dict[str, Any] = plain(self)
        return values

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        """Return the schema by which pydantic validates and serializes rows; only pydantic calls this."""
        from odapi_async.resources._pydantic import core_schema_of  # noqa: PLC0415 - few programs need it

        return core_schema_of(cls, handler)

    def __repr__(self) -> str:
        shown = "".join(f"{name}={value!r}, " for name, value in self.__rich_repr__())
        return f"{type(self).__name__}({shown}…)"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        """Show pretty-printers the same as `repr`, and no more."""
        ids = (name for name in self.__struct_fields__ if name.endswith("Num"))
        return [(name, getattr(self, name)) for name in itertools.islice(ids, 1)]


class View(Row, frozen=True):
    """A row without an id of its own, such as a calculated figure."""

    __id_fields__: ClassVar[tuple[str, ...] | None] = ()


class Resource:
    """The operations of one resource at one practice."""

    __slots__ = ("_calls",)

    def __init_subclass__(cls) -> None:
        """Let each operation raise InvalidRequest if it is called with arguments that it does not have."""
        for name, method in [*vars(cls).items()]:
            if inspect.isfunction(method) and not name.startswith("_"):
                setattr(cls, name, checked(method))

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def _call(
        self,
        operation: Operation[T],
        *ids: int,
        query: Mapping[str, object] = _NOTHING,
        body: Mapping[str, object] | None = None,
    ) -> T:
        """Call an operation that returns one row, or nothing."""
        try:
            return await self._calls.fetch_row(operation, ids, query, body)
        finally:
            empty(query, body)

    def _rows(
        self,
        operation: Operation[T],
        *ids: int,
        query: Mapping[str, object] = _NOTHING,
        body: Mapping[str, object] | None = None,
    ) -> Rows[T]:
        """Call an operation that returns pages of rows."""
        try:
            return Rows(self._calls, self._calls.prepare(operation, ids, query, body), operation.returns)
        except OpenDentalError:
            empty(query, body)
            raise

    async def _all(
        self, operation: Operation[T], *ids: int, body: Mapping[str, object] | None = None
    ) -> list[T]:
        """Call an operation that returns a list without pages."""
        try:
            return await self._calls.fetch_list(operation, ids, body)
        finally:
            empty(body)


def empty(*arguments: Mapping[str, object] | None) -> None:
    """Empty the keyword arguments of a method: error reporters send the variables of its frame."""
    for each in arguments:
        if isinstance(each, dict):
            each.clear()
