"""AppointmentTypes: kinds of appointments with length, color and procedures."""

from types import NoneType
from typing import Annotated, Required, TypedDict, Unpack

from odapi_async._core.operation import Operation
from odapi_async._paging.rows import Rows
from odapi_async._wire import RGB
from odapi_async.enums import appointment_types as enums
from odapi_async.resources.base import Resource, Row


class AppointmentType(Row, frozen=True):
    """A kind of appointment."""

    AppointmentTypeNum: int = 0
    AppointmentTypeName: str = ""
    appointmentTypeColor: str = ""
    """As R,G,B."""
    IsHidden: bool = False
    Pattern: str = ""
    """X and /, one character for each 5 minutes."""
    CodeStr: str = ""
    """Procedure codes separated by commas."""
    CodeStrRequired: str = ""
    """Procedure codes separated by commas."""
    RequiredProcCodesNeeded: str = ""
    """How many of the codes in CodeStrRequired are required; "0" for none."""
    BlockoutTypes: str = ""


class _AppointmentTypeBody(TypedDict, total=False):
    appointmentTypeColor: Annotated[str, RGB]
    """As R,G,B."""
    IsHidden: bool
    Pattern: str
    """X and /, one character for each 5 minutes."""
    CodeStr: str
    """Procedure codes separated by commas."""
    CodeStrRequired: str
    """Procedure codes separated by commas."""
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
    """The kinds of appointments of the office. Read only before 26.1-26.3 (exact build unknown)."""

    def list(self) -> Rows[AppointmentType]:
        """List appointment types. API: AppointmentTypes GET, 22.4.10."""
        return self._rows(LIST)

    async def create(self, **body: Unpack[NewAppointmentType]) -> AppointmentType:
        """Add an appointment type.

        Known from third parties only: try it on your server first.

        API: AppointmentTypes POST, 26.1 to 26.3 (build unknown), permission AllOthers.
        """
        return await self._call(CREATE, body=body)

    async def update(self, AppointmentTypeNum: int, **body: Unpack[AppointmentTypeUpdate]) -> AppointmentType:
        """Change the given fields; leave the rest.

        Known from third parties only: try it on your server first.

        API: AppointmentTypes PUT, 26.1 to 26.3 (build unknown), permission AllOthers.
        """
        return await self._call(UPDATE, AppointmentTypeNum, body=body)

    async def delete(self, AppointmentTypeNum: int) -> None:
        """Delete an appointment type.

        Known from third parties only: try it on your server first.

        API: AppointmentTypes DELETE, 26.1 to 26.3 (build unknown), permission AllOthers.
        """
        await self._call(DELETE, AppointmentTypeNum)
