"""AccountModules: a family's balances, aging and entries, as on the account screen."""

from datetime import date
from decimal import Decimal
from typing import Unpack

from odapi_async._core.operation import Operation
from odapi_async._paging.rows import Rows
from odapi_async._wire import DateFormats
from odapi_async.resources.base import Resource, View


class AccountAging(View, frozen=True):
    """A family's balance by age. All amounts are the family's, except `PatEstBal`."""

    Bal_0_30: Decimal = Decimal(0)
    Bal_31_60: Decimal = Decimal(0)
    Bal_61_90: Decimal = Decimal(0)
    BalOver90: Decimal = Decimal(0)
    Total: Decimal = Decimal(0)
    """Before the insurance estimate."""
    InsEst: Decimal = Decimal(0)
    EstBal: Decimal = Decimal(0)
    """After the insurance estimate."""
    PatEstBal: Decimal = Decimal(0)
    """Of this patient alone."""
    Unearned: Decimal = Decimal(0)


class PatientBalance(View, frozen=True):
    """The balance of one member of the family, or of the family as a whole."""

    PatNum: int = 0
    Name: str = ""
    """On the total row "Entire Family"."""
    Balance: Decimal = Decimal(0)


class ServiceDateEntry(View, frozen=True):
    """One line of the account by date of service: an entry or a total."""

    ObjectType: str = ""
    """Empty on a total."""
    PrimaryKey: int = 0
    """The id of the object that ObjectType names; 0 on a total."""
    Type: str = ""
    ServiceDate: date | None = None
    TransDate: date | None = None
    Patient: str = ""
    PatNum: int = 0
    """0 on a total."""
    Reference: str = ""
    Charge: Decimal = Decimal(0)
    Credit: Decimal = Decimal(0)
    Provider: str = ""
    InsBal: Decimal = Decimal(0)
    AcctBal: Decimal = Decimal(0)


class AccountAgingServiceDateViewFilters(DateFormats, total=False):
    """Filters of `service_date_view`."""

    isFamily: bool
    """The whole family instead of the patient alone. Default: false."""


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
    """The account screen, calculated for a patient and the family. Read only."""

    async def aging(self, PatNum: int) -> AccountAging:
        """Read a family's balance by age. A deleted patient is refused.

        API: AccountModules GET Aging, 22.3.6.
        """
        return await self._call(AGING, PatNum)

    def patient_balances(self, PatNum: int) -> Rows[PatientBalance]:
        """Read the balance of each member of the family.

        The last row is the family's total: its Name is "Entire Family", its PatNum that of the guarantor.

        API: AccountModules GET PatientBalances, 22.1.
        """
        return self._rows(PATIENT_BALANCES, PatNum)

    def service_date_view(
        self, PatNum: int, **filters: Unpack[AccountAgingServiceDateViewFilters]
    ) -> Rows[ServiceDateEntry]:
        """Read the account by date of service, with its totals.

        API: AccountModules GET ServiceDateView, 22.3.32.
        """
        return self._rows(SERVICE_DATE_VIEW, PatNum, query=filters)
