"""CovCats: insurance categories, which determine how plans pay."""

from typing import Annotated, Required, TypedDict, Unpack

from odapi_async._core.operation import Operation
from odapi_async._paging.rows import Rows
from odapi_async._wire import NONE_IS_MINUS_ONE
from odapi_async.enums import cov_cats as enums
from odapi_async.resources.base import Resource, Row


class CovCat(Row, frozen=True):
    """An insurance category."""

    CovCatNum: int = 0
    Description: str = ""
    DefaultPercent: Annotated[int | None, NONE_IS_MINUS_ONE] = None
    """None if there is none."""
    CovOrder: int = 0
    """A higher one overrides a lower one."""
    IsHidden: bool = False
    EbenefitCat: str = ""


class NewCovCat(TypedDict, total=False):
    """Body of `create`."""

    Description: Required[str]
    DefaultPercent: Annotated[int | None, NONE_IS_MINUS_ONE]
    """0 to 100. Default: None."""
    IsHidden: bool
    EbenefitCat: enums.EbenefitCat | str
    """Default: None."""


class CovCatUpdate(TypedDict, total=False):
    """Body of `update`."""

    Description: str
    DefaultPercent: Annotated[int | None, NONE_IS_MINUS_ONE]
    """0 to 100; None for none."""
    CovOrder: int
    """A higher one overrides a lower one."""
    IsHidden: bool
    EbenefitCat: enums.EbenefitCat | str


GET = Operation("GET", "/covcats/{CovCatNum}", CovCat, since="23.3.8")
LIST = Operation("GET", "/covcats", CovCat, since="23.3.8")
CREATE = Operation(
    "POST", "/covcats", CovCat, since="24.1.24", permission="Setup", body=NewCovCat, read_back=GET
)
UPDATE = Operation(
    "PUT",
    "/covcats/{CovCatNum}",
    CovCat,
    since="24.1.24",
    permission="Setup",
    body=CovCatUpdate,
    read_back=GET,
)


class CovCats(Resource):
    """Insurance categories. They apply to the whole office and cannot be deleted.

    Benefits can be calculated only if each EbenefitCat is used by exactly one category.
    """

    async def get(self, CovCatNum: int) -> CovCat:
        """Read one insurance category. API: CovCats GET (single), 23.3.8."""
        return await self._call(GET, CovCatNum)

    def list(self) -> Rows[CovCat]:
        """List insurance categories. API: CovCats GET (multiple), 23.3.8."""
        return self._rows(LIST)

    async def create(self, **body: Unpack[NewCovCat]) -> CovCat:
        """Add an insurance category. API: CovCats POST (create), 24.1.24, permission Setup."""
        return await self._call(CREATE, body=body)

    async def update(self, CovCatNum: int, **body: Unpack[CovCatUpdate]) -> CovCat:
        """Change the given fields; leave the rest. Every benefit of the category is affected.

        API: CovCats PUT (update), 24.1.24, permission Setup.
        """
        return await self._call(UPDATE, CovCatNum, body=body)
