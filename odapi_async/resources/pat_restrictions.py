"""PatRestrictions: patients who must not be scheduled."""

from types import NoneType
from typing import Annotated, Required, TypedDict, Unpack

from odapi_async._core.operation import Operation
from odapi_async._paging.rows import Rows
from odapi_async._wire import Since
from odapi_async.enums import pat_restrictions as enums
from odapi_async.resources.base import Resource, Row


class PatRestriction(Row, frozen=True):
    """A restriction of a patient; ApptSchedule means that no appointments may be made."""

    PatRestrictionNum: Annotated[int, Since("25.4.28")] = 0
    PatNum: Annotated[int, Since("25.4.28")] = 0
    PatRestrictType: Annotated[str, Since("25.4.28")] = ""


class PatRestrictionFilters(TypedDict, total=False):
    """Filters of `list`."""

    PatNum: int


class NewPatRestriction(TypedDict, total=False):
    """Body of `create`."""

    PatNum: Required[int]
    PatRestrictType: Required[enums.PatRestrictType | str]


GET = Operation("GET", "/patrestrictions/{PatRestrictionNum}", PatRestriction, since="25.4.28")
LIST = Operation("GET", "/patrestrictions", PatRestriction, since="25.4.28", query=PatRestrictionFilters)
CREATE = Operation(
    "POST",
    "/patrestrictions",
    PatRestriction,
    since="25.4.28",
    permission="Patients",
    body=NewPatRestriction,
    read_back=GET,
)
DELETE = Operation(
    "DELETE",
    "/patrestrictions/{PatRestrictionNum}",
    NoneType,
    since="25.4.28",
    permission="Patients",
    read_back=GET,
)


class PatRestrictions(Resource):
    """Restrictions of patients who must not be scheduled. They cannot be changed, only deleted."""

    async def get(self, PatRestrictionNum: int) -> PatRestriction:
        """Read one restriction. API: PatRestrictions GET (single), 25.4.28."""
        return await self._call(GET, PatRestrictionNum)

    def list(self, **filters: Unpack[PatRestrictionFilters]) -> Rows[PatRestriction]:
        """List restrictions. API: PatRestrictions GET (multiple), 25.4.28."""
        return self._rows(LIST, query=filters)

    async def create(self, **body: Unpack[NewPatRestriction]) -> PatRestriction:
        """Restrict a patient. API: PatRestrictions POST, 25.4.28, permission Patients."""
        return await self._call(CREATE, body=body)

    async def delete(self, PatRestrictionNum: int) -> None:
        """Delete a restriction. API: PatRestrictions DELETE, 25.4.28, permission Patients."""
        await self._call(DELETE, PatRestrictionNum)
