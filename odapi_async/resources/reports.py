"""Reports: aging of balances, and finance charges of a period."""

from decimal import Decimal
from typing import Annotated, TypedDict, Unpack

from odapi_async._core.operation import Operation
from odapi_async._paging.rows import Rows
from odapi_async._wire import DateLike, Ids, Since
from odapi_async.resources.base import Resource, View


class AgingReportRow(View, frozen=True):
    """The balance of one account, by age in days."""

    PatNum: int = 0
    patName: str = ""
    """Ends with a space."""
    Bal_0_30: Decimal = Decimal(0)
    Bal_31_60: Decimal = Decimal(0)
    Bal_61_90: Decimal = Decimal(0)
    BalOver90: Decimal = Decimal(0)
    BalTotal: Decimal = Decimal(0)
    InsWoEst: Decimal = Decimal(0)
    """Estimated write-offs."""
    InsPayEst: Decimal = Decimal(0)
    """Estimated insurance payments."""
    PatientPortion: Decimal = Decimal(0)


class FinanceChargeRow(View, frozen=True):
    """The finance charges of one patient."""

    PatNum: int = 0
    PatName: str = ""
    """Ends with a space."""
    Preferred: str = ""
    AdjAmt: Decimal = Decimal(0)


class ReportAgingFilters(TypedDict, total=False):
    """Filters of `aging`."""

    DateAsOf: DateLike
    """Default: today."""
    ClinicNum: Annotated[int, Since("22.2")]
    """Omit it for all clinics."""


class ReportFinanceChargesFilters(TypedDict, total=False):
    """Filters of `finance_charges`."""

    DateFrom: DateLike
    """Default: today."""
    DateTo: DateLike
    """Default: today."""
    ProvNums: Ids
    """Default: all."""
    BillingTypes: Ids
    """Definitions of category 4. Default: all."""


AGING = Operation("GET", "/reports/Aging", AgingReportRow, since="21.4", query=ReportAgingFilters)
FINANCE_CHARGES = Operation(
    "GET",
    "/reports/FinanceCharges",
    FinanceChargeRow,
    since="22.2.32",
    query=ReportFinanceChargesFilters,
)


class Reports(Resource):
    """Reports that the server calculates for each request. Read only."""

    def aging(self, **filters: Unpack[ReportAgingFilters]) -> Rows[AgingReportRow]:
        """Calculate the balances as of a day, by default today.

        Nothing is stored. This is slow on a large database; a query (see Queries) may be better.

        API: Reports GET Aging, 21.4.
        """
        return self._rows(AGING, query=filters)

    def finance_charges(self, **filters: Unpack[ReportFinanceChargesFilters]) -> Rows[FinanceChargeRow]:
        """List the finance charges of a period, by default today.

        API: Reports GET FinanceCharges, 22.2.32.
        """
        return self._rows(FINANCE_CHARGES, query=filters)
