"""Medications: DOC."""

from datetime import datetime
from types import NoneType
from typing import Required, TypedDict, Unpack

from odapi_async.operation import Operation
from odapi_async.resources.base import Resource, Row
from odapi_async.rows import Rows


class Medication(Row, frozen=True):
    """DOC Medication."""

    MedicationNum: int = 0
    MedName: str = ""
    GenericNum: int = 0
    genericName: str = ""
    Notes: str = ""
    DateTStamp: datetime | None = None


class NewMedication(TypedDict, total=False):
    """Body of `create`."""

    MedName: Required[str]
    genericName: str
    """404 when no such medication exists. Default: MedName."""
    Notes: str


class MedicationUpdate(TypedDict, total=False):
    """Body of `update`."""

    Notes: str
    IsHidden: bool
    """Not shown in any reply."""


LIST = Operation("GET", "/medications", Medication, since="21.3")
CREATE = Operation("POST", "/medications", NoneType, since="21.3", permission="Setup", body=NewMedication)
UPDATE = Operation(
    "PUT",
    "/medications/{MedicationNum}",
    Medication,
    since="25.4-26.1 (exact build unknown; seen 2026-06-06, absent 2025-11-26)",
    permission="Setup",
    body=MedicationUpdate,
)
DELETE = Operation(
    "DELETE",
    "/medications/{MedicationNum}",
    NoneType,
    since="25.4-26.1 (exact build unknown; seen 2026-06-06, absent 2025-11-26)",
    permission="Setup",
)


class Medications(Resource):
    """Medications. Seldom needed: MedicationPats creates medications by itself."""

    def list(self) -> Rows[Medication]:
        """List medication rows.

        The reference prints 201 for this GET; recorded as 200.

        API: Medications GET, 21.3.
        """
        return self._rows(LIST)

    async def create(self, **body: Unpack[NewMedication]) -> None:
        """Add one medication. API: Medications POST, 21.3, permission Setup."""
        await self._call(CREATE, body=body)

    async def update(self, MedicationNum: int, **body: Unpack[MedicationUpdate]) -> Medication:
        """Change what is given and leave the rest.

        Path and body come from a third-party reading. Known from third parties only: try it on your server
        first.

        API: Medications PUT, 25.4-26.1 (exact build unknown; seen 2026-06-06, absent 2025-11-26), permission
        Setup.
        """
        return await self._call(UPDATE, MedicationNum, body=body)

    async def delete(self, MedicationNum: int) -> None:
        """Delete one medication.

        The path is inferred. Known from third parties only: try it on your server first.

        API: Medications DELETE, 25.4-26.1 (exact build unknown; seen 2026-06-06, absent 2025-11-26),
        permission Setup.
        """
        await self._call(DELETE, MedicationNum)
