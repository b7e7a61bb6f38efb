"""SheetDefs: the layouts that forms and letters are made from."""

from typing import Annotated, TypedDict, Unpack

from odapi_async._core.operation import Operation
from odapi_async._paging.rows import Rows
from odapi_async._wire import Since
from odapi_async.resources.base import Resource, Row


class SheetDef(Row, frozen=True):
    """A layout of a form or letter."""

    SheetDefNum: int = 0
    Description: str = ""
    SheetType: str = ""


class SheetDefFilters(TypedDict, total=False):
    """Filters of `list`."""

    SheetType: Annotated[str, Since("25.1.20")]
    """A type such as Consent; `enums.sheet_defs.SheetType` does not have all of them."""


GET = Operation("GET", "/sheetdefs/{SheetDefNum}", SheetDef, since="25.1.20")
LIST = Operation("GET", "/sheetdefs", SheetDef, since="23.2.5.0", query=SheetDefFilters)


class SheetDefs(Resource):
    """Layouts that sheets are made from. Read only."""

    async def get(self, SheetDefNum: int) -> SheetDef:
        """Read one sheet layout. API: SheetDefs GET (single), 25.1.20."""
        return await self._call(GET, SheetDefNum)

    def list(self, **filters: Unpack[SheetDefFilters]) -> Rows[SheetDef]:
        """List sheet layouts. API: SheetDefs GET, 23.2.5.0."""
        return self._rows(LIST, query=filters)
