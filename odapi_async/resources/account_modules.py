"""AccountModules: DOC."""

from datetime import date
from decimal import Decimal
from typing import TypedDict, Unpack

from odapi_async.operation import Operation
from odapi_async.resources.base import Resource, Row
from odapi_async.rows import Rows


class AccountAging(Row, frozen=True):
    """DOC AccountAging."""

    Bal_0_30: Decimal = Decimal(0)
    Bal_31_60: Decimal = Decimal(0)
    Bal_61_90: Decimal = Decimal(0)
    BalOver90: Decimal = Decimal(0)
    Total: Decimal = Decimal(0)
    """Before insurance estimate."""
    InsEst: Decimal = Decimal(0)
    EstBal: Decimal = Decimal(0)
    """After insurance estimate."""
    PatEstBal: Decimal = Decimal(0)
    """Patient only; the others are family amounts."""
    Unearned: Decimal = Decimal(0)


class PatientBalance(Row, frozen=True):
    """DOC PatientBalance."""

    PatNum: int = 0
    Name: str = ""
    """"Entire Family" on the total row."""
    Balance: Decimal = Decimal(0)


class ServiceDateEntry(Row, frozen=True):
    """DOC ServiceDateEntry."""

    ObjectType: str = ""
    PrimaryKey: int = 0
    """Key of the object named by ObjectType."""
    Type: str = ""
    ServiceDate: date | None = None
    TransDate: date | None = None
    Patient: str = ""
    PatNum: int = 0
    Reference: str = ""
    Charge: Decimal = Decimal(0)
    Credit: Decimal = Decimal(0)
    Provider: str = ""
    InsBal: Decimal = Decimal(0)
    AcctBal: Decimal = Decimal(0)


class AccountAgingServiceDateViewFilters(TypedDict, total=False):
    """Filters of `service_date_view`."""

    isFamily: bool
    """Whole family. Default: false."""


AGING = Operation("GET", "/accountmodules/{PatNum}/Aging", AccountAging, since="22.3.6")
PATIENT_BALANCES = Operation("GET", "/accountmodules/{PatNum}/PatientBalances", PatientBalance, since="22.1")
SERVICE_DATE_VIEW = Operation(
    "GET",
    "/accountmodules/{PatNum}/ServiceDateView",
    ServiceDateEntry,
    since="22.3.32",
    query=AccountAgingServiceDateViewFilters,
)


class AccountModules(Resource):
    """AccountModules. Read-only figures worked out for a patient and family, like the grids of the account
    screen; the id in the path is a PatNum.
    """

    async def aging(self, PatNum: int) -> AccountAging:
        """DOC aging.

        All amounts cover the family, except PatEstBal (one patient). 400 for a deleted patient.

        API: AccountModules GET Aging, 22.3.6.
        """
        return await self._call(AGING, PatNum)

    def patient_balances(self, PatNum: int) -> Rows[PatientBalance]:
        """DOC patient_balances.

        The last row is the family total: Name is "Entire Family", PatNum that of the guarantor.

        API: AccountModules GET PatientBalances, 22.1.
        """
        return self._rows(PATIENT_BALANCES, PatNum)

    def service_date_view(
        self, PatNum: int, **filters: Unpack[AccountAgingServiceDateViewFilters]
    ) -> Rows[ServiceDateEntry]:
        """DOC service_date_view.

        Every value is a string; total rows leave ObjectType, PrimaryKey and PatNum empty.

        API: AccountModules GET ServiceDateView, 22.3.32.
        """
        return self._rows(SERVICE_DATE_VIEW, PatNum, query=filters)
