"""ApptFieldDefs: the custom fields that the office has for appointments."""

from typing import Required, TypedDict, Unpack

from odapi_async._core.operation import Operation
from odapi_async._paging.rows import Rows
from odapi_async.enums import appt_field_defs as enums
from odapi_async.resources.base import Resource, Row


class ApptFieldDef(Row, frozen=True):
    """A custom field for appointments."""

    ApptFieldDefNum: int = 0
    FieldName: str = ""
    FieldType: str = ""
    PickList: str = ""
    """The items, if FieldType is PickList."""


class NewApptFieldDef(TypedDict, total=False):
    """Body of `create`."""

    FieldName: Required[str]
    FieldType: enums.FieldType | str
    """Default: Text."""
    PickList: str
    """The items, one per line (CRLF); only if FieldType is PickList."""


class ApptFieldDefUpdate(TypedDict, total=False):
    """Body of `update`."""

    FieldName: str
    FieldType: enums.FieldType | str
    PickList: str
    """The items, one per line (CRLF)."""


LIST = Operation("GET", "/apptfielddefs", ApptFieldDef, since="21.4")
CREATE = Operation(
    "POST", "/apptfielddefs", ApptFieldDef, since="21.4", permission="Setup", body=NewApptFieldDef
)
UPDATE = Operation(
    "PUT",
    "/apptfielddefs/{ApptFieldDefNum}",
    ApptFieldDef,
    since="25.4",
    permission="AllOthers",
    body=ApptFieldDefUpdate,
)


class ApptFieldDefs(Resource):
    """The custom fields shown on appointments. Their values are in `appt_fields`."""

    def list(self) -> Rows[ApptFieldDef]:
        """List the custom fields for appointments. API: ApptFieldDefs GET, 21.4."""
        return self._rows(LIST)

    async def create(self, **body: Unpack[NewApptFieldDef]) -> ApptFieldDef:
        """Add a custom field for appointments: text or a pick list, with a unique name.

        API: ApptFieldDefs POST (create), 21.4, permission Setup.
        """
        return await self._call(CREATE, body=body)

    async def update(self, ApptFieldDefNum: int, **body: Unpack[ApptFieldDefUpdate]) -> ApptFieldDef:
        """Change the given fields; leave the rest.

        Known from third parties only: try it on your server first.

        API: ApptFieldDefs PUT, 25.4 to 26.1 (build unknown), permission AllOthers.
        """
        return await self._call(UPDATE, ApptFieldDefNum, body=body)
