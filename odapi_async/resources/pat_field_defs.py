"""PatFieldDefs: DOC."""

from types import NoneType
from typing import Required, TypedDict, Unpack

from odapi_async.enums import pat_field_defs as enums
from odapi_async.operation import Operation
from odapi_async.resources.base import Resource, Row
from odapi_async.rows import Rows


class PatFieldDef(Row, frozen=True):
    """DOC PatFieldDef."""

    PatFieldDefNum: int = 0
    FieldName: str = ""
    FieldType: str = ""
    PickList: str = ""
    """Always empty since 24.1."""
    IsHidden: bool = False


class NewPatFieldDef(TypedDict, total=False):
    """Body of `create`."""

    FieldName: Required[str]
    """Must be unique."""
    FieldType: Required[enums.FieldType | str]
    """The last two CareCredit types since 24.1."""
    PickList: str
    """Required for PickList, forbidden otherwise; items separated by CRLF; comes back empty."""
    IsHidden: bool
    """Default: false."""


class PatFieldDefUpdate(TypedDict, total=False):
    """Body of `update`."""

    FieldName: str
    """Must be unique; fixed for used CareCredit fields."""
    FieldType: enums.FieldType | str
    """The last two CareCredit types since 24.1."""
    PickList: str
    """Only when the type changes to PickList (24.1)."""
    IsHidden: bool


LIST = Operation("GET", "/patfielddefs", PatFieldDef, since="22.4.9")
CREATE = Operation(
    "POST", "/patfielddefs", PatFieldDef, since="23.3.26", permission="AllOthers", body=NewPatFieldDef
)
UPDATE = Operation(
    "PUT",
    "/patfielddefs/{PatFieldDefNum}",
    PatFieldDef,
    since="23.3.26",
    permission="AllOthers",
    body=PatFieldDefUpdate,
)
DELETE = Operation(
    "DELETE", "/patfielddefs/{PatFieldDefNum}", NoneType, since="23.3.26", permission="AllOthers"
)


class PatFieldDefs(Resource):
    """PatFieldDefs. Since 24.1 pick-list items live in their own table: PickList is accepted on input but
    comes back empty.
    """

    def list(self) -> Rows[PatFieldDef]:
        """List pat field def rows. API: PatFieldDefs GET, 22.4.9."""
        return self._rows(LIST)

    async def create(self, **body: Unpack[NewPatFieldDef]) -> PatFieldDef:
        """Add one pat field def. API: PatFieldDefs POST (create), 23.3.26, permission AllOthers."""
        return await self._call(CREATE, body=body)

    async def update(self, PatFieldDefNum: int, **body: Unpack[PatFieldDefUpdate]) -> PatFieldDef:
        """Change what is given and leave the rest.

        API: PatFieldDefs PUT (update), 23.3.26, permission AllOthers.
        """
        return await self._call(UPDATE, PatFieldDefNum, body=body)

    async def delete(self, PatFieldDefNum: int) -> None:
        """Delete one pat field def.

        Refused while in use.

        API: PatFieldDefs DELETE, 23.3.26, permission AllOthers.
        """
        await self._call(DELETE, PatFieldDefNum)
