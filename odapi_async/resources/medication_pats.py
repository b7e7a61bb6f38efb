"""MedicationPats: the medications that a patient takes."""

from datetime import date
from types import NoneType
from typing import Required, TypedDict, Unpack

from odapi_async._core.operation import Operation, Rule
from odapi_async._paging.rows import Rows
from odapi_async._wire import DateFormats, DateLike
from odapi_async.resources.base import Resource, Row


class MedicationPat(Row, frozen=True):
    """A medication of a patient."""

    MedicationPatNum: int = 0
    PatNum: int = 0
    medName: str = ""
    MedicationNum: int = 0
    PatNote: str = ""
    DateStart: date | None = None
    DateStop: date | None = None
    """None if the patient still takes it."""
    ProvNum: int = 0


class _MedicationPatBody(TypedDict, total=False):
    PatNote: str
    DateStart: DateLike
    DateStop: DateLike
    ProvNum: int


class MedicationPatFilters(DateFormats, total=False):
    """Filters of `list`."""

    PatNum: Required[int]


class NewMedicationPat(_MedicationPatBody, total=False):
    """Body of `create`."""

    PatNum: Required[int]
    medName: str
    """The name of a medication; an unknown one is added as a generic."""
    MedicationNum: int
    """Seldom needed: use medName."""


class MedicationPatUpdate(_MedicationPatBody, total=False):
    """Body of `update`."""


LIST = Operation("GET", "/medicationpats", MedicationPat, since="21.3", query=MedicationPatFilters)
CREATE = Operation(
    "POST",
    "/medicationpats",
    NoneType,
    since="21.3",
    permission="AllOthers",
    body=NewMedicationPat,
    rules=(Rule("at_least_one", ("medName", "MedicationNum")),),
    read_back=LIST,
)
UPDATE = Operation(
    "PUT",
    "/medicationpats/{MedicationPatNum}",
    NoneType,
    since="22.1",
    permission="AllOthers",
    body=MedicationPatUpdate,
)
DELETE = Operation(
    "DELETE", "/medicationpats/{MedicationPatNum}", NoneType, since="22.1", permission="AllOthers"
)


class MedicationPats(Resource):
    """Medications of patients."""

    def list(self, **filters: Unpack[MedicationPatFilters]) -> Rows[MedicationPat]:
        """List the medications of one patient. API: MedicationPats GET, 21.3."""
        return self._rows(LIST, query=filters)

    async def create(self, **body: Unpack[NewMedicationPat]) -> None:
        """Add a medication to a patient, by medName or by MedicationNum.

        The response is empty: read the new row with `list`.

        API: MedicationPats POST, 21.3, permission AllOthers.
        """
        await self._call(CREATE, body=body)

    async def update(self, MedicationPatNum: int, **body: Unpack[MedicationPatUpdate]) -> None:
        """Change the given fields; leave the rest. The response is empty.

        API: MedicationPats PUT, 22.1, permission AllOthers.
        """
        await self._call(UPDATE, MedicationPatNum, body=body)

    async def delete(self, MedicationPatNum: int) -> None:
        """Delete a medication of a patient. API: MedicationPats DELETE, 22.1, permission AllOthers."""
        await self._call(DELETE, MedicationPatNum)
