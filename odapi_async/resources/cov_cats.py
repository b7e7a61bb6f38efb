"""CovCats: DOC."""

from typing import Required, TypedDict, Unpack

from odapi_async.enums import cov_cats as enums
from odapi_async.operation import Operation
from odapi_async.resources.base import Resource, Row
from odapi_async.rows import Rows


class CovCat(Row, frozen=True):
    """DOC CovCat."""

    CovCatNum: int = 0
    Description: str = ""
    DefaultPercent: int = 0
    CovOrder: int = 0
    IsHidden: bool = False
    EbenefitCat: str = ""


class NewCovCat(TypedDict, total=False):
    """Body of `create`."""

    Description: Required[str]
    DefaultPercent: int
    """-1 to 100; -1 = none. Default: -1."""
    IsHidden: bool
    """Default: false."""
    EbenefitCat: enums.EbenefitCat | str
    """Default: None."""


class CovCatUpdate(TypedDict, total=False):
    """Body of `update`."""

    Description: str
    DefaultPercent: int
    """-1 to 100; -1 = none."""
    CovOrder: int
    """Higher order overrides lower."""
    IsHidden: bool
    EbenefitCat: enums.EbenefitCat | str


GET = Operation("GET", "/covcats/{CovCatNum}", CovCat, since="23.3.8")
LIST = Operation("GET", "/covcats", CovCat, since="23.3.8")
CREATE = Operation("POST", "/covcats", CovCat, since="24.1.24", permission="Setup", body=NewCovCat)
UPDATE = Operation(
    "PUT", "/covcats/{CovCatNum}", CovCat, since="24.1.24", permission="Setup", body=CovCatUpdate
)


class CovCats(Resource):
    """CovCats. Insurance categories are global to the office: a change touches every plan. Each EbenefitCat
    must be used by exactly one category for benefit processing to work.
    """

    async def get(self, CovCatNum: int) -> CovCat:
        """Read one cov cat. API: CovCats GET (single), 23.3.8."""
        return await self._call(GET, CovCatNum)

    def list(self) -> Rows[CovCat]:
        """List cov cat rows. API: CovCats GET (multiple), 23.3.8."""
        return self._rows(LIST)

    async def create(self, **body: Unpack[NewCovCat]) -> CovCat:
        """Add one cov cat. API: CovCats POST (create), 24.1.24, permission Setup."""
        return await self._call(CREATE, body=body)

    async def update(self, CovCatNum: int, **body: Unpack[CovCatUpdate]) -> CovCat:
        """Change what is given and leave the rest.

        Affects every benefit tied to the category.

        API: CovCats PUT (update), 24.1.24, permission Setup.
        """
        return await self._call(UPDATE, CovCatNum, body=body)
