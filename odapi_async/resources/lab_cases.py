"""LabCases: work that is sent out to dental laboratories."""

from datetime import datetime
from decimal import Decimal
from types import NoneType
from typing import Required, Unpack

from odapi_async._core.operation import Operation
from odapi_async._paging.rows import Rows
from odapi_async._wire import DateTimeFormats, DateTimeLike, Money
from odapi_async.resources.base import Resource, Row


class LabCase(Row, frozen=True):
    """A case at a laboratory, such as a crown."""

    LabCaseNum: int = 0
    PatNum: int = 0
    LaboratoryNum: int = 0
    AptNum: int = 0
    PlannedAptNum: int = 0
    DateTimeDue: datetime | None = None
    DateTimeCreated: datetime | None = None
    DateTimeSent: datetime | None = None
    DateTimeRecd: datetime | None = None
    DateTimeChecked: datetime | None = None
    ProvNum: int = 0
    Instructions: str = ""
    LabFee: Decimal = Decimal(0)
    """For information only."""
    DateTStamp: datetime | None = None
    InvoiceNum: str = ""


class _LabCaseBody(DateTimeFormats, total=False):
    AptNum: int
    """A Scheduled appointment."""
    PlannedAptNum: int
    """A Planned appointment."""
    DateTimeDue: DateTimeLike
    DateTimeCreated: DateTimeLike
    DateTimeSent: DateTimeLike
    DateTimeRecd: DateTimeLike
    DateTimeChecked: DateTimeLike
    Instructions: str
    LabFee: Money
    """For information only."""
    InvoiceNum: str
    """For information only."""


class LabCaseFilters(DateTimeFormats, total=False):
    """Filters of `list`."""

    PatNum: int
    LaboratoryNum: int
    AptNum: int
    PlannedAptNum: int
    ProvNum: int


class NewLabCase(_LabCaseBody, total=False):
    """Body of `create`."""

    PatNum: Required[int]
    LaboratoryNum: Required[int]
    ProvNum: Required[int]


class LabCaseUpdate(_LabCaseBody, total=False):
    """Body of `update`."""

    LaboratoryNum: int
    ProvNum: int


GET = Operation("GET", "/labcases/{LabCaseNum}", LabCase, since="24.2.28")
LIST = Operation("GET", "/labcases", LabCase, since="24.2.28", query=LabCaseFilters)
CREATE = Operation(
    "POST", "/labcases", LabCase, since="24.4.19", permission="AllOthers", body=NewLabCase, read_back=GET
)
UPDATE = Operation(
    "PUT",
    "/labcases/{LabCaseNum}",
    LabCase,
    since="24.4.19",
    permission="AllOthers",
    body=LabCaseUpdate,
    read_back=GET,
)
DELETE = Operation(
    "DELETE", "/labcases/{LabCaseNum}", NoneType, since="24.4.19", permission="AllOthers", read_back=GET
)


class LabCases(Resource):
    """Lab cases, and the appointments that need them."""

    async def get(self, LabCaseNum: int, **formats: Unpack[DateTimeFormats]) -> LabCase:
        """Read one lab case. API: LabCases GET (single), 24.2.28."""
        return await self._call(GET, LabCaseNum, query=formats)

    def list(self, **filters: Unpack[LabCaseFilters]) -> Rows[LabCase]:
        """List lab cases. API: LabCases GET (multiple), 24.2.28."""
        return self._rows(LIST, query=filters)

    async def create(self, **body: Unpack[NewLabCase]) -> LabCase:
        """Add a lab case. API: LabCases POST (create), 24.4.19, permission AllOthers."""
        return await self._call(CREATE, body=body)

    async def update(self, LabCaseNum: int, **body: Unpack[LabCaseUpdate]) -> LabCase:
        """Change the given fields; leave the rest.

        API: LabCases PUT (update), 24.4.19, permission AllOthers.
        """
        return await self._call(UPDATE, LabCaseNum, body=body)

    async def delete(self, LabCaseNum: int) -> None:
        """Delete a lab case. API: LabCases DELETE, 24.4.19, permission AllOthers."""
        await self._call(DELETE, LabCaseNum)
