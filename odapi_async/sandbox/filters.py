"""Query parameters as conditions on rows."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from odapi_async.sandbox.catalogue import Field, Operation
from odapi_async.sandbox.rows import Value
from odapi_async.sandbox.tables import Filter, OfficeTables, Table, condition, equal

_NO_EARLIER: Final = ("on or after", "at or after")
_RISING: Final = frozenset({"DateTStamp", "SecDateTEdit"})
_DAYS: Final = frozenset({"date", "datestart", "dateend", "datefrom", "dateto"})
_DAYS_AGO: Final = re.compile(r"<(\d+) days ago>")
_SEARCH: Final = "/patients"
_SIMPLE: Final = "/patients/Simple"
_PHONES: Final = ("HmPhone", "WkPhone", "WirelessPhone")
_OWNERS: Final = ("PatNum", "MountNum")
_NO_DIGIT: Final = re.compile(r"\D")


def filters(
    operation: Operation, table: Table, given: Mapping[str, Any], tables: OfficeTables
) -> list[Filter]:
    """Return the conditions that the checked parameters set; a parameter without a column sets none."""
    columns = {field.name for field in table.maker.fields}
    given = {**_defaults(operation, given, tables.now), **given}
    found: list[Filter] = _implied(operation, given, columns, tables)
    for field in operation.query:
        if field.name not in given:
            continue
        value = given[field.name]
        special = _SPECIAL.get((operation.path, field.name))
        if special is not None:
            found += special(value, tables)
        elif field.name in columns:
            found.append(_on_column(operation, field, value))
        elif field.type == "date" and field.name.lower() in _DAYS:
            found += _on_day(field, value, columns, table.maker.natural)
    return found


def _defaults(operation: Operation, given: Mapping[str, Any], now: str) -> dict[str, str]:
    """Return the parameters that hide rows although nobody gave them, as the reference names their defaults.

    A day that is asked for replaces the range of days.
    """
    moment = dt.datetime.fromisoformat(now)
    found: dict[str, str] = {}
    for field in operation.query:
        default = str(field.default or "")
        past = _DAYS_AGO.fullmatch(default)
        if past is not None:
            start = f"{moment - dt.timedelta(days=int(past[1]))}"
            found[field.name] = start[:10] if field.type == "date" else start
        elif default == "<today at midnight>":
            found[field.name] = now[:10]
        elif field.type == "str" and default and not default.startswith("<"):
            found[field.name] = default
    if "date" in given:
        return {name: value for name, value in found.items() if name.lower() not in _DAYS}
    return found


def owned(body: Mapping[str, Any]) -> list[Filter]:
    """Return the conditions that rows belong to the patient or the mount that a body names."""
    return [equal(name, body[name]) for name in _OWNERS if name in body]


def _implied(
    operation: Operation, given: Mapping[str, Any], columns: set[str], tables: OfficeTables
) -> list[Filter]:
    """Return the conditions that hold although nobody asked for them."""
    found: list[Filter] = []
    names = {field.name: field for field in operation.query}
    if operation.path == "/appointments/ASAP":
        found.append(equal("Priority", "ASAP"))
    if operation.path == "/procedurelogs" and "ProcStatus" not in given:
        found.append(condition("ProcStatus", "!=D", lambda status: status != "D"))
    if operation.path == "/clinics":
        found.append(equal("IsHidden", "false"))
    date = names.get("date")
    if date is not None and date.default == "<today>" and not {"date", "dateStart", "dateEnd"} & given.keys():
        found.append(_on("SchedDate", "=", tables.now[:10]))
    if "includeHidden" in names and given.get("includeHidden", "false") == "false":
        hidden = "isHidden" if "isHidden" in columns else "IsHidden"
        found.append(equal(hidden, "false"))
    return found


def _on_column(operation: Operation, field: Field, value: Any) -> Filter:
    label = f"{field.name}={value}"
    notes = field.notes or ""
    if any(words in notes for words in _NO_EARLIER):
        return condition(field.name, label, lambda found: found >= value, _since(field, value))
    if field.type == "datetime":
        return condition(field.name, label, lambda found: found > value, _since(field, value))
    if field.type == "str" and (operation.path == _SEARCH or "substring" in notes):
        return _containing(field.name, value)
    if field.type == "date":
        return _on(field.name, "=", value)
    return equal(field.name, value)


def _on_day(field: Field, value: str, columns: set[str], natural: str | None) -> list[Filter]:
    """Return the condition of a parameter such as dateStart: its remark may name the column."""
    notes = field.notes or ""
    named = notes.split(" ")[0]
    column = named if named in columns else natural
    if column is None:
        return []
    name = field.name.lower()
    if name == "date":
        return [_on(column, "=", value)]
    if name in {"datestart", "datefrom"}:
        return [_on(column, ">=", value)]
    return [_on(column, "<" if named in columns and "before" in notes else "<=", value)]


def _since(field: Field, value: str) -> str | None:
    return value if field.name in _RISING else None


def _containing(column: str, text: str) -> Filter:
    part = text.casefold()
    return condition(column, f"~{text}", lambda found: part in found.casefold())


def _on(column: str, sign: str, day: str) -> Filter:
    tests: dict[str, Callable[[str], bool]] = {
        "=": lambda found: found[:10] == day,
        ">=": lambda found: found[:10] >= day,
        "<=": lambda found: found[:10] <= day,
        "<": lambda found: found[:10] < day,
    }
    return condition(column, f"{sign}{day}", tests[sign])


def _phone(text: str, _: OfficeTables) -> list[Filter]:
    """Return the search for a phone number: its digits occur in one of the patient's numbers.

    An empty text sets no condition; a text without digits occurs in no number.
    """
    if not text:
        return []
    digits = _NO_DIGIT.sub("", text)

    def test(*phones: Value) -> bool:
        return bool(digits) and any(digits in _NO_DIGIT.sub("", phone) for phone in phones)

    return [Filter(_PHONES, f"Phone={digits}", test)]


def _subscriber(text: str, tables: OfficeTables) -> list[Filter]:
    """Return the search for patients with a subscriber id that contains the text."""
    subscribers = tables.named("inssubs")
    found = subscribers.select([_containing("SubscriberID", text)])
    patients = frozenset(subscribers.value(each, "Subscriber") for each in found)
    return [condition("PatNum", f"SubscriberId={sorted(patients)}", lambda found: found in patients)]


def _not_in(status: str, *, unless: str) -> Callable[[str, OfficeTables], list[Filter]]:
    """Return the filter of a flag that hides the patients with a status."""

    def make(flag: str, _: OfficeTables) -> list[Filter]:
        if flag == unless:
            return []
        return [condition("PatStatus", f"!={status}", lambda found: found != status)]

    return make


def _guarantors(flag: str, _: OfficeTables) -> list[Filter]:
    if flag == "false":
        return []

    def test(patient: Value, guarantor: Value) -> bool:
        return bool(patient == guarantor)

    return [Filter(("PatNum", "Guarantor"), "guarantor", test)]


def _clinics(ids: list[int], _: OfficeTables) -> list[Filter]:
    return [condition("ClinicNum", f"in {ids}", lambda found: found in ids)] if ids else []


def _blockout(value: int, _: OfficeTables) -> list[Filter]:
    return [equal("BlockoutType", value)]


def _plan_type(value: str, _: OfficeTables) -> list[Filter]:
    return [equal("PlanType", "" if value == "percentage" else value)]


_SPECIAL: Final[dict[tuple[str, str], Callable[[Any, OfficeTables], list[Filter]]]] = {
    (_SEARCH, "Phone"): _phone,
    (_SEARCH, "SubscriberId"): _subscriber,
    (_SEARCH, "hideInactive"): _not_in("Inactive", unless="false"),
    (_SEARCH, "showArchived"): _not_in("Archived", unless="true"),
    (_SEARCH, "guarOnly"): _guarantors,
    (_SEARCH, "clinicNums"): _clinics,
    ("/schedules", "BlockoutDefNum"): _blockout,
    ("/insplans", "PlanType"): _plan_type,
    (_SIMPLE, "LName"): lambda value, _: [_containing("LName", value)],
    (_SIMPLE, "FName"): lambda value, _: [_containing("FName", value)],
}
"""Parameters that do not simply test the column with their name."""
