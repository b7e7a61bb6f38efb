"""ToothInitials: DOC."""

from datetime import datetime
from decimal import Decimal
from types import NoneType
from typing import Required, TypedDict, Unpack

from odapi_async.enums import tooth_initials as enums
from odapi_async.operation import Operation
from odapi_async.resources.base import Resource, Row
from odapi_async.rows import Rows


class ToothInitial(Row, frozen=True):
    """DOC ToothInitial."""

    ToothInitialNum: int = 0
    PatNum: int = 0
    ToothNum: str = ""
    InitialType: str = ""
    Movement: Decimal = Decimal(0)
    DrawingSegment: str = ""
    ColorDraw: str = ""
    SecDateTEntry: datetime | None = None
    SecDateTEdit: datetime | None = None
    DrawText: str = ""


class ToothInitialFilters(TypedDict, total=False):
    """Filters of `list`."""

    PatNum: int


class NewToothInitial(TypedDict, total=False):
    """Body of `create`."""

    PatNum: Required[int]
    ToothNum: Required[str]
    """One tooth, 1-32 or A-T."""
    InitialType: Required[enums.InitialType | str]


LIST = Operation("GET", "/toothinitials", ToothInitial, since="24.2.3", query=ToothInitialFilters)
CREATE = Operation(
    "POST", "/toothinitials", ToothInitial, since="24.2.3", permission="AllOthers", body=NewToothInitial
)
DELETE = Operation(
    "DELETE", "/toothinitials/{ToothInitialNum}", NoneType, since="24.2.3", permission="AllOthers"
)


class ToothInitials(Resource):
    """ToothInitials. Movement is a number sent as text. Only Missing, Hidden and Primary rows can be created
    or deleted.
    """

    def list(self, **filters: Unpack[ToothInitialFilters]) -> Rows[ToothInitial]:
        """List tooth initial rows. API: ToothInitials GET, 24.2.3."""
        return self._rows(LIST, query=filters)

    async def create(self, **body: Unpack[NewToothInitial]) -> ToothInitial:
        """Add one tooth initial. API: ToothInitials POST (create), 24.2.3, permission AllOthers."""
        return await self._call(CREATE, body=body)

    async def delete(self, ToothInitialNum: int) -> None:
        """Delete one tooth initial.

        Only Missing, Hidden and Primary rows.

        API: ToothInitials DELETE, 24.2.3, permission AllOthers.
        """
        await self._call(DELETE, ToothInitialNum)
