"""PatFields: the values of custom fields of patients."""

from datetime import date, datetime
from types import NoneType
from typing import Annotated, Required, Unpack

from odapi_async._core.operation import Operation
from odapi_async._paging.rows import Rows
from odapi_async._wire import DateAndTimeFormats, DateTimeLike, Since
from odapi_async.resources.base import Resource, Row


class PatField(Row, frozen=True):
    """The value of one custom field of one patient."""

    PatFieldNum: int = 0
    PatNum: int = 0
    FieldName: str = ""
    FieldValue: str = ""
    SecDateTEdit: datetime | None = None
    SecDateEntry: date | None = None


class PatFieldFilters(DateAndTimeFormats, total=False):
    """Filters of `list`."""

    PatNum: int
    """Mandatory before 22.4.5."""
    FieldName: str
    """The exact name; case matters. Mandatory before 22.4.5."""
    SecDateTEdit: Annotated[DateTimeLike, Since("22.4.5")]
    """The last edit."""


class NewPatField(DateAndTimeFormats, total=False):
    """Body of `create`."""

    PatNum: Required[int]
    FieldName: Required[str]
    """The exact name; case matters."""
    FieldValue: Required[str]
    """Text in the format of the field's type."""


class PatFieldUpdate(DateAndTimeFormats, total=False):
    """Body of `update`."""

    PatNum: Required[int]
    FieldName: Required[str]
    """The exact name; case matters."""
    FieldValue: Required[str]
    """Text in the format of the field's type."""


GET = Operation("GET", "/patfields/{PatFieldNum}", PatField, since="22.4")
LIST = Operation("GET", "/patfields", PatField, since="21.1", query=PatFieldFilters)
CREATE = Operation(
    "POST", "/patfields", PatField, since="22.4", permission="AllOthers", body=NewPatField, read_back=GET
)
UPDATE = Operation(
    "PUT", "/patfields", PatField, since="21.1", permission="AllOthers", body=PatFieldUpdate, read_back=LIST
)
DELETE = Operation(
    "DELETE", "/patfields/{PatFieldNum}", NoneType, since="22.4", permission="AllOthers", read_back=GET
)


class PatFields(Resource):
    """Values of custom patient fields. All of them are text.

    A Date is yyyy-MM-dd, a Checkbox "1" when it is checked, a PickList the name of an item, a Currency an
    amount.
    """

    async def get(self, PatFieldNum: int, **formats: Unpack[DateAndTimeFormats]) -> PatField:
        """Read one field value. API: PatFields GET (single), 22.4."""
        return await self._call(GET, PatFieldNum, query=formats)

    def list(self, **filters: Unpack[PatFieldFilters]) -> Rows[PatField]:
        """List field values. API: PatFields GET (multiple), 21.1."""
        return self._rows(LIST, query=filters)

    async def create(self, **body: Unpack[NewPatField]) -> PatField:
        """Fill a field of a patient; hidden fields are refused.

        API: PatFields POST (create), 22.4, permission AllOthers.
        """
        return await self._call(CREATE, body=body)

    async def update(self, **body: Unpack[PatFieldUpdate]) -> PatField:
        """Replace the value of a field that has one.

        The row is found by PatNum and FieldName, not by its id. Before 25.3 the response is empty.

        API: PatFields PUT, 21.1, permission AllOthers.
        """
        return await self._call(UPDATE, body=body)

    async def delete(self, PatFieldNum: int) -> None:
        """Delete a field value; refused for fields of the type CareCreditStatus.

        API: PatFields DELETE, 22.4, permission AllOthers.
        """
        await self._call(DELETE, PatFieldNum)
