"""SheetFields: DOC."""

from datetime import datetime
from typing import TypedDict, Unpack

from odapi_async.operation import Operation
from odapi_async.resources.base import Resource, Row
from odapi_async.rows import Rows


class SheetField(Row, frozen=True):
    """DOC SheetField."""

    SheetFieldNum: int = 0
    SheetNum: int = 0
    FieldType: str = ""
    FieldName: str = ""
    FieldValue: str = ""
    IsRequired: bool = False
    ReportableName: str = ""
    DateTimeSig: datetime | None = None


class SheetFieldFilters(TypedDict, total=False):
    """Filters of `list`."""

    SheetNum: int
    """Mandatory before 25.2.3."""


class SheetFieldUpdate(TypedDict, total=False):
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
)


class SheetFields(Resource):
    """SheetFields. Read only before 25.2."""

    async def get(self, SheetFieldNum: int) -> SheetField:
        """Read one sheet field.

        The page prints 22.1 as its version, yet the March 2025 copy lacks it. Known from third parties only:
        try it on your server first.

        API: SheetFields GET (single), 25.2.
        """
        return await self._call(GET, SheetFieldNum)

    def list(self, **filters: Unpack[SheetFieldFilters]) -> Rows[SheetField]:
        """List sheet field rows. API: SheetFields GET, 22.1."""
        return self._rows(LIST, query=filters)

    async def update(self, SheetFieldNum: int, **body: Unpack[SheetFieldUpdate]) -> SheetField:
        """Change what is given and leave the rest.

        Only FieldType OutputText, InputField and CheckBox.

        API: SheetFields PUT, 25.2, permission AllOthers.
        """
        return await self._call(UPDATE, SheetFieldNum, body=body)
