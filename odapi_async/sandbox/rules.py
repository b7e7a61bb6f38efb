"""Rules about the values in a body that hang together, by resource."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from odapi_async.sandbox.messages import Refusal
from odapi_async.sandbox.versions import Version, is_newer

Rule = Callable[[Mapping[str, Any], Mapping[str, Any], Version], None]
"""Takes the row before the write (empty for a new one), the body and the office's version."""

WATCH_TABLES: Final[Mapping[str, str | None]] = {
    "Appointment": None,
    "AppointmentDeleted": "22.4.35",
    "LabCase": "25.4.14",
    "LabCaseDeleted": "26.1.6",
    "MedicationPat": "25.4",
    "MedicationPatDeleted": "25.4",
    "Operatory": "24.2.11",
    "PatField": "22.4.8",
    "PatFieldDeleted": "25.4",
    "Patient": None,
    "Provider": "24.2.11",
    "Schedule": "24.2.11",
    "ScheduleDeleted": "25.4",
    "ToothInitial": "24.4.30",
    "ToothInitialDeleted": "25.4",
}
"""The tables that a subscription can watch, with the version that each came with."""


def check(resource: str, row: Mapping[str, Any], body: Mapping[str, Any], version: Version) -> None:
    """Refuse a body that breaks a rule of the resource.

    Args:
        resource: the resource.
        row: the row before the write; empty for a new one.
        body: the checked body.
        version: the office's version.

    Raises:
        Refusal: with status 400.
    """
    rule = _RULES.get(resource)
    if rule is not None:
        rule(row, body, version)


def _subscription(row: Mapping[str, Any], body: Mapping[str, Any], version: Version) -> None:
    """A table is watched by polling it every so many seconds; an event of the user interface is not."""
    table = body.get("WatchTable", row.get("WatchTable"))
    if "WatchTable" in body and (table not in WATCH_TABLES or is_newer(WATCH_TABLES[table], version)):
        raise Refusal(400, "WatchTable is invalid.")
    if table and not row and "PollingSeconds" not in body:
        raise Refusal(400, "PollingSeconds is required.")
    if body.get("PollingSeconds", 1) < (1 if table else 0):
        raise Refusal(400, "PollingSeconds is invalid.")


_RULES: Final[Mapping[str, Rule]] = {"subscriptions": _subscription}
