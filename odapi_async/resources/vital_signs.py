"""VitalSigns: height, weight, blood pressure and pulse of patients."""

from datetime import date
from decimal import Decimal
from types import NoneType
from typing import Required, Unpack

from odapi_async._core.operation import Operation
from odapi_async._paging.rows import Rows
from odapi_async._wire import DateFormats, DateLike, Money
from odapi_async.resources.base import Resource, Row


class VitalSign(Row, frozen=True):
    """The vital signs of one patient on one day."""

    VitalsignNum: int = 0
    PatNum: int = 0
    Height: Decimal = Decimal(0)
    Weight: Decimal = Decimal(0)
    BpSystolic: int = 0
    BpDiastolic: int = 0
    DateTaken: date | None = None
    Documentation: str = ""
    Pulse: int = 0


class _VitalSignBody(DateFormats, total=False):
    """Body fields of `create` and `update`."""

    Height: Money
    Weight: Money
    BpSystolic: int
    BpDiastolic: int
    Pulse: int
    DateTaken: DateLike
    Documentation: str


class VitalSignFilters(DateFormats, total=False):
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
    read_back=GET,
)
UPDATE = Operation(
    "PUT",
    "/vitalsigns/{VitalsignNum}",
    VitalSign,
    since="26.1",
    permission="AllOthers",
    body=VitalSignUpdate,
    read_back=GET,
)
DELETE = Operation(
    "DELETE",
    "/vitalsigns/{VitalsignNum}",
    NoneType,
    since="26.1",
    permission="AllOthers",
    read_back=GET,
)


class VitalSigns(Resource):
    """Height, weight, blood pressure and pulse of patients. Read only before 26.1."""

    async def get(self, VitalsignNum: int, **formats: Unpack[DateFormats]) -> VitalSign:
        """Read one measurement of vital signs. API: VitalSigns GET (single), 25.3.41."""
        return await self._call(GET, VitalsignNum, query=formats)

    def list(self, **filters: Unpack[VitalSignFilters]) -> Rows[VitalSign]:
        """List measurements of vital signs. API: VitalSigns GET (multiple), 25.3.41."""
        return self._rows(LIST, query=filters)

    async def create(self, **body: Unpack[NewVitalSign]) -> VitalSign:
        """Add a measurement of vital signs.

        Known from third parties only: try it on your server first.

        API: VitalSigns POST, 26.1 to 26.3 (build unknown), permission AllOthers.
        """
        return await self._call(CREATE, body=body)

    async def update(self, VitalsignNum: int, **body: Unpack[VitalSignUpdate]) -> VitalSign:
        """Change the given fields; leave the rest.

        Known from third parties only: try it on your server first.

        API: VitalSigns PUT, 26.1 to 26.3 (build unknown), permission AllOthers.
        """
        return await self._call(UPDATE, VitalsignNum, body=body)

    async def delete(self, VitalsignNum: int) -> None:
        """Delete one measurement of vital signs.

        Known from third parties only: try it on your server first.

        API: VitalSigns DELETE, 26.1 to 26.3 (build unknown), permission AllOthers.
        """
        await self._call(DELETE, VitalsignNum)
