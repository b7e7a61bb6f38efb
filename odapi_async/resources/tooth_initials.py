"""ToothInitials: teeth that are missing, hidden, primary or moved."""

from datetime import datetime
from decimal import Decimal
from types import NoneType
from typing import Annotated, Required, Unpack

from odapi_async._core.operation import Operation
from odapi_async._paging.rows import Rows
from odapi_async._wire import DateTimeFormats, Money, Since
from odapi_async.resources.base import Resource, Row


class ToothInitial(Row, frozen=True):
    """The initial state of a tooth in the tooth chart, or a drawing on it."""

    ToothInitialNum: int = 0
    PatNum: int = 0
    ToothNum: str = ""
    InitialType: str = ""
    """Missing, Hidden, Primary, or another type that the program sets, such as Rotate."""
    Movement: Decimal = Decimal(0)
    """The distance, for types that move a tooth."""
    DrawingSegment: str = ""
    ColorDraw: str = ""
    """Red, green and blue, as "0,0,0"."""
    SecDateTEntry: datetime | None = None
    SecDateTEdit: datetime | None = None
    DrawText: str = ""


class ToothInitialFilters(DateTimeFormats, total=False):
    """Filters of `list`."""

    PatNum: int


class NewToothInitial(DateTimeFormats, total=False):
    """Body of `create`."""

    PatNum: Required[int]
    ToothNum: Required[str]
    """One tooth: 1 to 32, or A to T."""
    InitialType: Required[str]
    """Missing, Hidden, Primary; an open list. Third parties also name ShiftM, ShiftO, ShiftB, Rotate, TipM
    and TipB."""
    Movement: Annotated[Money, Since("25.4")]
    """For the types that shift, rotate or tip a tooth. Known from third parties only: try it on your server
    first."""


LIST = Operation("GET", "/toothinitials", ToothInitial, since="24.2.3", query=ToothInitialFilters)
CREATE = Operation(
    "POST", "/toothinitials", ToothInitial, since="24.2.3", permission="AllOthers", body=NewToothInitial
)
DELETE = Operation(
    "DELETE", "/toothinitials/{ToothInitialNum}", NoneType, since="24.2.3", permission="AllOthers"
)


class ToothInitials(Resource):
    """The initial states of the tooth chart. Only Missing, Hidden and Primary can be added or deleted."""

    def list(self, **filters: Unpack[ToothInitialFilters]) -> Rows[ToothInitial]:
        """List the initial states of teeth. API: ToothInitials GET, 24.2.3."""
        return self._rows(LIST, query=filters)

    async def create(self, **body: Unpack[NewToothInitial]) -> ToothInitial:
        """Mark a tooth as missing, hidden or primary.

        API: ToothInitials POST (create), 24.2.3, permission AllOthers.
        """
        return await self._call(CREATE, body=body)

    async def delete(self, ToothInitialNum: int) -> None:
        """Delete one state of type Missing, Hidden or Primary.

        API: ToothInitials DELETE, 24.2.3, permission AllOthers.
        """
        await self._call(DELETE, ToothInitialNum)
