"""What an office tells of: changed rows, deleted rows, and what somebody did in its program."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple

import msgspec


class WatchedTable(NamedTuple):
    """A table that an office can watch.

    Attributes:
        table: its resource on a practice, such as `appointments`; also its table in a mirror.
        id_field: the field that holds the id of a row.
        stamp: the field that holds when a row last changed; None if its rows have none.
        is_deletion: whether the event tells of deleted rows, by their ids.
    """

    table: str
    id_field: str
    stamp: str | None = None
    is_deletion: bool = False


_APPOINTMENTS: Final = WatchedTable("appointments", "AptNum", "DateTStamp")
_LAB_CASES: Final = WatchedTable("lab_cases", "LabCaseNum", "DateTStamp")
_MEDICATION_PATS: Final = WatchedTable("medication_pats", "MedicationPatNum")
_PAT_FIELDS: Final = WatchedTable("pat_fields", "PatFieldNum", "SecDateTEdit")
_SCHEDULES: Final = WatchedTable("schedules", "ScheduleNum", "DateTStamp")
_TOOTH_INITIALS: Final = WatchedTable("tooth_initials", "ToothInitialNum", "SecDateTEdit")

WATCHED: Final[Mapping[str, WatchedTable]] = MappingProxyType(
    {
        "Appointment": _APPOINTMENTS,
        "AppointmentDeleted": _APPOINTMENTS._replace(is_deletion=True),
        "LabCase": _LAB_CASES,
        "LabCaseDeleted": _LAB_CASES._replace(is_deletion=True),
        "MedicationPat": _MEDICATION_PATS,
        "MedicationPatDeleted": _MEDICATION_PATS._replace(is_deletion=True),
        "Operatory": WatchedTable("operatories", "OperatoryNum"),
        "PatField": _PAT_FIELDS,
        "PatFieldDeleted": _PAT_FIELDS._replace(is_deletion=True),
        "Patient": WatchedTable("patients", "PatNum", "DateTStamp"),
        "Provider": WatchedTable("providers", "ProvNum", "DateTStamp"),
        "Schedule": _SCHEDULES,
        "ScheduleDeleted": _SCHEDULES._replace(is_deletion=True),
        "ToothInitial": _TOOTH_INITIALS,
        "ToothInitialDeleted": _TOOTH_INITIALS._replace(is_deletion=True),
    }
)
"""The tables by the API's name of their events, `WatchTable`."""

PATIENT_SELECTED: Final = "PatientSelected"
"""The API's name of the event that somebody selected a patient in the program, its `UiEventType`."""


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """What an office told of in one POST.

    Attributes:
        practice: the name of the practice.
        kind: the API's name of the event: its `WatchTable` or `UiEventType`, such as `Appointment`.
        workstation: the machine that sent it; empty if the office is too old to say so.
        received_at: when it was received (UTC).
    """

    practice: str
    kind: str
    workstation: str = ""
    received_at: dt.datetime


class Changed(Event, frozen=True, kw_only=True):
    """Rows were added or changed.

    Attributes:
        table: the resource, such as `appointments`.
        rows: the rows as they are now, typed as those of a list. A field that the office did not send has its
            default.
    """

    table: str
    rows: tuple[Any, ...]

    def __repr__(self) -> str:
        return (
            f"{type(self).__name__}(practice={self.practice!r}, table={self.table!r}, rows={len(self.rows)})"
        )


class Deleted(Event, frozen=True, kw_only=True):
    """Rows were deleted.

    Attributes:
        table: the resource, such as `appointments`.
        ids: the ids of the rows.
    """

    table: str
    ids: tuple[int, ...]


class PatientSelected(Event, frozen=True, kw_only=True):
    """Somebody selected a patient in the program of the office.

    Attributes:
        patient: the patient. A field that the office did not send has its default.
    """

    patient: Any

    def __repr__(self) -> str:
        return f"{type(self).__name__}(practice={self.practice!r}, workstation={self.workstation!r})"


class Unknown(Event, frozen=True, kw_only=True):
    """An event that this version does not know, or whose rows it cannot read.

    Attributes:
        payload: what came: the rows, or one object for an event of the program.
        problem: why it was not read, without a value of it.
    """

    payload: Any
    problem: str

    def __repr__(self) -> str:
        return (
            f"{type(self).__name__}(practice={self.practice!r}, kind={self.kind!r}, problem={self.problem!r})"
        )
