"""LabTurnarounds: turnaround times of laboratories, by kind of work."""

from typing import Required, TypedDict, Unpack

from odapi_async._core.operation import Operation
from odapi_async._paging.rows import Rows
from odapi_async.resources.base import Resource, Row


class LabTurnaround(Row, frozen=True):
    """The days that a laboratory needs for one kind of work."""

    LabTurnaroundNum: int = 0
    LaboratoryNum: int = 0
    Description: str = ""
    DaysPublished: int = 0
    DaysActual: int = 0


class LabTurnaroundFilters(TypedDict, total=False):
    """Filters of `list`."""

    LaboratoryNum: int


class NewLabTurnaround(TypedDict, total=False):
    """Body of `create`."""

    LaboratoryNum: Required[int]
    Description: Required[str]
    DaysActual: Required[int]
    DaysPublished: int


class LabTurnaroundUpdate(TypedDict, total=False):
    """Body of `update`."""

    Description: str
    DaysPublished: int
    DaysActual: int


GET = Operation("GET", "/labturnarounds/{LabTurnaroundNum}", LabTurnaround, since="24.2.29")
LIST = Operation("GET", "/labturnarounds", LabTurnaround, since="24.2.29", query=LabTurnaroundFilters)
CREATE = Operation(
    "POST",
    "/labturnarounds",
    LabTurnaround,
    since="24.4.13",
    permission="AllOthers",
    body=NewLabTurnaround,
    read_back=GET,
)
UPDATE = Operation(
    "PUT",
    "/labturnarounds/{LabTurnaroundNum}",
    LabTurnaround,
    since="24.4.13",
    permission="AllOthers",
    body=LabTurnaroundUpdate,
    read_back=GET,
)


class LabTurnarounds(Resource):
    """Turnaround times of laboratories, in days. They cannot be deleted."""

    async def get(self, LabTurnaroundNum: int) -> LabTurnaround:
        """Read one turnaround time. API: LabTurnarounds GET (single), 24.2.29."""
        return await self._call(GET, LabTurnaroundNum)

    def list(self, **filters: Unpack[LabTurnaroundFilters]) -> Rows[LabTurnaround]:
        """List turnaround times. API: LabTurnarounds GET (multiple), 24.2.29."""
        return self._rows(LIST, query=filters)

    async def create(self, **body: Unpack[NewLabTurnaround]) -> LabTurnaround:
        """Add a turnaround time. API: LabTurnarounds POST (create), 24.4.13, permission AllOthers."""
        return await self._call(CREATE, body=body)

    async def update(self, LabTurnaroundNum: int, **body: Unpack[LabTurnaroundUpdate]) -> LabTurnaround:
        """Change the given fields; leave the rest.

        API: LabTurnarounds PUT (update), 24.4.13, permission AllOthers.
        """
        return await self._call(UPDATE, LabTurnaroundNum, body=body)
