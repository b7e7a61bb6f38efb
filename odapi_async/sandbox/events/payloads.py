"""What an office posts: rows as in the response of their resource, deletions, and the selected patient."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

import msgspec

from odapi_async.sandbox import catalogue
from odapi_async.sandbox.catalogue import Operation
from odapi_async.sandbox.encoders import DateFormats
from odapi_async.sandbox.messy import Mess
from odapi_async.sandbox.office import Office
from odapi_async.sandbox.rows import SERVER_TIME
from odapi_async.sandbox.tables import OfficeTables
from odapi_async.sandbox.versions import is_newer
from odapi_async.sandbox.view import View

RESOURCES: Final[Mapping[str, str]] = {
    "Appointment": "appointments",
    "LabCase": "labcases",
    "MedicationPat": "medicationpats",
    "Operatory": "operatories",
    "PatField": "patfields",
    "Patient": "patients",
    "Provider": "providers",
    "Schedule": "schedules",
    "ToothInitial": "toothinitials",
}
"""The resource of each table that can be watched."""

PATIENT_SELECTED: Final = "PatientSelected"

_DELETED: Final = "Deleted"
_MOST_ROWS: Final = 1000
_SPLIT_SINCE: Final = "23.2.1"
_NOT_SELECTED: Final = (SERVER_TIME, "FamFinUrgNote", "EmployerNum", "Ward", "AdmitDate", "SuperFamily")
_BALANCES: Final = ("EstBalance", "BalTotal")


class Payload(NamedTuple):
    """The body of one event, and the number of rows in it."""

    body: bytes
    rows: int


class Payloads:
    """Makes the bodies of the events of one office.

    Args:
        office: the office.
        tables: its rows.
    """

    def __init__(self, office: Office, tables: OfficeTables) -> None:
        self._version = office.program_version
        self._mess = Mess(office.messy, office.row_seed)
        self._tables = tables
        self._splits = not is_newer(_SPLIT_SINCE, self._version)

    def of_table(self, name: str, since: str) -> list[Payload]:
        """Return what changed in a watched table at a moment or after, in lists of at most 1000 rows.

        Args:
            name: the name of the table, as `WatchTable` has it.
            since: the moment, as yyyy-MM-dd HH:mm:ss of the office's time.
        """
        if name.endswith(_DELETED):
            return self._deletions(name.removesuffix(_DELETED), since)
        if name not in RESOURCES:
            return []  # a subscription that was written past the API
        view = self._view(RESOURCES[name])
        ids = view.table.history.since(since)
        return [Payload(view.page(batch), len(batch)) for batch in self._batches(ids)]

    def of_patient(self, row_id: int) -> Payload:
        """Return the selected patient.

        Raises:
            KeyError: there is no such patient.
        """
        view = self._view("patients", *_NOT_SELECTED)
        if row_id not in view.table:
            raise KeyError(row_id)
        row = msgspec.json.decode(view.one(row_id), type=dict[str, Any])
        row["ClinicNum"] = str(row["ClinicNum"])
        row |= {name: round(float(row[name])) for name in _BALANCES}
        return Payload(msgspec.json.encode(row), 1)

    def _deletions(self, name: str, since: str) -> list[Payload]:
        """Return the ids of removed rows. Third parties also name DeletedBy, but not what is in it."""
        table = self._tables.named(RESOURCES[name])
        rows = [
            {table.maker.primary_key: each.row_id, **each.values, "DateTimeDeleted": each.moment}
            for each in table.history.removed_since(since)
        ]
        return [Payload(msgspec.json.encode(batch), len(batch)) for batch in self._batches(rows)]

    def _batches(self, rows: Sequence[Any]) -> list[Sequence[Any]]:
        size = _MOST_ROWS if self._splits else max(1, len(rows))
        return [rows[first : first + size] for first in range(0, len(rows), size)]

    def _view(self, name: str, *absent: str) -> View:
        resource = catalogue.load()[name]
        operation = _without(_read(name), absent or (SERVER_TIME,))
        table = self._tables.table(resource)
        return View(table, resource, operation, DateFormats(), self._mess, self._version)


def _read(name: str) -> Operation:
    """Return the operation that returns one row of a resource, or else its list."""
    resource = catalogue.load()[name]
    one = next((each for each in resource.operations if each.path_params == (resource.primary_key,)
                and each.kind == "get"), None)  # fmt: skip
    return one or next(each for each in resource.operations if each.python == "list")


def _without(operation: Operation, names: tuple[str, ...]) -> Operation:
    """Return an operation without some fields of its rows, and with a path that no other operation has."""
    absent = tuple(dict.fromkeys((*operation.returns.absent, *names)))
    returns = msgspec.structs.replace(operation.returns, absent=absent)
    return msgspec.structs.replace(operation, path=f"event {len(names)} {operation.path}", returns=returns)
