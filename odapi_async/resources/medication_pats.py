"""MedicationPats: DOC."""

from datetime import date
from types import NoneType
from typing import Required, TypedDict, Unpack

from odapi_async.operation import Operation, Rule
from odapi_async.resources.base import Resource, Row
from odapi_async.rows import Rows
from odapi_async.wire import DateLike


class MedicationPat(Row, frozen=True):
    """DOC MedicationPat."""

    MedicationPatNum: int = 0
    PatNum: int = 0
    medName: str = ""
    MedicationNum: int = 0
    PatNote: str = ""
    DateStart: date | None = None
    DateStop: date | None = None
    ProvNum: int = 0


class _MedicationPatBody(TypedDict, total=False):
    PatNote: str
    DateStart: DateLike
    DateStop: DateLike
    ProvNum: int


class MedicationPatFilters(TypedDict, total=False):
    """Filters of `list`."""

    PatNum: Required[int]
    """Implied, not marked as required."""


class NewMedicationPat(_MedicationPatBody, total=False):
    """Body of `create`."""

    PatNum: Required[int]
    medName: str
    """Needed unless MedicationNum is given; a new one is made as generic."""
    MedicationNum: int
    """Seldom used."""


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
    """MedicationPats. Medications of a patient; naming one by medName creates the medication when it is
    missing.
    """

    def list(self, **filters: Unpack[MedicationPatFilters]) -> Rows[MedicationPat]:
        """List medication pat rows.

        PatNum is a string in the reply.

        API: MedicationPats GET, 21.3.
        """
        return self._rows(LIST, query=filters)

    async def create(self, **body: Unpack[NewMedicationPat]) -> None:
        """Add one medication pat.

        Give at least one of medName and MedicationNum.

        API: MedicationPats POST, 21.3, permission AllOthers.
        """
        await self._call(CREATE, body=body)

    async def update(self, MedicationPatNum: int, **body: Unpack[MedicationPatUpdate]) -> None:
        """Change what is given and leave the rest. API: MedicationPats PUT, 22.1, permission AllOthers."""
        await self._call(UPDATE, MedicationPatNum, body=body)

    async def delete(self, MedicationPatNum: int) -> None:
        """Delete one medication pat. API: MedicationPats DELETE, 22.1, permission AllOthers."""
        await self._call(DELETE, MedicationPatNum)
