"""ApptFields: the values of custom fields on appointments."""

from types import NoneType
from typing import Annotated, Required, TypedDict, Unpack

from odapi_async._core.operation import Operation, Rule
from odapi_async._paging.rows import Rows
from odapi_async._wire import Since
from odapi_async.resources.base import Resource, Row


class ApptField(Row, frozen=True):
    """The value of a custom field on an appointment."""

    ApptFieldNum: Annotated[int, Since("26.1")] = 0
    FieldName: str = ""
    AptNum: int = 0
    FieldValue: str = ""


class ApptFieldFilters(TypedDict, total=False):
    """Filters of `list`."""

    AptNum: int
    """Mandatory before 26.1."""
    FieldName: str
    """Mandatory before 26.1."""


class NewApptField(TypedDict, total=False):
    """Body of `create`."""

    AptNum: Required[int]
    FieldName: str
    """As in the definition."""
    apptFieldDefNum: int
    """An alternative to FieldName."""
    FieldValue: Required[str]
    """One of the items if the field is a pick list."""


class ApptFieldUpdate(TypedDict, total=False):
    """Body of `update`."""

    AptNum: Required[int]
    FieldName: Required[str]
    FieldValue: Required[str]


GET = Operation("GET", "/apptfields/{ApptFieldNum}", ApptField, since="26.1")
LIST = Operation("GET", "/apptfields", ApptField, since="21.1", query=ApptFieldFilters)
CREATE = Operation(
    "POST",
    "/apptfields",
    ApptField,
    since="26.1",
    permission="AllOthers",
    body=NewApptField,
    rules=(Rule("at_least_one", ("FieldName", "apptFieldDefNum")),),
    read_back=GET,
)
UPDATE = Operation(
    "PUT", "/apptfields", NoneType, since="21.1", permission="Comm", body=ApptFieldUpdate, read_back=LIST
)
DELETE = Operation(
    "DELETE", "/apptfields/{ApptFieldNum}", NoneType, since="26.1", permission="AllOthers", read_back=GET
)


class ApptFields(Resource):
    """Values of custom fields on appointments. The field must exist first (see `appt_field_defs`).

    Before 26.1 a value has no id: AptNum and FieldName identify it.
    """

    async def get(self, ApptFieldNum: int) -> ApptField:
        """Read the value of one custom field. API: ApptFields GET (single), 26.1."""
        return await self._call(GET, ApptFieldNum)

    def list(self, **filters: Unpack[ApptFieldFilters]) -> Rows[ApptField]:
        """List the values of custom fields.

        Before 26.1 AptNum and FieldName are mandatory and the response has one row, whose FieldValue is empty
        if the field is not set.

        API: ApptFields GET, 21.1.
        """
        return self._rows(LIST, query=filters)

    async def create(self, **body: Unpack[NewApptField]) -> ApptField:
        """Set a custom field of an appointment. Pass FieldName or apptFieldDefNum.

        API: ApptFields POST, 26.1, permission AllOthers.
        """
        return await self._call(CREATE, body=body)

    async def update(self, **body: Unpack[ApptFieldUpdate]) -> None:
        """Change the value of a custom field.

        Before 26.1 this also adds a value that does not exist. Since then only `create` is certain to add
        one.

        API: ApptFields PUT, 21.1, permission Comm.
        """
        await self._call(UPDATE, body=body)

    async def delete(self, ApptFieldNum: int) -> None:
        """Delete the value of a custom field.

        Known from third parties only: try it on your server first.

        API: ApptFields DELETE, 26.1 (seen 2026-06-06), permission AllOthers.
        """
        await self._call(DELETE, ApptFieldNum)
