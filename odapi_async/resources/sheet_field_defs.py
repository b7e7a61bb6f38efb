"""SheetFieldDefs: the fields of sheet layouts."""

from typing import TypedDict, Unpack

from odapi_async._core.operation import Operation
from odapi_async._paging.rows import Rows
from odapi_async.resources.base import Resource, Row


class SheetFieldDef(Row, frozen=True):
    """A field of a sheet layout."""

    SheetFieldDefNum: int = 0
    SheetDefNum: int = 0
    FieldType: str = ""
    FieldName: str = ""
    FieldValue: str = ""
    IsRequired: bool = False


class SheetFieldDefFilters(TypedDict, total=False):
    """Filters of `list`."""

    SheetDefNum: int


GET = Operation("GET", "/sheetfielddefs/{SheetFieldDefNum}", SheetFieldDef, since="25.1.27")
LIST = Operation("GET", "/sheetfielddefs", SheetFieldDef, since="25.1.27", query=SheetFieldDefFilters)


class SheetFieldDefs(Resource):
    """Fields of sheet layouts. Read only."""

    async def get(self, SheetFieldDefNum: int) -> SheetFieldDef:
        """Read one field of a sheet layout. API: SheetFieldDefs GET (single), 25.1.27."""
        return await self._call(GET, SheetFieldDefNum)

    def list(self, **filters: Unpack[SheetFieldDefFilters]) -> Rows[SheetFieldDef]:
        """List fields of sheet layouts. API: SheetFieldDefs GET (multiple), 25.1.27."""
        return self._rows(LIST, query=filters)
