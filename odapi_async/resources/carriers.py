"""Carriers: the insurance companies."""

from types import NoneType
from typing import Required, TypedDict, Unpack

from odapi_async._core.operation import Operation
from odapi_async._paging.rows import Rows
from odapi_async.enums import carriers as enums
from odapi_async.resources.base import Resource, Row


class Carrier(Row, frozen=True):
    """An insurance company."""

    CarrierNum: int = 0
    CarrierName: str = ""
    Address: str = ""
    Address2: str = ""
    City: str = ""
    State: str = ""
    Zip: str = ""
    Phone: str = ""
    ElectID: str = ""
    """The electronic payer id."""
    NoSendElect: str = ""
    IsHidden: bool = False


class _CarrierBody(TypedDict, total=False):
    Address: str
    Address2: str
    City: str
    State: str
    """In the USA two capital letters; the SDK does not check it."""
    Zip: str
    """12345, 12345-1234 or 123456789."""
    Phone: str
    """The server reformats it: 503-456-8910 is read back as (503)456-8910."""
    ElectID: str
    """The electronic payer id."""
    NoSendElect: enums.NoSendElect | str
    IsHidden: bool


class NewCarrier(_CarrierBody, total=False):
    """Body of `create`."""

    CarrierName: Required[str]


class CarrierUpdate(_CarrierBody, total=False):
    """Body of `update`."""

    CarrierName: str


GET = Operation("GET", "/carriers/{CarrierNum}", Carrier, since="24.4.5")
LIST = Operation("GET", "/carriers", Carrier, since="22.4.16")
CREATE = Operation(
    "POST", "/carriers", Carrier, since="21.4", permission="AllOthers", body=NewCarrier, read_back=GET
)
UPDATE = Operation(
    "PUT",
    "/carriers/{CarrierNum}",
    NoneType,
    since="21.4",
    permission="AllOthers",
    body=CarrierUpdate,
    read_back=GET,
)


class Carriers(Resource):
    """Insurance companies. They cannot be deleted, only hidden."""

    async def get(self, CarrierNum: int) -> Carrier:
        """Read one carrier. API: Carriers GET (single), 24.4.5."""
        return await self._call(GET, CarrierNum)

    def list(self) -> Rows[Carrier]:
        """List carriers. API: Carriers GET (multiple), 22.4.16."""
        return self._rows(LIST)

    async def create(self, **body: Unpack[NewCarrier]) -> Carrier:
        """Add a carrier. API: Carriers POST (create), 21.4, permission AllOthers."""
        return await self._call(CREATE, body=body)

    async def update(self, CarrierNum: int, **body: Unpack[CarrierUpdate]) -> None:
        """Change the given fields; leave the rest. API: Carriers PUT (update), 21.4, permission AllOthers."""
        await self._call(UPDATE, CarrierNum, body=body)
