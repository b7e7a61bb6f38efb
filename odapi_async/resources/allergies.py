"""Allergies: the allergies of patients."""

from datetime import date, datetime
from types import NoneType
from typing import Annotated, Required, TypedDict, Unpack

from odapi_async._core.operation import Operation, Rule
from odapi_async._paging.rows import Rows
from odapi_async._wire import DateAndTimeFormats, DateLike, Since
from odapi_async.resources.base import Resource, Row


class Allergy(Row, frozen=True):
    """An allergy of a patient."""

    AllergyNum: int = 0
    AllergyDefNum: int = 0
    PatNum: int = 0
    defDescription: str = ""
    defSnomedType: str = ""
    Reaction: str = ""
    StatusIsActive: bool = False
    DateAdverseReaction: date | None = None
    DateTStamp: Annotated[datetime | None, Since("26.1.15")] = None
    """The last change; a list cannot be filtered by it."""


class AllergyFilters(DateAndTimeFormats, total=False):
    """Filters of `list`."""

    PatNum: int
    """Mandatory before 26.1.15."""


class NewAllergy(DateAndTimeFormats, total=False):
    """Body of `create`."""

    AllergyDefNum: int
    PatNum: Required[int]
    defDescription: str
    """The name of the allergy. Needed unless AllergyDefNum is given."""
    Reaction: str
    StatusIsActive: bool
    """Default: true."""
    DateAdverseReaction: DateLike


class AllergyUpdate(TypedDict, total=False):
    """Body of `update`."""

    Reaction: str
    DateAdverseReaction: DateLike
    StatusIsActive: bool


GET = Operation("GET", "/allergies/{AllergyNum}", Allergy, since="26.1.15")
LIST = Operation("GET", "/allergies", Allergy, since="21.1", query=AllergyFilters)
CREATE = Operation(
    "POST",
    "/allergies",
    Allergy,
    since="21.3",
    permission="AllOthers",
    body=NewAllergy,
    rules=(Rule("at_least_one", ("defDescription", "AllergyDefNum")),),
    read_back=LIST,
)
UPDATE = Operation(
    "PUT",
    "/allergies/{AllergyNum}",
    NoneType,
    since="22.1",
    permission="AllOthers",
    body=AllergyUpdate,
    read_back=GET,
)
DELETE = Operation(
    "DELETE", "/allergies/{AllergyNum}", NoneType, since="22.1", permission="AllOthers", read_back=GET
)


class Allergies(Resource):
    """The allergies of patients. Each refers to a definition (see `allergy_defs`)."""

    async def get(self, AllergyNum: int, **formats: Unpack[DateAndTimeFormats]) -> Allergy:
        """Read one allergy. API: Allergies GET (single), 26.1.15."""
        return await self._call(GET, AllergyNum, query=formats)

    def list(self, **filters: Unpack[AllergyFilters]) -> Rows[Allergy]:
        """List allergies. API: Allergies GET, 21.1."""
        return self._rows(LIST, query=filters)

    async def create(self, **body: Unpack[NewAllergy]) -> Allergy:
        """Add an allergy to a patient.

        Pass either AllergyDefNum or defDescription, which creates the definition if it does not exist.

        API: Allergies POST, 21.3, permission AllOthers.
        """
        return await self._call(CREATE, body=body)

    async def update(self, AllergyNum: int, **body: Unpack[AllergyUpdate]) -> None:
        """Change the given fields; leave the rest. API: Allergies PUT, 22.1, permission AllOthers."""
        await self._call(UPDATE, AllergyNum, body=body)

    async def delete(self, AllergyNum: int) -> None:
        """Delete an allergy. API: Allergies DELETE, 22.1, permission AllOthers."""
        await self._call(DELETE, AllergyNum)
