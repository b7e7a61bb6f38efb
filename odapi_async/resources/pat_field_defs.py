"""PatFieldDefs: the custom fields that the office has for patients."""

from types import NoneType
from typing import Required, TypedDict, Unpack

from odapi_async._core.operation import Operation
from odapi_async._paging.rows import Rows
from odapi_async.enums import pat_field_defs as enums
from odapi_async.resources.base import Resource, Row


class PatFieldDef(Row, frozen=True):
    """The definition of a custom patient field."""

    PatFieldDefNum: int = 0
    FieldName: str = ""
    FieldType: str = ""
    PickList: str = ""
    """Always empty since 24.1."""
    IsHidden: bool = False


class NewPatFieldDef(TypedDict, total=False):
    """Body of `create`."""

    FieldName: Required[str]
    """It must be unique."""
    FieldType: Required[enums.FieldType | str]
    """CareCreditPreApprovalAmt and CareCreditAvailableCredit exist since 24.1."""
    PickList: str
    """Items separated by CRLF. Required for the type PickList, forbidden for the others."""
    IsHidden: bool


class PatFieldDefUpdate(TypedDict, total=False):
    """Body of `update`."""

    FieldName: str
    """It must be unique. The name of a CareCredit field in use cannot be changed."""
    FieldType: enums.FieldType | str
    """CareCreditPreApprovalAmt and CareCreditAvailableCredit exist since 24.1."""
    PickList: str
    """Items separated by CRLF. Since 24.1 only when the type changes to PickList."""
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
    """Definitions of custom patient fields; the values are in `PatFields`.

    PickList can be written but not read: since 24.1 its items are stored elsewhere, and it is always empty.
    """

    def list(self) -> Rows[PatFieldDef]:
        """List all field definitions. API: PatFieldDefs GET, 22.4.9."""
        return self._rows(LIST)

    async def create(self, **body: Unpack[NewPatFieldDef]) -> PatFieldDef:
        """Add a field definition. API: PatFieldDefs POST (create), 23.3.26, permission AllOthers."""
        return await self._call(CREATE, body=body)

    async def update(self, PatFieldDefNum: int, **body: Unpack[PatFieldDefUpdate]) -> PatFieldDef:
        """Change the given fields; leave the rest.

        API: PatFieldDefs PUT (update), 23.3.26, permission AllOthers.
        """
        return await self._call(UPDATE, PatFieldDefNum, body=body)

    async def delete(self, PatFieldDefNum: int) -> None:
        """Delete a field definition; refused if it is in use.

        API: PatFieldDefs DELETE, 23.3.26, permission AllOthers.
        """
        await self._call(DELETE, PatFieldDefNum)
