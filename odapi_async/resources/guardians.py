"""Guardians: parents, guardians and other relatives of patients."""

from types import NoneType
from typing import Annotated, Required, TypedDict, Unpack

from odapi_async._core.operation import Operation
from odapi_async._paging.rows import Rows
from odapi_async._wire import Since
from odapi_async.enums import guardians as enums
from odapi_async.resources.base import Resource, Row


class Guardian(Row, frozen=True):
    """A relationship between two patients: Relationship is the role of PatNumGuardian towards PatNumChild."""

    GuardianNum: Annotated[int, Since("25.4.15")] = 0
    PatNumChild: Annotated[int, Since("25.4.15")] = 0
    PatNumGuardian: Annotated[int, Since("25.4.15")] = 0
    Relationship: Annotated[str, Since("25.4.15")] = ""
    IsGuardian: Annotated[bool, Since("25.4.15")] = False


class GuardianFilters(TypedDict, total=False):
    """Filters of `list`."""

    PatNumChild: int
    PatNumGuardian: int


class NewGuardian(TypedDict, total=False):
    """Body of `create`."""

    PatNumChild: Required[int]
    PatNumGuardian: Required[int]
    Relationship: Required[enums.Relationship | str]
    IsGuardian: bool


class GuardianUpdate(TypedDict, total=False):
    """Body of `update`."""

    Relationship: enums.Relationship | str
    IsGuardian: bool


GET = Operation("GET", "/guardians/{GuardianNum}", Guardian, since="25.4.15")
LIST = Operation("GET", "/guardians", Guardian, since="25.4.15", query=GuardianFilters)
CREATE = Operation(
    "POST", "/guardians", Guardian, since="25.4.17", permission="AllOthers", body=NewGuardian, read_back=GET
)
UPDATE = Operation(
    "PUT",
    "/guardians/{GuardianNum}",
    Guardian,
    since="25.4",
    permission="AllOthers",
    body=GuardianUpdate,
    read_back=GET,
)
DELETE = Operation(
    "DELETE", "/guardians/{GuardianNum}", NoneType, since="25.4", permission="AllOthers", read_back=GET
)


class Guardians(Resource):
    """Family relationships of patients."""

    async def get(self, GuardianNum: int) -> Guardian:
        """Read one family relationship. API: Guardians GET (single), 25.4.15."""
        return await self._call(GET, GuardianNum)

    def list(self, **filters: Unpack[GuardianFilters]) -> Rows[Guardian]:
        """List family relationships. API: Guardians GET (multiple), 25.4.15."""
        return self._rows(LIST, query=filters)

    async def create(self, **body: Unpack[NewGuardian]) -> Guardian:
        """Add a family relationship.

        Known from third parties only: try it on your server first.

        API: Guardians POST (create), 25.4.17, permission AllOthers.
        """
        return await self._call(CREATE, body=body)

    async def update(self, GuardianNum: int, **body: Unpack[GuardianUpdate]) -> Guardian:
        """Change the given fields; leave the rest.

        Known from third parties only: try it on your server first.

        API: Guardians PUT, 25.4, permission AllOthers.
        """
        return await self._call(UPDATE, GuardianNum, body=body)

    async def delete(self, GuardianNum: int) -> None:
        """Delete a family relationship.

        Known from third parties only: try it on your server first.

        API: Guardians DELETE, 25.4, permission AllOthers.
        """
        await self._call(DELETE, GuardianNum)
