"""Fees: DOC."""

from datetime import date, datetime
from decimal import Decimal
from types import NoneType
from typing import Required, TypedDict, Unpack

from odapi_async.operation import Operation
from odapi_async.resources.base import Resource, Row
from odapi_async.rows import Rows
from odapi_async.wire import Money


class Fee(Row, frozen=True):
    """DOC Fee."""

    FeeNum: int = 0
    Amount: Decimal = Decimal(0)
    FeeSched: int = 0
    CodeNum: int = 0
    ClinicNum: int = 0
    ProvNum: int = 0
    SecUserNumEntry: int = 0
    SecDateEntry: date | None = None
    SecDateTEdit: datetime | None = None


class FeeFilters(TypedDict, total=False):
    """Filters of `list`."""

    FeeSched: int
    CodeNum: int
    ClinicNum: int
    ProvNum: int


class NewFee(TypedDict, total=False):
    """Body of `create`."""

    Amount: Required[Money]
    FeeSched: Required[int]
    CodeNum: Required[int]
    ClinicNum: int
    """Non-global schedules only. Default: 0."""
    ProvNum: int
    """Non-global schedules only. Default: 0."""


class FeeUpdate(TypedDict, total=False):
    """Body of `update`."""

    Amount: Required[Money]


GET = Operation("GET", "/fees/{FeeNum}", Fee, since="23.3.11")
LIST = Operation("GET", "/fees", Fee, since="23.3.11", query=FeeFilters)
CREATE = Operation("POST", "/fees", Fee, since="23.3.11", permission="AllOthers", body=NewFee)
UPDATE = Operation("PUT", "/fees/{FeeNum}", Fee, since="23.3.11", permission="AllOthers", body=FeeUpdate)
DELETE = Operation("DELETE", "/fees/{FeeNum}", NoneType, since="23.3.11", permission="AllOthers")


class Fees(Resource):
    """Fees. ClinicNum or ProvNum above zero occur only on non-global fee schedules. Fees of a fee schedule
    group cannot be written.
    """

    async def get(self, FeeNum: int) -> Fee:
        """Read one fee. API: Fees GET (single), 23.3.11."""
        return await self._call(GET, FeeNum)

    def list(self, **filters: Unpack[FeeFilters]) -> Rows[Fee]:
        """List fee rows. API: Fees GET (multiple), 23.3.11."""
        return self._rows(LIST, query=filters)

    async def create(self, **body: Unpack[NewFee]) -> Fee:
        """Add one fee.

        Success is printed as 200.

        API: Fees POST (create), 23.3.11, permission AllOthers.
        """
        return await self._call(CREATE, body=body)

    async def update(self, FeeNum: int, **body: Unpack[FeeUpdate]) -> Fee:
        """Change what is given and leave the rest. API: Fees PUT (update), 23.3.11, permission AllOthers."""
        return await self._call(UPDATE, FeeNum, body=body)

    async def delete(self, FeeNum: int) -> None:
        """Delete one fee. API: Fees DELETE, 23.3.11, permission AllOthers."""
        await self._call(DELETE, FeeNum)
