"""Fees: prices of procedures in fee schedules."""

from datetime import date, datetime
from decimal import Decimal
from types import NoneType
from typing import Required, Unpack

from odapi_async._core.operation import Operation
from odapi_async._paging.rows import Rows
from odapi_async._wire import DateAndTimeFormats, Money
from odapi_async.resources.base import Resource, Row


class Fee(Row, frozen=True):
    """The fee of one procedure code in one fee schedule."""

    FeeNum: int = 0
    Amount: Decimal = Decimal(0)
    FeeSched: int = 0
    """A FeeSchedNum."""
    CodeNum: int = 0
    ClinicNum: int = 0
    """Above 0 only in fee schedules that are not global."""
    ProvNum: int = 0
    """Above 0 only in fee schedules that are not global."""
    SecUserNumEntry: int = 0
    SecDateEntry: date | None = None
    SecDateTEdit: datetime | None = None


class FeeFilters(DateAndTimeFormats, total=False):
    """Filters of `list`."""

    FeeSched: int
    """A FeeSchedNum."""
    CodeNum: int
    ClinicNum: int
    ProvNum: int


class NewFee(DateAndTimeFormats, total=False):
    """Body of `create`."""

    Amount: Required[Money]
    FeeSched: Required[int]
    """A FeeSchedNum."""
    CodeNum: Required[int]
    ClinicNum: int
    """Only in fee schedules that are not global."""
    ProvNum: int
    """Only in fee schedules that are not global."""


class FeeUpdate(DateAndTimeFormats, total=False):
    """Body of `update`."""

    Amount: Required[Money]


GET = Operation("GET", "/fees/{FeeNum}", Fee, since="23.3.11")
LIST = Operation("GET", "/fees", Fee, since="23.3.11", query=FeeFilters)
CREATE = Operation("POST", "/fees", Fee, since="23.3.11", permission="AllOthers", body=NewFee, read_back=GET)
UPDATE = Operation(
    "PUT", "/fees/{FeeNum}", Fee, since="23.3.11", permission="AllOthers", body=FeeUpdate, read_back=GET
)
DELETE = Operation(
    "DELETE", "/fees/{FeeNum}", NoneType, since="23.3.11", permission="AllOthers", read_back=GET
)


class Fees(Resource):
    """Fees of procedures in fee schedules.

    A clinic or a provider can have separate fees only in fee schedules that are not global. Fees of a fee
    schedule group cannot be written.
    """

    async def get(self, FeeNum: int, **formats: Unpack[DateAndTimeFormats]) -> Fee:
        """Read one fee. API: Fees GET (single), 23.3.11."""
        return await self._call(GET, FeeNum, query=formats)

    def list(self, **filters: Unpack[FeeFilters]) -> Rows[Fee]:
        """List fees. API: Fees GET (multiple), 23.3.11."""
        return self._rows(LIST, query=filters)

    async def create(self, **body: Unpack[NewFee]) -> Fee:
        """Add a fee. API: Fees POST (create), 23.3.11, permission AllOthers."""
        return await self._call(CREATE, body=body)

    async def update(self, FeeNum: int, **body: Unpack[FeeUpdate]) -> Fee:
        """Change the amount of a fee. API: Fees PUT (update), 23.3.11, permission AllOthers."""
        return await self._call(UPDATE, FeeNum, body=body)

    async def delete(self, FeeNum: int) -> None:
        """Delete a fee. API: Fees DELETE, 23.3.11, permission AllOthers."""
        await self._call(DELETE, FeeNum)
