"""Deposits: deposit slips for payments that go to the bank."""

from datetime import date
from decimal import Decimal
from types import NoneType
from typing import Annotated, Unpack

from odapi_async._core.operation import Operation, Rule
from odapi_async._paging.rows import Rows
from odapi_async._wire import DateFormats, DateLike, Ids, Since
from odapi_async.resources.base import Resource, Row


class Deposit(Row, frozen=True):
    """A deposit slip."""

    DepositNum: Annotated[int, Since("25.4.33")] = 0
    DateDeposit: Annotated[date | None, Since("25.4.33")] = None
    BankAccountInfo: Annotated[str, Since("25.4.33")] = ""
    Amount: Annotated[Decimal, Since("25.4.33")] = Decimal(0)
    Memo: Annotated[str, Since("25.4.33")] = ""
    Batch: Annotated[str, Since("25.4.33")] = ""
    DepositAccountNum: Annotated[int, Since("25.4.33")] = 0
    IsSentToQuickBooksOnline: Annotated[bool, Since("25.4.33")] = False


class _DepositBody(DateFormats, total=False):
    DateDeposit: DateLike
    BankAccountInfo: str
    Memo: str
    Batch: str


class DepositFilters(DateFormats, total=False):
    """Filters of `list`."""

    DateDeposit: DateLike
    """On or after this day."""


class NewDeposit(_DepositBody, total=False):
    """Body of `create`."""

    payNums: Ids
    """Payments without a deposit."""
    claimPaymentNums: Ids
    """Claim payments without a deposit. Partial payments and payments of 0 are refused."""


class DepositUpdate(_DepositBody, total=False):
    """Body of `update`."""


GET = Operation("GET", "/deposits/{DepositNum}", Deposit, since="25.4.33")
LIST = Operation("GET", "/deposits", Deposit, since="25.4.33", query=DepositFilters)
CREATE = Operation(
    "POST",
    "/deposits",
    Deposit,
    since="25.4.33",
    permission="AllOthers",
    body=NewDeposit,
    rules=(Rule("at_least_one", ("payNums", "claimPaymentNums")),),
    read_back=GET,
)
UPDATE = Operation(
    "PUT",
    "/deposits/{DepositNum}",
    Deposit,
    since="25.4.33",
    permission="AllOthers",
    body=DepositUpdate,
    read_back=GET,
)
DELETE = Operation(
    "DELETE", "/deposits/{DepositNum}", NoneType, since="25.4.33", permission="AllOthers", read_back=GET
)


class Deposits(Resource):
    """Deposit slips. They group payments and claim payments that have no deposit yet."""

    async def get(self, DepositNum: int, **formats: Unpack[DateFormats]) -> Deposit:
        """Read one deposit. API: Deposits GET (single), 25.4.33."""
        return await self._call(GET, DepositNum, query=formats)

    def list(self, **filters: Unpack[DepositFilters]) -> Rows[Deposit]:
        """List deposits. API: Deposits GET (multiple), 25.4.33."""
        return self._rows(LIST, query=filters)

    async def create(self, **body: Unpack[NewDeposit]) -> Deposit:
        """Create a deposit of payments, claim payments, or both.

        Without DateDeposit it is dated today; without BankAccountInfo it has the account of the preference
        PracticeBankNumber. Known from third parties only: try it on your server first.

        API: Deposits POST, 25.4.33, permission AllOthers.
        """
        return await self._call(CREATE, body=body)

    async def update(self, DepositNum: int, **body: Unpack[DepositUpdate]) -> Deposit:
        """Change the given fields; leave the rest.

        Known from third parties only: try it on your server first.

        API: Deposits PUT, 25.4.33, permission AllOthers.
        """
        return await self._call(UPDATE, DepositNum, body=body)

    async def delete(self, DepositNum: int) -> None:
        """Delete a deposit.

        Known from third parties only: try it on your server first.

        API: Deposits DELETE, 25.4.33, permission AllOthers.
        """
        await self._call(DELETE, DepositNum)
