"""Medications: the office's list of medications."""

from datetime import datetime
from types import NoneType
from typing import Annotated, Required, TypedDict, Unpack

from odapi_async._core.operation import Operation
from odapi_async._paging.rows import Rows
from odapi_async._wire import DateTimeFormats, Since
from odapi_async.resources.base import Resource, Row


class Medication(Row, frozen=True):
    """A medication in the office's list."""

    MedicationNum: int = 0
    MedName: str = ""
    GenericNum: int = 0
    """The MedicationNum of the generic."""
    genericName: str = ""
    Notes: str = ""
    DateTStamp: datetime | None = None


class NewMedication(TypedDict, total=False):
    """Body of `create`."""

    MedName: Required[str]
    genericName: str
    """An existing medication; otherwise the server responds with 404. Default: MedName."""
    Notes: str
    GenericNum: Annotated[int, Since("25.4")]
    """The generic medication, an alternative to genericName. Known from third parties only: try it on your
    server first."""


class MedicationUpdate(DateTimeFormats, total=False):
    """Body of `update`."""

    Notes: str
    IsHidden: bool
    """It is not in any row."""


LIST = Operation("GET", "/medications", Medication, since="21.3")
CREATE = Operation(
    "POST", "/medications", NoneType, since="21.3", permission="Setup", body=NewMedication, read_back=LIST
)
UPDATE = Operation(
    "PUT",
    "/medications/{MedicationNum}",
    Medication,
    since="25.4",
    permission="Setup",
    body=MedicationUpdate,
)
DELETE = Operation(
    "DELETE",
    "/medications/{MedicationNum}",
    NoneType,
    since="25.4",
    permission="Setup",
)


class Medications(Resource):
    """The office's list of medications.

    Seldom needed: `MedicationPats` adds missing medications.
    """

    def list(self, **formats: Unpack[DateTimeFormats]) -> Rows[Medication]:
        """List all medications. API: Medications GET, 21.3."""
        return self._rows(LIST, query=formats)

    async def create(self, **body: Unpack[NewMedication]) -> None:
        """Add a medication.

        The response is empty: read the new row with `list`.

        API: Medications POST, 21.3, permission Setup.
        """
        await self._call(CREATE, body=body)

    async def update(self, MedicationNum: int, **body: Unpack[MedicationUpdate]) -> Medication:
        """Change the given fields; leave the rest.

        Known from third parties only: try it on your server first.

        API: Medications PUT, 25.4 to 26.1 (build unknown), permission Setup.
        """
        return await self._call(UPDATE, MedicationNum, body=body)

    async def delete(self, MedicationNum: int) -> None:
        """Delete a medication.

        Known from third parties only: try it on your server first.

        API: Medications DELETE, 25.4 to 26.1 (build unknown), permission Setup.
        """
        await self._call(DELETE, MedicationNum)
