"""The order of columns in a table that nobody chose: first what one looks for. Pure.

A rule finds it in the names and types of the fields: the id, names, dates, states, amounts, then the rest;
ids of other rows, flags and the times of entry and change come last. A short list has the rows for which
people look for something else.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, Final, get_args

import msgspec

from odapi_async.resources.base import Row

FIRST: Final[Mapping[str, str]] = {
    "Appointment": "AptNum AptDateTime PatNum AptStatus confirmed provAbbr ProcDescript Note",
    "Claim": "ClaimNum PatNum DateService ClaimStatus ClaimFee InsPayEst InsPayAmt DateSent",
    "HistAppointment": "HistApptNum HistDateTStamp HistApptAction AptNum PatNum AptDateTime AptStatus",
    "PatPlan": "PatPlanNum PatNum Ordinal Relationship InsSubNum PatID",
    "Patient": "PatNum LName FName Preferred Birthdate PatStatus WirelessPhone HmPhone",
    "Payment": "PayNum PayDate PayAmt payType PatNum PayNote",
    "ProcedureCode": "CodeNum ProcCode Descript AbbrDesc procCat",
    "ProcedureLog": "ProcNum ProcDate PatNum procCode descript ProcStatus ProcFee provAbbr",
    "Recall": "RecallNum PatNum DateDue DateScheduled recallStatus RecallInterval Note",
    "SecurityLog": "SecurityLogNum LogDateTime PermType LogText PatNum CompName",
    "Subscription": "SubscriptionNum WatchTable EndPointUrl DateTimeStart DateTimeLastFailure FailureReason",
    "Task": "TaskNum Descript DateTask DateTimeEntry TaskStatus UserNum",
}
"""The first columns by type of row, where the rule would choose others."""

_NAMES: Final = re.compile(
    r"\w*([Nn]ame|Abbr|Descript(ion)?|ProcCode|procCode|Drug|Heading)|Preferred", re.ASCII
)
_STATES: Final = re.compile(r"\w*(Status|[a-z]Type)|confirmed|Permission|HasPermission", re.ASCII)
_ENTRY: Final = re.compile(
    r"serverDateTime|Sec[A-Z]\w*|\w*(TStamp|TEdit|TEntry|TimeEntry|DateEntry|Edited)", re.ASCII
)
_MOST: Final = (3, 2, 2, 2)  # names, dates, states, amounts: more of one kind would leave no space for others


def default_columns(row: Any) -> list[str]:
    """Return all columns of a row of the API, or of a type of rows, in the order for a table.

    The list is empty for other rows, such as those of a query.
    """
    kind: Any = row if isinstance(row, type) else type(row)
    return [*_ordered(kind)] if issubclass(kind, Row) else []


@cache
def _ordered(kind: type[msgspec.Struct]) -> tuple[str, ...]:
    types = {field.name: _members(field.type) for field in msgspec.structs.fields(kind)}
    named = [name for name in types if not _ENTRY.fullmatch(name) and not _has_text(name, types)]
    groups = (
        [name for name in named if _NAMES.fullmatch(name)],
        [name for name in named if types[name] & {date, datetime}],
        [name for name in named if _STATES.fullmatch(name)],
        [name for name in named if Decimal in types[name]],
    )
    first = [name for group, most in zip(groups, _MOST, strict=True) for name in group[:most]]
    front = dict.fromkeys([*FIRST.get(kind.__name__, "").split(), named[0], *first])
    rest = sorted((name for name in types if name not in front), key=lambda name: _rank(name, types))
    return (*front, *rest)


def _rank(name: str, types: Mapping[str, frozenset[Any]]) -> int:
    """Return how late a column comes among the rest."""
    if name == "SSN":  # nobody shall see it by chance
        return 5
    if _ENTRY.fullmatch(name):
        return 4
    if _has_text(name, types):
        return 3
    if bool in types[name]:
        return 2
    return 1 if name.endswith("Num") and name != "PatNum" else 0


def _has_text(name: str, types: Mapping[str, object]) -> bool:
    """Return whether a column is an id or a number whose text is a column of its own."""
    text = name[:1].lower() + name[1:]
    return text != name and text in types


def _members(kind: Any) -> frozenset[Any]:
    """Return the types in a union, or the type alone."""
    found = {kind, *get_args(kind)}
    return frozenset(found | {inner for each in found for inner in get_args(each)})
