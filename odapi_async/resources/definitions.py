"""Definitions: the office's own lists, such as billing and adjustment types."""

from typing import Annotated, Required, TypedDict, Unpack

from odapi_async._core.operation import Operation
from odapi_async._paging.rows import Rows
from odapi_async._wire import Exact, Since
from odapi_async.resources.base import Resource, Row


class Definition(Row, frozen=True):
    """An item of one of the office's own lists."""

    DefNum: int = 0
    ItemName: str = ""
    ItemValue: str = ""
    """Its meaning depends on the category."""
    Category: int = 0
    """The number of its category; `category` is the name."""
    category: str = ""
    isHidden: bool = False
    ItemOrder: Annotated[int, Since("25.4")] = 0
    """The position in its list. Known from third parties only."""
    Supp: Annotated[int, Since("25.4")] = 0
    """Its meaning is not documented. Known from third parties only."""


class DefinitionFilters(TypedDict, total=False):
    """Filters of `list`."""

    Category: int
    """The number of a category."""
    includeHidden: bool
    """Default: false."""
    category: Annotated[str, Since("26.2.1"), Exact()]
    """The name of a category. An older server ignores it and sends all categories: `FilterIgnored`."""


class NewDefinition(TypedDict, total=False):
    """Body of `create`."""

    ItemName: Required[str]
    category: Required[str]
    """The name of a category, not its number."""
    ItemValue: str
    """The allowed values depend on the category."""
    isHidden: bool
    ItemColor: Annotated[str, Since("25.4")]
    """Its format is not documented. Known from third parties only: try it on your server first."""
    Supp: Annotated[int, Since("25.4")]
    """Its meaning is not documented. Known from third parties only: try it on your server first."""


class DefinitionUpdate(TypedDict, total=False):
    """Body of `update`."""

    ItemOrder: int
    ItemColor: str
    IsHidden: bool
    """With a capital letter here, unlike elsewhere."""


GET = Operation("GET", "/definitions/{DefNum}", Definition, since="26.2.1")
LIST = Operation("GET", "/definitions", Definition, since="21.1", query=DefinitionFilters)
CREATE = Operation(
    "POST", "/definitions", Definition, since="22.1", permission="Setup", body=NewDefinition, read_back=GET
)
UPDATE = Operation(
    "PUT",
    "/definitions/{DefNum}",
    Definition,
    since="26.2.1",
    permission="AllOthers",
    body=DefinitionUpdate,
    read_back=GET,
)


class Definitions(Resource):
    """The office's own lists: one category each, with items to choose from. They cannot be deleted.

    If a field of another resource is "a definition of category 2", it contains the DefNum of an item here.
    """

    async def get(self, DefNum: int) -> Definition:
        """Read one definition.

        Known from third parties only: try it on your server first.

        API: Definitions GET (single), 26.2.1.
        """
        return await self._call(GET, DefNum)

    def list(self, **filters: Unpack[DefinitionFilters]) -> Rows[Definition]:
        """List definitions; hidden ones only with includeHidden. API: Definitions GET, 21.1."""
        return self._rows(LIST, query=filters)

    async def create(self, **body: Unpack[NewDefinition]) -> Definition:
        """Add an item to a category. API: Definitions POST (create), 22.1, permission Setup."""
        return await self._call(CREATE, body=body)

    async def update(self, DefNum: int, **body: Unpack[DefinitionUpdate]) -> Definition:
        """Change the given fields; leave the rest.

        Known from third parties only: try it on your server first.

        API: Definitions PUT, 26.2.1, permission AllOthers.
        """
        return await self._call(UPDATE, DefNum, body=body)
