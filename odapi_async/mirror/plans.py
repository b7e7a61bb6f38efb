"""How each table is read: what the API offers for it, as data, and no code beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from odapi_async.operation import Operation

_DAY: Final = 1.0
_WEEK: Final = 7.0
_NOTHING: Final[Mapping[str, object]] = MappingProxyType({})


class Changes(NamedTuple):
    """The filter that lists what has changed since.

    Attributes:
        filter: the parameter's name.
        stamp: the field of a row that says when it was changed.
        whole_days: whether the filter and the stamp know days only.
        server_time: whether rows carry the server's own time, which is a better bookmark than their stamps.
    """

    filter: str
    stamp: str
    whole_days: bool = False
    server_time: bool = False


class Parent(NamedTuple):
    """The table whose rows have to be named one by one, because the list wants one of their keys.

    Attributes:
        table: the other table.
        filter: the parameter that takes its keys.
    """

    table: str
    filter: str


class Mark(NamedTuple):
    """What tells a row that is deleted at the office and listed all the same."""

    field: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How one table is read.

    Attributes:
        table: the resource's attribute at a practice, and the table's name.
        key: the field that holds the key of a row.
        method: the resource's method that lists rows.
        changes: how to ask for what has changed; None where the API has no such filter.
        parent: whose rows it is read by; None where it can be read as a whole.
        given: filters that show what the list leaves out by default.
        deleted: what marks a row as deleted; None where deleted rows are not listed any more.
        sweep_days: days from one reading of all rows to the next, which finds what was deleted and, without
            a filter for changes, what was changed.
    """

    table: str
    key: str
    method: str = "list"
    changes: Changes | None = None
    parent: Parent | None = None
    given: Mapping[str, object] = field(default=_NOTHING)
    deleted: Mark | None = None
    sweep_days: float = _DAY

    @property
    def operation(self) -> Operation[Any]:
        """The operation that lists rows."""
        module = import_module(f"odapi_async.resources.{self.table}")
        operation: Operation[Any] = getattr(module, self.method.upper())
        return operation


PLANS: Final[tuple[Plan, ...]] = (
    Plan(
        table="patients",
        key="PatNum",
        method="simple",
        changes=Changes("DateTStamp", "DateTStamp", server_time=True),
        deleted=Mark("PatStatus", "Deleted"),
        sweep_days=_WEEK,
    ),
    Plan(
        table="appointments",
        key="AptNum",
        changes=Changes("DateTStamp", "DateTStamp", server_time=True),
        sweep_days=_WEEK,
    ),
    Plan(table="documents", key="DocNum", parent=Parent("patients", "PatNum"), sweep_days=_WEEK),
)

BY_TABLE: Final[Mapping[str, Plan]] = MappingProxyType({plan.table: plan for plan in PLANS})
"""Plans by the names of their tables."""
