"""RxPats: prescriptions of patients."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Unpack

from odapi_async._core.operation import Operation
from odapi_async._paging.rows import Rows
from odapi_async._wire import DateAndTimeFormats, Since
from odapi_async.resources.base import Resource, Row


class RxPat(Row, frozen=True):
    """A prescription."""

    RxNum: int = 0
    PatNum: int = 0
    RxDate: date | None = None
    Drug: str = ""
    Sig: str = ""
    """The directions for use."""
    Disp: str = ""
    """The amount to dispense, as text."""
    Refills: str = ""
    """As text."""
    ProvNum: int = 0
    Notes: str = ""
    PharmacyNum: int = 0
    IsControlled: bool = False
    DateTStamp: datetime | None = None
    SendStatus: str = ""
    IsErxOld: bool = False
    IsProcRequired: bool = False
    ProcNum: int = 0
    DaysOfSupply: Decimal = Decimal(0)
    PatientInstruction: str = ""
    ClinicNum: int = 0
    ErxPharmacyInfo: Annotated[str, Since("25.3")] = ""


class RxPatFilters(DateAndTimeFormats, total=False):
    """Filters of `list`."""

    PatNum: int


GET = Operation("GET", "/rxpats/{RxNum}", RxPat, since="24.2.35")
LIST = Operation("GET", "/rxpats", RxPat, since="24.2.35", query=RxPatFilters)


class RxPats(Resource):
    """Prescriptions of patients. Read only."""

    async def get(self, RxNum: int, **formats: Unpack[DateAndTimeFormats]) -> RxPat:
        """Read one prescription. API: RxPats GET (single), 24.2.35."""
        return await self._call(GET, RxNum, query=formats)

    def list(self, **filters: Unpack[RxPatFilters]) -> Rows[RxPat]:
        """List prescriptions. API: RxPats GET (multiple), 24.2.35."""
        return self._rows(LIST, query=filters)
