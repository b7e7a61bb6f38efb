"""Values of a new row that the office knows by itself: defaults that are rules, and what is never sent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, Final

from odapi_async.sandbox.catalogue import Field, Operation
from odapi_async.sandbox.references import DEFINITIONS, PATIENTS
from odapi_async.sandbox.rows import Row, Value
from odapi_async.sandbox.tables import OfficeTables, equal

_APPOINTMENTS: Final = "/appointments"
_WEB_SCHED: Final = "/appointments/WebSched"
_PIECE: Final = dt.timedelta(minutes=5)  # of a character of a pattern
_DAY: Final = dt.timedelta(days=1)
_PATTERN: Final = "/XX/"

Rule = Callable[[OfficeTables, Field, Mapping[str, Any]], Value]
"""Takes the tables, the field and the body; returns the default, or None if it is empty."""


def implied(operation: Operation, tables: OfficeTables, body: Mapping[str, Any]) -> Row:
    """Return the values that a new row has besides those of its body and the literal defaults.

    Args:
        operation: the operation that adds the row.
        tables: the tables of the office.
        body: the checked body, as far as it is kept.
    """
    found: Row = dict(_OWN[operation.path](tables, body)) if operation.path in _OWN else {}
    for field in operation.body:
        rule = _RULES.get(str(field.default))
        value = None if rule is None else rule(tables, field, {**found, **body})
        if value is not None:
            found[field.name] = value
    return found


def _today(tables: OfficeTables, field: Field, _: Mapping[str, Any]) -> Value:
    day = tables.now[:10]
    return f"{day} 00:00:00" if field.type == "datetime" else day


def _now(tables: OfficeTables, _: Field, __: Mapping[str, Any]) -> Value:
    return tables.now


def _first_definition(tables: OfficeTables, field: Field, _: Mapping[str, Any]) -> Value:
    category = field.definition_category
    table = tables.named(DEFINITIONS)
    found = table.select([equal("Category", category)])
    shown = [each for each in found if table.value(each, "isHidden") == "false"]
    return min(shown, key=lambda each: (table.value(each, "ItemOrder"), each), default=None)


def _patient(column: str) -> Rule:
    """Return the rule that takes a value of the patient; 0 is none."""

    def rule(tables: OfficeTables, _: Field, body: Mapping[str, Any]) -> Value:
        return _value(tables, PATIENTS, body.get("PatNum", 0), column)

    return rule


def _provider(tables: OfficeTables, field: Field, body: Mapping[str, Any]) -> Value:
    preferences = tables.named("preferences")
    default = preferences.find_text("PrefName", "PracticeDefaultProv")
    office = preferences.value(default, "ValueString") if default else ""
    return _patient("PriProv")(tables, field, body) or (int(office) if office.isdecimal() else None)


def _provider_of_appointment(tables: OfficeTables, field: Field, body: Mapping[str, Any]) -> Value:
    found = _value(tables, "appointments", body.get("AptNum", 0), "ProvNum")
    return found or _provider(tables, field, body)


def _clinic(tables: OfficeTables, field: Field, body: Mapping[str, Any]) -> Value:
    found = _value(tables, "operatories", body.get("Op", 0), "ClinicNum")
    return found or _patient("ClinicNum")(tables, field, body)


def _slashes(_: OfficeTables, __: Field, body: Mapping[str, Any]) -> Value:
    return "/" * len(body.get("Pattern", _PATTERN))


def _value(tables: OfficeTables, resource: str, row_id: int, column: str) -> Value:
    table = tables.named(resource)
    return table.value(row_id, column) if row_id in table else None


_RULES: Final[Mapping[str, Rule]] = {
    "<today>": _today,
    "<now>": _now,
    "<first definition of the category>": _first_definition,
    "<patient's primary provider>": _patient("PriProv"),
    "<patient's primary provider, else the office default>": _provider,
    "<appointment's provider, else the patient's, else the office's>": _provider_of_appointment,
    "<patient's clinic>": _patient("ClinicNum"),
    "<operatory's clinic, else the patient's>": _clinic,
    "<the patient>": lambda _, __, body: body.get("PatNum"),
    "<slashes as long as Pattern>": _slashes,
}
"""The rules of the catalogue that the sandbox follows."""


def _of_type(tables: OfficeTables, body: Mapping[str, Any]) -> Row:
    """Return the pattern of an appointment's type, which holds if the body has none."""
    pattern = _value(tables, "appointmenttypes", body.get("AppointmentTypeNum", 0), "Pattern")
    return {"Pattern": pattern} if pattern else {}


def _of_slot(_: OfficeTables, body: Mapping[str, Any]) -> Row:
    """Return the pattern that fills a slot."""
    start, end = (body.get(name, "") for name in ("DateTimeStart", "DateTimeEnd"))
    length = dt.datetime.fromisoformat(end) - dt.datetime.fromisoformat(start) if start and end else _PIECE
    pattern = "X" * (min(length, _DAY) // _PIECE) or _PATTERN
    return {"Pattern": pattern, "PatternSecondary": "/" * len(pattern)}


def _of_note(tables: OfficeTables, _: Mapping[str, Any]) -> Row:
    return {"EntryDateTime": tables.now}


def _of_allergy(tables: OfficeTables, body: Mapping[str, Any]) -> Row:
    """Add the definition that the body names, if there is none yet."""
    name, definitions = body.get("defDescription"), tables.named("allergydefs")
    if name and not definitions.find_text("Description", name):
        definitions.add({"Description": name})
    return {}


_OWN: Final[Mapping[str, Callable[[OfficeTables, Mapping[str, Any]], Row]]] = {
    _APPOINTMENTS: _of_type,
    "/appointments/Planned": _of_type,
    _WEB_SCHED: _of_slot,
    "/allergies": _of_allergy,
    "/procnotes": _of_note,
}
"""What the catalogue does not write as a default, by the path of the operation."""
