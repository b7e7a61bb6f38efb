"""Definitions: DOC."""

from typing import Annotated, Required, TypedDict, Unpack

from odapi_async.operation import Operation
from odapi_async.resources.base import Resource, Row
from odapi_async.rows import Rows
from odapi_async.wire import Since


class Definition(Row, frozen=True):
    """DOC Definition."""

    DefNum: int = 0
    ItemName: str = ""
    ItemValue: str = ""
    Category: int = 0
    category: str = ""
    isHidden: bool = False


class DefinitionFilters(TypedDict, total=False):
    """Filters of `list`."""

    Category: int
    """Category number; shown in examples only."""
    includeHidden: bool
    """Default: false."""
    category: Annotated[str, Since("26.2.1")]
    """Category name; an older server ignores it and returns every category."""


class NewDefinition(TypedDict, total=False):
    """Body of `create`."""

    ItemName: Required[str]
    category: Required[str]
    """Category name."""
    ItemValue: str
    """Rules differ by category."""
    isHidden: bool
    """Default: false."""


class DefinitionUpdate(TypedDict, total=False):
    """Body of `update`."""

    ItemOrder: int
    ItemColor: str
    """Format not described."""
    IsHidden: bool
    """Spelt isHidden on create and in replies."""


GET = Operation("GET", "/definitions/{DefNum}", Definition, since="26.2.1")
LIST = Operation("GET", "/definitions", Definition, since="21.1", query=DefinitionFilters)
CREATE = Operation("POST", "/definitions", Definition, since="22.1", permission="Setup", body=NewDefinition)
UPDATE = Operation(
    "PUT", "/definitions/{DefNum}", Definition, since="26.2.1", permission="AllOthers", body=DefinitionUpdate
)


class Definitions(Resource):
    """Definitions. Category is the number, category its name."""

    async def get(self, DefNum: int) -> Definition:
        """Read one definition.

        Known from third parties only: try it on your server first.

        API: Definitions GET (single), 26.2.1.
        """
        return await self._call(GET, DefNum)

    def list(self, **filters: Unpack[DefinitionFilters]) -> Rows[Definition]:
        """List definition rows. API: Definitions GET, 21.1."""
        return self._rows(LIST, query=filters)

    async def create(self, **body: Unpack[NewDefinition]) -> Definition:
        """Add one definition.

        A numeric Category in the body is ignored without error; send category.

        API: Definitions POST (create), 22.1, permission Setup.
        """
        return await self._call(CREATE, body=body)

    async def update(self, DefNum: int, **body: Unpack[DefinitionUpdate]) -> Definition:
        """Change what is given and leave the rest.

        Known from third parties only: try it on your server first.

        API: Definitions PUT, 26.2.1, permission AllOthers.
        """
        return await self._call(UPDATE, DefNum, body=body)
