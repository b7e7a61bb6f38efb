"""AppointmentTypes: DOC."""

from types import NoneType
from typing import Required, TypedDict, Unpack

from odapi_async.enums import appointment_types as enums
from odapi_async.operation import Operation
from odapi_async.resources.base import Resource, Row
from odapi_async.rows import Rows


class AppointmentType(Row, frozen=True):
    """DOC AppointmentType."""

    AppointmentTypeNum: int = 0
    AppointmentTypeName: str = ""
    appointmentTypeColor: str = ""
    """R,G,B."""
    IsHidden: bool = False
    Pattern: str = ""
    CodeStr: str = ""
    CodeStrRequired: str = ""
    RequiredProcCodesNeeded: str = ""
    """Enum text, but 0 where none."""
    BlockoutTypes: str = ""


class _AppointmentTypeBody(TypedDict, total=False):
    appointmentTypeColor: str
    """R,G,B."""
    IsHidden: bool
    Pattern: str
    """X and /."""
    CodeStr: str
    """Comma-separated codes."""
    CodeStrRequired: str
    """Comma-separated codes."""
    RequiredProcCodesNeeded: enums.RequiredProcCodesNeeded | str
    BlockoutTypes: str


class NewAppointmentType(_AppointmentTypeBody, total=False):
    """Body of `create`."""

    AppointmentTypeName: Required[str]


class AppointmentTypeUpdate(_AppointmentTypeBody, total=False):
    """Body of `update`."""

    AppointmentTypeName: str


LIST = Operation("GET", "/appointmenttypes", AppointmentType, since="22.4.10")
CREATE = Operation(
    "POST",
    "/appointmenttypes",
    AppointmentType,
    since="26.1",
    permission="AllOthers",
    body=NewAppointmentType,
)
UPDATE = Operation(
    "PUT",
    "/appointmenttypes/{AppointmentTypeNum}",
    AppointmentType,
    since="26.1",
    permission="AllOthers",
    body=AppointmentTypeUpdate,
)
DELETE = Operation(
    "DELETE",
    "/appointmenttypes/{AppointmentTypeNum}",
    NoneType,
    since="26.1",
    permission="AllOthers",
)


class AppointmentTypes(Resource):
    """AppointmentTypes. Read only before 26.1-26.3 (exact build unknown). Colours are "R,G,B" strings;
    CodeStr and CodeStrRequired are comma-separated procedure codes.
    """

    def list(self) -> Rows[AppointmentType]:
        """List appointment type rows. API: AppointmentTypes GET, 22.4.10."""
        return self._rows(LIST)

    async def create(self, **body: Unpack[NewAppointmentType]) -> AppointmentType:
        """Add one appointment type.

        Known from third parties only: try it on your server first.

        API: AppointmentTypes POST, 26.1 to 26.3 (build unknown),
        permission AllOthers.
        """
        return await self._call(CREATE, body=body)

    async def update(self, AppointmentTypeNum: int, **body: Unpack[AppointmentTypeUpdate]) -> AppointmentType:
        """Change what is given and leave the rest.

        Known from third parties only: try it on your server first.

        API: AppointmentTypes PUT, 26.1 to 26.3 (build unknown),
        permission AllOthers.
        """
        return await self._call(UPDATE, AppointmentTypeNum, body=body)

    async def delete(self, AppointmentTypeNum: int) -> None:
        """Delete one appointment type.

        Known from third parties only: try it on your server first.

        API: AppointmentTypes DELETE, 26.1 to 26.3 (build unknown),
        permission AllOthers.
        """
        await self._call(DELETE, AppointmentTypeNum)
