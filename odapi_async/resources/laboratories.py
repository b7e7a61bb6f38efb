"""Laboratories: the dental laboratories that the practice works with."""

from typing import Required, TypedDict, Unpack

from odapi_async._core.operation import Operation
from odapi_async._paging.rows import Rows
from odapi_async.resources.base import Resource, Row


class Laboratory(Row, frozen=True):
    """A dental laboratory."""

    LaboratoryNum: int = 0
    Description: str = ""
    Phone: str = ""
    Notes: str = ""
    Slip: int = 0
    """The SheetDefNum of the lab slip; 0 for the built-in one."""
    Address: str = ""
    City: str = ""
    State: str = ""
    Zip: str = ""
    Email: str = ""
    WirelessPhone: str = ""
    IsHidden: bool = False


class _LaboratoryBody(TypedDict, total=False):
    Phone: str
    Notes: str
    Slip: int
    """The SheetDefNum of the lab slip; 0 for the built-in one."""
    Address: str
    City: str
    State: str
    """In the USA two capital letters; the SDK does not check it."""
    Zip: str
    """12345, 12345-1234 or 123456789; in Canada A0A 0A0; the SDK does not check it."""
    Email: str
    WirelessPhone: str
    IsHidden: bool


class NewLaboratory(_LaboratoryBody, total=False):
    """Body of `create`."""

    Description: Required[str]


class LaboratoryUpdate(_LaboratoryBody, total=False):
    """Body of `update`."""

    Description: str


GET = Operation("GET", "/laboratories/{LaboratoryNum}", Laboratory, since="24.2.33")
LIST = Operation("GET", "/laboratories", Laboratory, since="24.2.33")
CREATE = Operation(
    "POST",
    "/laboratories",
    Laboratory,
    since="24.4.22",
    permission="AllOthers",
    body=NewLaboratory,
    read_back=GET,
)
UPDATE = Operation(
    "PUT",
    "/laboratories/{LaboratoryNum}",
    Laboratory,
    since="24.4.23",
    permission="AllOthers",
    body=LaboratoryUpdate,
    read_back=GET,
)


class Laboratories(Resource):
    """Dental laboratories. They cannot be deleted; hide one with IsHidden."""

    async def get(self, LaboratoryNum: int) -> Laboratory:
        """Read one laboratory. API: Laboratories GET (single), 24.2.33."""
        return await self._call(GET, LaboratoryNum)

    def list(self) -> Rows[Laboratory]:
        """List all laboratories. API: Laboratories GET (multiple), 24.2.33."""
        return self._rows(LIST)

    async def create(self, **body: Unpack[NewLaboratory]) -> Laboratory:
        """Add a laboratory. API: Laboratories POST (create), 24.4.22, permission AllOthers."""
        return await self._call(CREATE, body=body)

    async def update(self, LaboratoryNum: int, **body: Unpack[LaboratoryUpdate]) -> Laboratory:
        """Change the given fields; leave the rest.

        Notes replaces the stored text.

        API: Laboratories PUT (update), 24.4.23, permission AllOthers.
        """
        return await self._call(UPDATE, LaboratoryNum, body=body)
