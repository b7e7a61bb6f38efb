"""Employers: the employers of patients and of insurance plans."""

from types import NoneType
from typing import Required, TypedDict, Unpack

from odapi_async._core.operation import Operation
from odapi_async._paging.rows import Rows
from odapi_async.resources.base import Resource, Row


class Employer(Row, frozen=True):
    """An employer."""

    EmployerNum: int = 0
    EmpName: str = ""


class NewEmployer(TypedDict, total=False):
    """Body of `create`."""

    EmpName: Required[str]


class EmployerUpdate(TypedDict, total=False):
    """Body of `update`."""

    EmpName: Required[str]


GET = Operation("GET", "/employers/{EmployerNum}", Employer, since="23.3.22")
LIST = Operation("GET", "/employers", Employer, since="23.3.22")
CREATE = Operation(
    "POST", "/employers", Employer, since="21.4", permission="AllOthers", body=NewEmployer, read_back=GET
)
UPDATE = Operation(
    "PUT",
    "/employers/{EmployerNum}",
    Employer,
    since="21.4",
    permission="AllOthers",
    body=EmployerUpdate,
    read_back=GET,
)
DELETE = Operation(
    "DELETE", "/employers/{EmployerNum}", NoneType, since="23.3.22", permission="AllOthers", read_back=GET
)


class Employers(Resource):
    """Employers of patients and of insurance plans."""

    async def get(self, EmployerNum: int) -> Employer:
        """Read one employer. API: Employers GET (single), 23.3.22."""
        return await self._call(GET, EmployerNum)

    def list(self) -> Rows[Employer]:
        """List all employers. API: Employers GET (multiple), 23.3.22."""
        return self._rows(LIST)

    async def create(self, **body: Unpack[NewEmployer]) -> Employer:
        """Add an employer. API: Employers POST (create), 21.4, permission AllOthers."""
        return await self._call(CREATE, body=body)

    async def update(self, EmployerNum: int, **body: Unpack[EmployerUpdate]) -> Employer:
        """Rename an employer. API: Employers PUT (update), 21.4, permission AllOthers."""
        return await self._call(UPDATE, EmployerNum, body=body)

    async def delete(self, EmployerNum: int) -> None:
        """Delete an employer; refused if a patient or a plan uses it.

        API: Employers DELETE, 23.3.22, permission AllOthers.
        """
        await self._call(DELETE, EmployerNum)
