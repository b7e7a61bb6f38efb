"""CovSpans: ranges of procedure codes in insurance categories."""

from types import NoneType
from typing import Required, TypedDict, Unpack

from odapi_async._core.operation import Operation
from odapi_async._paging.rows import Rows
from odapi_async.resources.base import Resource, Row


class CovSpan(Row, frozen=True):
    """A range of procedure codes that belongs to an insurance category."""

    CovSpanNum: int = 0
    CovCatNum: int = 0
    FromCode: str = ""
    ToCode: str = ""


class CovSpanFilters(TypedDict, total=False):
    """Filters of `list`."""

    CovCatNum: int


class NewCovSpan(TypedDict, total=False):
    """Body of `create`."""

    CovCatNum: Required[int]
    FromCode: Required[str]
    """Alphabetically before ToCode."""
    ToCode: Required[str]
    """Alphabetically after FromCode."""


class CovSpanUpdate(TypedDict, total=False):
    """Body of `update`."""

    FromCode: str
    """Alphabetically before ToCode."""
    ToCode: str
    """Alphabetically after FromCode."""


GET = Operation("GET", "/covspans/{CovSpanNum}", CovSpan, since="24.1.19")
LIST = Operation("GET", "/covspans", CovSpan, since="24.1.19", query=CovSpanFilters)
CREATE = Operation(
    "POST", "/covspans", CovSpan, since="24.1.22", permission="Setup", body=NewCovSpan, read_back=GET
)
UPDATE = Operation(
    "PUT",
    "/covspans/{CovSpanNum}",
    CovSpan,
    since="24.1.22",
    permission="Setup",
    body=CovSpanUpdate,
    read_back=GET,
)
DELETE = Operation(
    "DELETE", "/covspans/{CovSpanNum}", NoneType, since="24.1.22", permission="Setup", read_back=GET
)


class CovSpans(Resource):
    """Ranges of procedure codes, each of an insurance category (see `cov_cats`).

    Codes are compared alphabetically and need not exist.
    """

    async def get(self, CovSpanNum: int) -> CovSpan:
        """Read one range of codes. API: CovSpans GET (single), 24.1.19."""
        return await self._call(GET, CovSpanNum)

    def list(self, **filters: Unpack[CovSpanFilters]) -> Rows[CovSpan]:
        """List ranges of codes. API: CovSpans GET (multiple), 24.1.19."""
        return self._rows(LIST, query=filters)

    async def create(self, **body: Unpack[NewCovSpan]) -> CovSpan:
        """Add a range of codes to an insurance category.

        API: CovSpans POST (create), 24.1.22, permission Setup.
        """
        return await self._call(CREATE, body=body)

    async def update(self, CovSpanNum: int, **body: Unpack[CovSpanUpdate]) -> CovSpan:
        """Change the given fields; leave the rest. API: CovSpans PUT (update), 24.1.22, permission Setup."""
        return await self._call(UPDATE, CovSpanNum, body=body)

    async def delete(self, CovSpanNum: int) -> None:
        """Delete a range of codes. API: CovSpans DELETE, 24.1.22, permission Setup."""
        await self._call(DELETE, CovSpanNum)
