"""TreatPlanAttaches: procedures on active and inactive treatment plans."""

from typing import Required, TypedDict, Unpack

from odapi_async._core.operation import Operation
from odapi_async._paging.rows import Rows
from odapi_async.resources.base import Resource, Row


class TreatPlanAttach(Row, frozen=True):
    """One procedure on one treatment plan."""

    TreatPlanAttachNum: int = 0
    TreatPlanNum: int = 0
    ProcNum: int = 0
    Priority: int = 0
    """A definition of category 20, 0 for none; `priority` is its text."""
    priority: str = ""


class TreatPlanAttachFilters(TypedDict, total=False):
    """Filters of `list`."""

    TreatPlanNum: Required[int]


class NewTreatPlanAttach(TypedDict, total=False):
    """Body of `create`."""

    TreatPlanNum: Required[int]
    ProcNum: Required[int]
    Priority: int
    """A definition of category 20; 0 for none."""


class TreatPlanAttachUpdate(TypedDict, total=False):
    """Body of `update`."""

    Priority: int
    """A definition of category 20; 0 for none."""


LIST = Operation("GET", "/treatplanattaches", TreatPlanAttach, since="22.4.16", query=TreatPlanAttachFilters)
CREATE = Operation(
    "POST",
    "/treatplanattaches",
    TreatPlanAttach,
    since="23.2.17",
    permission="AllOthers",
    body=NewTreatPlanAttach,
)
UPDATE = Operation(
    "PUT",
    "/treatplanattaches/{TreatPlanAttachNum}",
    TreatPlanAttach,
    since="23.2.17",
    permission="AllOthers",
    body=TreatPlanAttachUpdate,
)


class TreatPlanAttaches(Resource):
    """Procedures on active and inactive treatment plans; those of saved plans are in ProcTPs.

    They cannot be removed here.
    """

    def list(self, **filters: Unpack[TreatPlanAttachFilters]) -> Rows[TreatPlanAttach]:
        """List the procedures of one treatment plan. API: TreatPlanAttaches GET, 22.4.16."""
        return self._rows(LIST, query=filters)

    async def create(self, **body: Unpack[NewTreatPlanAttach]) -> TreatPlanAttach:
        """Put a procedure on a treatment plan. API: TreatPlanAttaches POST, 23.2.17, permission AllOthers."""
        return await self._call(CREATE, body=body)

    async def update(self, TreatPlanAttachNum: int, **body: Unpack[TreatPlanAttachUpdate]) -> TreatPlanAttach:
        """Change the given fields; leave the rest.

        API: TreatPlanAttaches PUT, 23.2.17, permission AllOthers.
        """
        return await self._call(UPDATE, TreatPlanAttachNum, body=body)
