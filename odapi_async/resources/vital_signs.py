"""VitalSigns: DOC."""

from datetime import date
from decimal import Decimal
from types import NoneType
from typing import Annotated, Required, TypedDict, Unpack

from odapi_async.operation import Operation
from odapi_async.resources.base import Resource, Row
from odapi_async.rows import Rows
from odapi_async.wire import DateLike, Money, Since


class VitalSign(Row, frozen=True):
    """DOC VitalSign."""

    VitalsignNum: Annotated[int, Since("25.3.41")] = 0
    PatNum: Annotated[int, Since("25.3.41")] = 0
    Height: Annotated[Decimal, Since("25.3.41")] = Decimal(0)
    Weight: Annotated[Decimal, Since("25.3.41")] = Decimal(0)
    BpSystolic: Annotated[int, Since("25.3.41")] = 0
    BpDiastolic: Annotated[int, Since("25.3.41")] = 0
    DateTaken: Annotated[date | None, Since("25.3.41")] = None
    Documentation: Annotated[str, Since("25.3.41")] = ""
    Pulse: Annotated[int, Since("25.3.41")] = 0


class _VitalSignBody(TypedDict, total=False):
    Height: Money
    Weight: Money
    BpSystolic: int
    BpDiastolic: int
    Pulse: int
    DateTaken: DateLike
    Documentation: str


class VitalSignFilters(TypedDict, total=False):
    """Filters of `list`."""

    PatNum: int


class NewVitalSign(_VitalSignBody, total=False):
    """Body of `create`."""

    PatNum: Required[int]


class VitalSignUpdate(_VitalSignBody, total=False):
    """Body of `update`."""


GET = Operation("GET", "/vitalsigns/{VitalsignNum}", VitalSign, since="25.3.41")
LIST = Operation("GET", "/vitalsigns", VitalSign, since="25.3.41", query=VitalSignFilters)
CREATE = Operation(
    "POST",
    "/vitalsigns",
    VitalSign,
    since="26.1",
    permission="AllOthers",
    body=NewVitalSign,
)
UPDATE = Operation(
    "PUT",
    "/vitalsigns/{VitalsignNum}",
    VitalSign,
    since="26.1",
    permission="AllOthers",
    body=VitalSignUpdate,
)
DELETE = Operation(
    "DELETE",
    "/vitalsigns/{VitalsignNum}",
    NoneType,
    since="26.1",
    permission="AllOthers",
)


class VitalSigns(Resource):
    """VitalSigns. Height, weight, blood pressure and pulse of a patient. The reference spells it Vitalsigns.
    The page of the resource prints 25.3.41 for both GETs, though it was seen late in 2026 only; the builds of
    the writes are not visible.
    """

    async def get(self, VitalsignNum: int) -> VitalSign:
        """Read one vital sign. API: VitalSigns GET (single), 25.3.41."""
        return await self._call(GET, VitalsignNum)

    def list(self, **filters: Unpack[VitalSignFilters]) -> Rows[VitalSign]:
        """List vital sign rows.

        Statuses beside 200 are not visible.

        API: VitalSigns GET (multiple), 25.3.41.
        """
        return self._rows(LIST, query=filters)

    async def create(self, **body: Unpack[NewVitalSign]) -> VitalSign:
        """Add one vital sign.

        The body comes from a third-party reading. Known from third parties only: try it on your server first.

        API: VitalSigns POST, 26.1 to 26.3 (build unknown), permission
        AllOthers.
        """
        return await self._call(CREATE, body=body)

    async def update(self, VitalsignNum: int, **body: Unpack[VitalSignUpdate]) -> VitalSign:
        """Change what is given and leave the rest.

        Path and body come from a third-party reading. Known from third parties only: try it on your server
        first.

        API: VitalSigns PUT, 26.1 to 26.3 (build unknown), permission
        AllOthers.
        """
        return await self._call(UPDATE, VitalsignNum, body=body)

    async def delete(self, VitalsignNum: int) -> None:
        """Delete one vital sign.

        The path is inferred. Known from third parties only: try it on your server first.

        API: VitalSigns DELETE, 26.1 to 26.3 (build unknown),
        permission AllOthers.
        """
        await self._call(DELETE, VitalsignNum)
