"""PatFields: DOC."""

from datetime import date, datetime
from types import NoneType
from typing import Annotated, Required, TypedDict, Unpack

from odapi_async.operation import Operation
from odapi_async.resources.base import Resource, Row
from odapi_async.rows import Rows
from odapi_async.wire import DateTimeLike, Since


class PatField(Row, frozen=True):
    """DOC PatField."""

    PatFieldNum: int = 0
    PatNum: int = 0
    FieldName: str = ""
    FieldValue: str = ""
    SecDateTEdit: datetime | None = None
    SecDateEntry: date | None = None


class PatFieldFilters(TypedDict, total=False):
    """Filters of `list`."""

    PatNum: int
    """Mandatory before 22.4.5."""
    FieldName: str
    """Case-sensitive. Mandatory before 22.4.5."""
    SecDateTEdit: Annotated[DateTimeLike, Since("22.4.5")]
    """Last edit."""


class NewPatField(TypedDict, total=False):
    """Body of `create`."""

    PatNum: Required[int]
    FieldName: Required[str]
    """Case-sensitive."""
    FieldValue: Required[str]
    """Format by field type."""


class PatFieldUpdate(TypedDict, total=False):
    """Body of `update`."""

    PatNum: Required[int]
    FieldName: Required[str]
    """Case-sensitive."""
    FieldValue: Required[str]
    """Format by field type."""


GET = Operation("GET", "/patfields/{PatFieldNum}", PatField, since="22.4")
LIST = Operation("GET", "/patfields", PatField, since="21.1", query=PatFieldFilters)
CREATE = Operation("POST", "/patfields", PatField, since="22.4", permission="AllOthers", body=NewPatField)
UPDATE = Operation("PUT", "/patfields", PatField, since="21.1", permission="AllOthers", body=PatFieldUpdate)
DELETE = Operation("DELETE", "/patfields/{PatFieldNum}", NoneType, since="22.4", permission="AllOthers")


class PatFields(Resource):
    """PatFields. Custom patient fields, text on the wire. By field type: Date is yyyy-MM-dd, Checkbox "1" is
    checked, PickList is an item name, Currency an amount.
    """

    async def get(self, PatFieldNum: int) -> PatField:
        """Read one pat field. API: PatFields GET (single), 22.4."""
        return await self._call(GET, PatFieldNum)

    def list(self, **filters: Unpack[PatFieldFilters]) -> Rows[PatField]:
        """List pat field rows.

        The examples show a bare object, not a list, when one row matches.

        API: PatFields GET (multiple), 21.1.
        """
        return self._rows(LIST, query=filters)

    async def create(self, **body: Unpack[NewPatField]) -> PatField:
        """Add one pat field.

        Not for hidden definitions.

        API: PatFields POST (create), 22.4, permission AllOthers.
        """
        return await self._call(CREATE, body=body)

    async def update(self, **body: Unpack[PatFieldUpdate]) -> PatField:
        """Change what is given and leave the rest.

        Addressed by PatNum and FieldName, no id in the path; the field must exist. Before 25.3 the reply had
        no body.

        API: PatFields PUT, 21.1, permission AllOthers.
        """
        return await self._call(UPDATE, body=body)

    async def delete(self, PatFieldNum: int) -> None:
        """Delete one pat field.

        Refused for fields of type CareCreditStatus.

        API: PatFields DELETE, 22.4, permission AllOthers.
        """
        await self._call(DELETE, PatFieldNum)
