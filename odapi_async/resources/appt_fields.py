"""ApptFields: DOC."""

from types import NoneType
from typing import Annotated, Required, TypedDict, Unpack

from odapi_async.operation import Operation, Rule
from odapi_async.resources.base import Resource, Row
from odapi_async.rows import Rows
from odapi_async.wire import Since


class ApptField(Row, frozen=True):
    """DOC ApptField."""

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
    """Instead of FieldName; shown in the example only."""
    FieldValue: Required[str]
    """For a pick list one of its items."""


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
)
UPDATE = Operation("PUT", "/apptfields", NoneType, since="21.1", permission="Comm", body=ApptFieldUpdate)
DELETE = Operation("DELETE", "/apptfields/{ApptFieldNum}", NoneType, since="26.1", permission="AllOthers")


class ApptFields(Resource):
    """ApptFields. Custom value on an appointment; the definition must exist first. Before 26.1 a value was
    addressed by AptNum plus FieldName only, as the primary key was neither shown nor taken.
    """

    async def get(self, ApptFieldNum: int) -> ApptField:
        """Read one appt field. API: ApptFields GET (single), 26.1."""
        return await self._call(GET, ApptFieldNum)

    def list(self, **filters: Unpack[ApptFieldFilters]) -> Rows[ApptField]:
        """List appt field rows.

        Since 26.1 a list; its example still shows a bare object. Before 26.1 AptNum and FieldName were
        mandatory and one object came back, with an empty FieldValue when the field was not set.

        API: ApptFields GET, 21.1.
        """
        return self._rows(LIST, query=filters)

    async def create(self, **body: Unpack[NewApptField]) -> ApptField:
        """Add one appt field.

        Give at least one of FieldName and apptFieldDefNum.

        API: ApptFields POST, 26.1, permission AllOthers.
        """
        return await self._call(CREATE, body=body)

    async def update(self, **body: Unpack[ApptFieldUpdate]) -> None:
        """Change what is given and leave the rest.

        Upsert before 26.1: inserts or replaces the value. No id in the path. The 2026 copy describes the
        update of an existing row and names ApptFieldNum; whether the upsert still works is not visible. A
        third party reads it as PUT /apptfields/{ApptFieldNum}.

        API: ApptFields PUT, 21.1, permission Comm.
        """
        await self._call(UPDATE, body=body)

    async def delete(self, ApptFieldNum: int) -> None:
        """Delete one appt field.

        Listed in a permissions table only; the path is inferred. Known from third parties only: try it on
        your server first.

        API: ApptFields DELETE, 26.1 (seen 2026-06-06), permission AllOthers.
        """
        await self._call(DELETE, ApptFieldNum)
