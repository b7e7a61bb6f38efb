"""Operatories: the treatment rooms and chairs, the columns of the schedule."""

from typing import TypedDict, Unpack

from odapi_async._core.operation import Operation
from odapi_async._paging.rows import Rows
from odapi_async.resources.base import Resource, Row


class Operatory(Row, frozen=True):
    """An operatory: a treatment room or chair."""

    OperatoryNum: int = 0
    OpName: str = ""
    Abbrev: str = ""
    ItemOrder: int = 0
    IsHidden: bool = False
    ProvDentist: int = 0
    """A ProvNum."""
    ProvHygienist: int = 0
    """A ProvNum."""
    IsHygiene: bool = False
    ClinicNum: int = 0
    SetProspective: bool = False
    IsWebSched: bool = False
    OperatoryType: int = 0
    """A DefNum; `operatoryType` is its text."""
    operatoryType: str = ""


class OperatoryFilters(TypedDict, total=False):
    """Filters of `list`."""

    ClinicNum: int


GET = Operation("GET", "/operatories/{OperatoryNum}", Operatory, since="24.1.10")
LIST = Operation("GET", "/operatories", Operatory, since="21.1", query=OperatoryFilters)


class Operatories(Resource):
    """Operatories. Read only."""

    async def get(self, OperatoryNum: int) -> Operatory:
        """Read one operatory. API: Operatories GET (single), 24.1.10."""
        return await self._call(GET, OperatoryNum)

    def list(self, **filters: Unpack[OperatoryFilters]) -> Rows[Operatory]:
        """List operatories. API: Operatories GET (multiple), 21.1."""
        return self._rows(LIST, query=filters)
