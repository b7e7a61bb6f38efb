"""AllergyDefs: DOC."""

from datetime import datetime
from types import NoneType
from typing import Required, TypedDict, Unpack

from odapi_async.operation import Operation
from odapi_async.resources.base import Resource, Row
from odapi_async.rows import Rows


class AllergyDef(Row, frozen=True):
    """DOC AllergyDef."""

    AllergyDefNum: int = 0
    Description: str = ""
    """Printed with a trailing blank in the name."""
    IsHidden: bool = False
    DateTStamp: datetime | None = None
    SnomedType: str = ""
    MedicationNum: int = 0
    UniiCode: str = ""


class NewAllergyDef(TypedDict, total=False):
    """Body of `create`."""

    Description: Required[str]
    """Must be unique."""


class AllergyDefUpdate(TypedDict, total=False):
    """Body of `update`."""

    Description: str
    IsHidden: bool


LIST = Operation("GET", "/allergydefs", AllergyDef, since="21.3")
CREATE = Operation("POST", "/allergydefs", NoneType, since="21.3", permission="Setup", body=NewAllergyDef)
UPDATE = Operation(
    "PUT",
    "/allergydefs/{AllergyDefNum}",
    AllergyDef,
    since="25.4",
    permission="Setup",
    body=AllergyDefUpdate,
)


class AllergyDefs(Resource):
    """AllergyDefs. Seldom needed: Allergies creates definitions by itself."""

    def list(self) -> Rows[AllergyDef]:
        """List allergy def rows.

        The first field name is printed with a trailing blank ("Description ").

        API: AllergyDefs GET, 21.3.
        """
        return self._rows(LIST)

    async def create(self, **body: Unpack[NewAllergyDef]) -> None:
        """Add one allergy def. API: AllergyDefs POST, 21.3, permission Setup."""
        await self._call(CREATE, body=body)

    async def update(self, AllergyDefNum: int, **body: Unpack[AllergyDefUpdate]) -> AllergyDef:
        """Change what is given and leave the rest.

        Path and body come from a third-party reading. Known from third parties only: try it on your server
        first.

        API: AllergyDefs PUT, 25.4 to 26.1 (build unknown), permission
        Setup.
        """
        return await self._call(UPDATE, AllergyDefNum, body=body)
