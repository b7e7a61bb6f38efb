"""SheetFieldDefs: DOC."""

from typing import Annotated, TypedDict, Unpack

from odapi_async.operation import Operation
from odapi_async.resources.base import Resource, Row
from odapi_async.rows import Rows
from odapi_async.wire import Since


class SheetFieldDef(Row, frozen=True):
    """DOC SheetFieldDef."""

    SheetFieldDefNum: Annotated[int, Since("25.1.27")] = 0
    SheetDefNum: Annotated[int, Since("25.1.27")] = 0
    FieldType: Annotated[str, Since("25.1.27")] = ""
    FieldName: Annotated[str, Since("25.1.27")] = ""
    FieldValue: Annotated[str, Since("25.1.27")] = ""
    IsRequired: Annotated[bool, Since("25.1.27")] = False


class SheetFieldDefFilters(TypedDict, total=False):
    """Filters of `list`."""

    SheetDefNum: int


GET = Operation("GET", "/sheetfielddefs/{SheetFieldDefNum}", SheetFieldDef, since="25.1.27")
LIST = Operation("GET", "/sheetfielddefs", SheetFieldDef, since="25.1.27", query=SheetFieldDefFilters)


class SheetFieldDefs(Resource):
    """SheetFieldDefs. Fields of a sheet definition. Read only. The version page of 25.1 names no build, the
    page of the resource prints 25.1.27.
    """

    async def get(self, SheetFieldDefNum: int) -> SheetFieldDef:
        """Read one sheet field def.

        The example request prints the resource in the singular.

        API: SheetFieldDefs GET (single), 25.1.27.
        """
        return await self._call(GET, SheetFieldDefNum)

    def list(self, **filters: Unpack[SheetFieldDefFilters]) -> Rows[SheetFieldDef]:
        """List sheet field def rows. API: SheetFieldDefs GET (multiple), 25.1.27."""
        return self._rows(LIST, query=filters)
