"""Employees: the staff of the office."""

from typing import TypedDict, Unpack

from odapi_async._core.operation import Operation
from odapi_async._paging.rows import Rows
from odapi_async.resources.base import Resource, Row


class Employee(Row, frozen=True):
    """A member of the staff."""

    EmployeeNum: int = 0
    LName: str = ""
    FName: str = ""
    MiddleI: str = ""
    IsHidden: bool = False
    ClockStatus: str = ""
    PayrollID: str = ""
    WirelessPhone: str = ""
    EmailWork: str = ""
    EmailPersonal: str = ""
    IsFurloughed: bool = False
    ReportsTo: int = 0
    """The EmployeeNum of the supervisor."""


class _EmployeeBody(TypedDict, total=False):
    LName: str
    FName: str
    MiddleI: str
    IsHidden: bool
    PayrollID: str
    WirelessPhone: str
    EmailWork: str
    EmailPersonal: str
    IsFurloughed: bool
    ReportsTo: int
    """The EmployeeNum of the supervisor."""


class EmployeeFilters(TypedDict, total=False):
    """Filters of `list`."""

    ReportsTo: int
    """The EmployeeNum of the supervisor."""


class NewEmployee(_EmployeeBody, total=False):
    """Body of `create`."""


class EmployeeUpdate(_EmployeeBody, total=False):
    """Body of `update`."""


GET = Operation("GET", "/employees/{EmployeeNum}", Employee, since="23.3.22")
LIST = Operation("GET", "/employees", Employee, since="23.3.22", query=EmployeeFilters)
CREATE = Operation(
    "POST",
    "/employees",
    Employee,
    since="25.4",
    permission="Setup",
    body=NewEmployee,
    read_back=GET,
)
UPDATE = Operation(
    "PUT",
    "/employees/{EmployeeNum}",
    Employee,
    since="25.4",
    permission="Setup",
    body=EmployeeUpdate,
    read_back=GET,
)


class Employees(Resource):
    """The staff. They cannot be deleted. Read only before 25.4-26.1 (exact build unknown)."""

    async def get(self, EmployeeNum: int) -> Employee:
        """Read one employee. API: Employees GET (single), 23.3.22."""
        return await self._call(GET, EmployeeNum)

    def list(self, **filters: Unpack[EmployeeFilters]) -> Rows[Employee]:
        """List employees. API: Employees GET (multiple), 23.3.22."""
        return self._rows(LIST, query=filters)

    async def create(self, **body: Unpack[NewEmployee]) -> Employee:
        """Add an employee. No field is known to be required.

        Known from third parties only: try it on your server first.

        API: Employees POST, 25.4 to 26.1 (build unknown), permission Setup.
        """
        return await self._call(CREATE, body=body)

    async def update(self, EmployeeNum: int, **body: Unpack[EmployeeUpdate]) -> Employee:
        """Change the given fields; leave the rest.

        Known from third parties only: try it on your server first.

        API: Employees PUT, 25.4 to 26.1 (build unknown), permission Setup.
        """
        return await self._call(UPDATE, EmployeeNum, body=body)
