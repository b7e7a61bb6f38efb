"""ProcTPs: procedures as they were when a treatment plan was saved."""

from datetime import date, datetime
from decimal import Decimal
from types import NoneType
from typing import Required, Unpack

from odapi_async._core.operation import Operation
from odapi_async._paging.rows import Rows
from odapi_async._wire import DateAndTimeFormats, Money
from odapi_async.resources.base import Resource, Row


class ProcTP(Row, frozen=True):
    """A procedure on a saved treatment plan, frozen with its fees and estimates."""

    ProcTPNum: int = 0
    TreatPlanNum: int = 0
    PatNum: int = 0
    ProcNumOrig: int = 0
    """The ProcNum of the real procedure."""
    ItemOrder: int = 0
    Priority: int = 0
    """A definition of category 20; `priority` is its text."""
    priority: str = ""
    ToothNumTP: str = ""
    Surf: str = ""
    ProcCode: str = ""
    Descript: str = ""
    FeeAmt: Decimal = Decimal(0)
    PriInsAmt: Decimal = Decimal(0)
    SecInsAmt: Decimal = Decimal(0)
    PatAmt: Decimal = Decimal(0)
    Discount: Decimal = Decimal(0)
    Prognosis: str = ""
    Dx: str = ""
    ProcAbbr: str = ""
    SecUserNumEntry: int = 0
    SecDateEntry: date | None = None
    SecDateTEdit: datetime | None = None
    FeeAllowed: Decimal = Decimal(0)
    TaxAmt: Decimal = Decimal(0)
    ProvNum: int = 0
    DateTP: date | None = None
    ClinicNum: int = 0
    CatPercUCR: Decimal = Decimal(0)


class ProcTPFilters(DateAndTimeFormats, total=False):
    """Filters of `list`."""

    TreatPlanNum: Required[int]


class ProcTPUpdate(DateAndTimeFormats, total=False):
    """Body of `update`."""

    Priority: int
    """A definition of category 20."""
    ToothNumTP: str
    Surf: str
    ProcCode: str
    """Text to show, not an id."""
    Descript: str
    FeeAmt: Money
    PriInsAmt: Money
    SecInsAmt: Money
    PatAmt: Money
    Discount: Money
    Prognosis: str
    Dx: str
    ProcAbbr: str
    FeeAllowed: Money


LIST = Operation("GET", "/proctps", ProcTP, since="22.4.17", query=ProcTPFilters)
UPDATE = Operation(
    "PUT", "/proctps/{ProcTPNum}", ProcTP, since="24.4.26", permission="AllOthers", body=ProcTPUpdate
)
DELETE = Operation("DELETE", "/proctps/{ProcTPNum}", NoneType, since="23.3.10", permission="AllOthers")


class ProcTPs(Resource):
    """Frozen copies of procedures on saved treatment plans.

    The procedures of active and inactive plans are in TreatPlanAttaches.
    """

    def list(self, **filters: Unpack[ProcTPFilters]) -> Rows[ProcTP]:
        """List the procedures of one saved treatment plan. API: ProcTPs GET, 22.4.17."""
        return self._rows(LIST, query=filters)

    async def update(self, ProcTPNum: int, **body: Unpack[ProcTPUpdate]) -> ProcTP:
        """Change the given fields; leave the rest.

        The plan must not be signed.

        API: ProcTPs PUT (update), 24.4.26, permission AllOthers.
        """
        return await self._call(UPDATE, ProcTPNum, body=body)

    async def delete(self, ProcTPNum: int) -> None:
        """Delete one procedure from a saved plan, which must not be signed.

        API: ProcTPs DELETE, 23.3.10, permission AllOthers.
        """
        await self._call(DELETE, ProcTPNum)
