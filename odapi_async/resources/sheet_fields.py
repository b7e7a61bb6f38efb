"""SheetFields: the fields of patients' sheets, with their values."""

from datetime import datetime
from typing import Unpack

from odapi_async._core.operation import Operation
from odapi_async._paging.rows import Rows
from odapi_async._wire import DateTimeFormats
from odapi_async.resources.base import Resource, Row


class SheetField(Row, frozen=True):
    """A field of a sheet, with its value."""

    SheetFieldNum: int = 0
    SheetNum: int = 0
    FieldType: str = ""
    FieldName: str = ""
    FieldValue: str = ""
    IsRequired: bool = False
    ReportableName: str = ""
    DateTimeSig: datetime | None = None
    """When it was signed."""


class SheetFieldFilters(DateTimeFormats, total=False):
    """Filters of `list`."""

    SheetNum: int
    """Required before 25.2.3."""


class SheetFieldUpdate(DateTimeFormats, total=False):
    """Body of `update`."""

    FieldValue: str


GET = Operation("GET", "/sheetfields/{SheetFieldNum}", SheetField, since="25.2")
LIST = Operation("GET", "/sheetfields", SheetField, since="22.1", query=SheetFieldFilters)
UPDATE = Operation(
    "PUT",
    "/sheetfields/{SheetFieldNum}",
    SheetField,
    since="25.2",
    permission="AllOthers",
    body=SheetFieldUpdate,
    read_back=GET,
)


class SheetFields(Resource):
    """Fields of sheets. Read only before 25.2."""

    async def get(self, SheetFieldNum: int, **formats: Unpack[DateTimeFormats]) -> SheetField:
        """Read one field of a sheet.

        It is not certain which version added it: try it on your server first.

        API: SheetFields GET (single), 25.2.
        """
        return await self._call(GET, SheetFieldNum, query=formats)

    def list(self, **filters: Unpack[SheetFieldFilters]) -> Rows[SheetField]:
        """List fields of sheets. API: SheetFields GET, 22.1."""
        return self._rows(LIST, query=filters)

    async def update(self, SheetFieldNum: int, **body: Unpack[SheetFieldUpdate]) -> SheetField:
        """Change the given fields; leave the rest.

        Only fields of type OutputText, InputField and CheckBox can be changed.

        API: SheetFields PUT, 25.2, permission AllOthers.
        """
        return await self._call(UPDATE, SheetFieldNum, body=body)
