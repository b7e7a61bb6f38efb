"""FeeScheds: fee schedules, the price lists of the practice and of carriers."""

from datetime import date, datetime
from typing import Required, Unpack

from odapi_async._core.operation import Operation
from odapi_async._paging.rows import Rows
from odapi_async._wire import DateAndTimeFormats
from odapi_async.enums import fee_scheds as enums
from odapi_async.resources.base import Resource, Row


class FeeSched(Row, frozen=True):
    """A fee schedule; its amounts are in `Fees`."""

    FeeSchedNum: int = 0
    Description: str = ""
    FeeSchedType: str = ""
    ItemOrder: int = 0
    IsHidden: bool = False
    IsGlobal: bool = False
    """Whether one fee applies to all clinics and providers."""
    SecUserNumEntry: int = 0
    SecDateEntry: date | None = None
    SecDateTEdit: datetime | None = None


class NewFeeSched(DateAndTimeFormats, total=False):
    """Body of `create`."""

    Description: Required[str]
    FeeSchedType: Required[enums.FeeSchedType | str]
    """It cannot be changed later."""
    IsHidden: bool
    IsGlobal: bool
    """Default: True."""


class FeeSchedUpdate(DateAndTimeFormats, total=False):
    """Body of `update`."""

    Description: str
    IsHidden: bool
    IsGlobal: bool


LIST = Operation("GET", "/feescheds", FeeSched, since="22.4.31")
CREATE = Operation("POST", "/feescheds", FeeSched, since="23.3.7", permission="AllOthers", body=NewFeeSched)
UPDATE = Operation(
    "PUT", "/feescheds/{FeeSchedNum}", FeeSched, since="23.3.7", permission="AllOthers", body=FeeSchedUpdate
)


class FeeScheds(Resource):
    """Fee schedules. They cannot be deleted; hide one with IsHidden."""

    def list(self, **formats: Unpack[DateAndTimeFormats]) -> Rows[FeeSched]:
        """List all fee schedules. API: FeeScheds GET, 22.4.31."""
        return self._rows(LIST, query=formats)

    async def create(self, **body: Unpack[NewFeeSched]) -> FeeSched:
        """Add a fee schedule. API: FeeScheds POST (create), 23.3.7, permission AllOthers."""
        return await self._call(CREATE, body=body)

    async def update(self, FeeSchedNum: int, **body: Unpack[FeeSchedUpdate]) -> FeeSched:
        """Change the given fields; leave the rest.

        API: FeeScheds PUT (update), 23.3.7, permission AllOthers.
        """
        return await self._call(UPDATE, FeeSchedNum, body=body)
