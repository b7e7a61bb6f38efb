"""Reports: DOC."""

from decimal import Decimal
from typing import Annotated, TypedDict, Unpack

from odapi_async.operation import Operation
from odapi_async.resources.base import Resource, Row
from odapi_async.rows import Rows
from odapi_async.wire import DateLike, Keys, Since


class AgingReportRow(Row, frozen=True):
    """DOC AgingReportRow."""

    PatNum: int = 0
    patName: str = ""
    Bal_0_30: Decimal = Decimal(0)
    Bal_31_60: Decimal = Decimal(0)
    Bal_61_90: Decimal = Decimal(0)
    BalOver90: Decimal = Decimal(0)
    BalTotal: Decimal = Decimal(0)
    InsWoEst: Decimal = Decimal(0)
    InsPayEst: Decimal = Decimal(0)
    PatientPortion: Decimal = Decimal(0)


class FinanceChargeRow(Row, frozen=True):
    """DOC FinanceChargeRow."""

    PatNum: int = 0
    PatName: str = ""
    Preferred: str = ""
    AdjAmt: Decimal = Decimal(0)


class AgingReportRowAgingFilters(TypedDict, total=False):
    """Filters of `aging`."""

    DateAsOf: DateLike
    """Default: today."""
    ClinicNum: Annotated[int, Since("22.2")]
    """Omit for all."""


class AgingReportRowFinanceChargesFilters(TypedDict, total=False):
    """Filters of `finance_charges`."""

    DateFrom: DateLike
    """Default: today."""
    DateTo: DateLike
    """Default: today."""
    ProvNums: Keys
    """[2,3] or 2,3. Default: all."""
    BillingTypes: Keys
    """DefNums. A definition of category 4. Default: all."""


AGING = Operation("GET", "/reports/Aging", AgingReportRow, since="21.4", query=AgingReportRowAgingFilters)
FINANCE_CHARGES = Operation(
    "GET",
    "/reports/FinanceCharges",
    FinanceChargeRow,
    since="22.2.32",
    query=AgingReportRowFinanceChargesFilters,
)


class Reports(Resource):
    """Reports. Read only; heavy. The aging report computes but stores nothing, and is slow on large
    databases.
    """

    def aging(self, **filters: Unpack[AgingReportRowAgingFilters]) -> Rows[AgingReportRow]:
        """DOC aging.

        Seldom used and slow on large databases; the reference points to a query instead. patName has a
        trailing blank; amounts are whole numbers in the example.

        API: Reports GET Aging, 21.4.
        """
        return self._rows(AGING, query=filters)

    def finance_charges(
        self, **filters: Unpack[AgingReportRowFinanceChargesFilters]
    ) -> Rows[FinanceChargeRow]:
        """DOC finance_charges.

        List parameters are accepted with and without brackets.

        API: Reports GET FinanceCharges, 22.2.32.
        """
        return self._rows(FINANCE_CHARGES, query=filters)
