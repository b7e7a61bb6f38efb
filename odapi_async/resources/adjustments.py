"""Adjustments: charges and discounts on the accounts of patients."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Required, Unpack

from odapi_async._core.operation import Operation
from odapi_async._paging.rows import Rows
from odapi_async._wire import DateAndTimeFormats, DateLike, Money, Since
from odapi_async.resources.base import Resource, Row


class Adjustment(Row, frozen=True):
    """A charge or a discount on the account of a patient."""

    AdjNum: int = 0
    AdjDate: date | None = None
    AdjAmt: Decimal = Decimal(0)
    PatNum: int = 0
    AdjType: int = 0
    """A definition of category 1; `adjType` is its text."""
    adjType: str = ""
    ProvNum: int = 0
    AdjNote: str = ""
    ProcDate: date | None = None
    ProcNum: int = 0
    DateEntry: date | None = None
    ClinicNum: int = 0
    SecUserNumEntry: int = 0
    SecDateTEdit: datetime | None = None


class _AdjustmentBody(DateAndTimeFormats, total=False):
    ProvNum: int
    ProcNum: int
    """A procedure of the same patient."""
    ClinicNum: int
    AdjNote: str


class AdjustmentFilters(DateAndTimeFormats, total=False):
    """Filters of `list`."""

    PatNum: Required[int]
    AdjType: Annotated[int, Since("22.2.33")]
    """A definition of category 1."""
    ProcNum: Annotated[int, Since("22.4.28")]


class NewAdjustment(_AdjustmentBody, total=False):
    """Body of `create`."""

    PatNum: Required[int]
    AdjType: Required[int]
    """A definition of category 1 whose ItemValue is + or -."""
    AdjAmt: Required[Money]
    """Its sign must match AdjType."""
    AdjDate: Required[DateLike]
    """Not in the future."""
    ProcDate: DateLike
    """Default: the date of the procedure if ProcNum is given, else today."""


class AdjustmentUpdate(_AdjustmentBody, total=False):
    """Body of `update`."""

    AdjDate: DateLike
    """Not in the future."""
    AdjAmt: Money
    """Its sign must match AdjType; it is negative for a discount plan."""
    AdjType: int
    """A definition of category 1 whose ItemValue is + or -."""


LIST = Operation("GET", "/adjustments", Adjustment, since="22.2.21", query=AdjustmentFilters)
CREATE = Operation(
    "POST", "/adjustments", Adjustment, since="22.2.22", permission="AllOthers", body=NewAdjustment
)
UPDATE = Operation(
    "PUT", "/adjustments/{AdjNum}", Adjustment, since="22.2.23", permission="AllOthers", body=AdjustmentUpdate
)


class Adjustments(Resource):
    """Charges and discounts on the accounts of patients. They cannot be deleted.

    The sign of an amount must match its type: positive for a type whose ItemValue is +, negative for a type
    whose ItemValue is -.
    """

    def list(self, **filters: Unpack[AdjustmentFilters]) -> Rows[Adjustment]:
        """List the adjustments of a patient. API: Adjustments GET, 22.2.21."""
        return self._rows(LIST, query=filters)

    async def create(self, **body: Unpack[NewAdjustment]) -> Adjustment:
        """Add an adjustment. API: Adjustments POST (create), 22.2.22, permission AllOthers."""
        return await self._call(CREATE, body=body)

    async def update(self, AdjNum: int, **body: Unpack[AdjustmentUpdate]) -> Adjustment:
        """Change the given fields; leave the rest.

        The type of a discount plan's adjustment is fixed. A new ProcNum also moves ProcDate to the date of
        that procedure.

        API: Adjustments PUT (update), 22.2.23, permission AllOthers.
        """
        return await self._call(UPDATE, AdjNum, body=body)
