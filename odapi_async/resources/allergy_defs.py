"""AllergyDefs: the allergies that the office can choose from."""

from datetime import datetime
from types import NoneType
from typing import Annotated, Required, TypedDict, Unpack

from odapi_async._core.operation import Operation
from odapi_async._paging.rows import Rows
from odapi_async._wire import Alias, DateTimeFormats
from odapi_async.resources.base import Resource, Row


class AllergyDef(Row, frozen=True):
    """An allergy that the office can record for its patients."""

    AllergyDefNum: int = 0
    Description: Annotated[str, Alias("Description ")] = ""
    IsHidden: bool = False
    DateTStamp: datetime | None = None
    SnomedType: str = ""
    MedicationNum: int = 0
    UniiCode: str = ""


class NewAllergyDef(TypedDict, total=False):
    """Body of `create`."""

    Description: Required[str]
    """Must be unique."""


class AllergyDefUpdate(DateTimeFormats, total=False):
    """Body of `update`."""

    Description: str
    IsHidden: bool


LIST = Operation("GET", "/allergydefs", AllergyDef, since="21.3")
CREATE = Operation(
    "POST", "/allergydefs", NoneType, since="21.3", permission="Setup", body=NewAllergyDef, read_back=LIST
)
UPDATE = Operation(
    "PUT",
    "/allergydefs/{AllergyDefNum}",
    AllergyDef,
    since="25.4",
    permission="Setup",
    body=AllergyDefUpdate,
)


class AllergyDefs(Resource):
    """The allergies to choose from. Seldom needed: `allergies.create` adds missing definitions."""

    def list(self, **formats: Unpack[DateTimeFormats]) -> Rows[AllergyDef]:
        """List allergy definitions. API: AllergyDefs GET, 21.3."""
        return self._rows(LIST, query=formats)

    async def create(self, **body: Unpack[NewAllergyDef]) -> None:
        """Add an allergy definition. API: AllergyDefs POST, 21.3, permission Setup."""
        await self._call(CREATE, body=body)

    async def update(self, AllergyDefNum: int, **body: Unpack[AllergyDefUpdate]) -> AllergyDef:
        """Change the given fields; leave the rest.

        Known from third parties only: try it on your server first.

        API: AllergyDefs PUT, 25.4 to 26.1 (build unknown), permission Setup.
        """
        return await self._call(UPDATE, AllergyDefNum, body=body)
