"""Statements: statements of account that were sent to patients."""

from datetime import date, datetime
from decimal import Decimal
from types import NoneType
from typing import Required, Unpack

from odapi_async._core.operation import Operation
from odapi_async._paging.rows import Rows
from odapi_async._wire import DateAndTimeFormats, DateLike
from odapi_async.resources.base import Resource, Row


class Statement(Row, frozen=True):
    """A statement of account."""

    StatementNum: int = 0
    PatNum: int = 0
    """Usually the guarantor."""
    DateSent: date | None = None
    DateRangeFrom: date | None = None
    DateRangeTo: date | None = None
    Note: str = ""
    NoteBold: str = ""
    Mode_: str = ""
    """How it was sent; API if `create` added it."""
    HidePayment: bool = False
    SinglePatient: bool = False
    Intermingled: bool = False
    IsSent: bool = False
    DocNum: int = 0
    """Its file in Documents."""
    DateTStamp: datetime | None = None
    IsReceipt: bool = False
    IsInvoice: bool = False
    IsInvoiceCopy: bool = False
    SuperFamily: int = 0
    IsBalValid: bool = False
    InsEst: Decimal = Decimal(0)
    BalTotal: Decimal = Decimal(0)
    StatementType: str = ""


class StatementFilters(DateAndTimeFormats, total=False):
    """Filters of `list`."""

    PatNum: int


class NewStatement(DateAndTimeFormats, total=False):
    """Body of `create`."""

    PatNum: Required[int]
    DateSent: DateLike
    """Default: today."""
    Note: str
    DocNum: int
    """The file in Documents; 0 for none."""


GET = Operation("GET", "/statements/{StatementNum}", Statement, since="24.2.23")
LIST = Operation("GET", "/statements", Statement, since="24.2.23", query=StatementFilters)
CREATE = Operation(
    "POST",
    "/statements",
    Statement,
    since="25.3.26",
    permission="AllOthers",
    body=NewStatement,
    read_back=GET,
)
DELETE = Operation(
    "DELETE",
    "/statements/{StatementNum}",
    NoneType,
    since="25.4",
    permission="AllOthers",
    read_back=GET,
)


class Statements(Resource):
    """Statements that were sent to patients. Read only before 25.3.26; they cannot be changed."""

    async def get(self, StatementNum: int, **formats: Unpack[DateAndTimeFormats]) -> Statement:
        """Read one statement. API: Statements GET (single), 24.2.23."""
        return await self._call(GET, StatementNum, query=formats)

    def list(self, **filters: Unpack[StatementFilters]) -> Rows[Statement]:
        """List statements. API: Statements GET (multiple), 24.2.23."""
        return self._rows(LIST, query=filters)

    async def create(self, **body: Unpack[NewStatement]) -> Statement:
        """Record in the account that a statement was sent.

        This does not bill or send anything.

        API: Statements POST, 25.3.26, permission AllOthers.
        """
        return await self._call(CREATE, body=body)

    async def delete(self, StatementNum: int) -> None:
        """Delete one statement.

        Known from third parties only: try it on your server first.

        API: Statements DELETE, 25.4 to 26.1 (build unknown), permission AllOthers.
        """
        await self._call(DELETE, StatementNum)
