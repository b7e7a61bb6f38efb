"""What all resource modules are made of.

A resource module holds structs, TypedDicts of filters and bodies, one `Operation` per method (named as the
method, in capitals), and a class whose methods do nothing but name their operation and pass on what they were
given.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec

from odapi_async._core.calls import Calls
from odapi_async._core.operation import Operation
from odapi_async._paging.rows import Rows

T = TypeVar("T")

_NOTHING: Mapping[str, object] = {}


class Row(msgspec.Struct, frozen=True, gc=False):
    """One row as the API sends it. Its repr shows the first key only: the rest is patient data.

    The garbage collector need not look at rows: they are frozen and hold plain values, so they form no cycle.
    """

    def __repr__(self) -> str:
        shown = "".join(f"{name}={value!r}, " for name, value in self.__rich_repr__())
        return f"{type(self).__name__}({shown}…)"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        """Show pretty-printers what `repr` shows, and no more."""
        keys = (name for name in self.__struct_fields__ if name.endswith("Num"))
        return [(name, getattr(self, name)) for name in itertools.islice(keys, 1)]


class Resource:
    """The operations of one resource at one practice."""

    __slots__ = ("_calls",)

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def _call(
        self,
        operation: Operation[T],
        *keys: int,
        query: Mapping[str, object] = _NOTHING,
        body: Mapping[str, object] | None = None,
    ) -> T:
        """Do an operation that answers with one row, or with nothing."""
        return await self._calls.fetch_row(operation, keys, query, body)

    def _rows(
        self,
        operation: Operation[T],
        *keys: int,
        query: Mapping[str, object] = _NOTHING,
        body: Mapping[str, object] | None = None,
    ) -> Rows[T]:
        """Do an operation that answers with pages of rows."""
        return Rows(self._calls, self._calls.prepare(operation, keys, query, body), operation.returns)

    async def _all(
        self, operation: Operation[T], *keys: int, body: Mapping[str, object] | None = None
    ) -> list[T]:
        """Do an operation that answers with a list that has no pages."""
        return await self._calls.fetch_list(operation, keys, body)
