"""Allergies: DOC."""

from datetime import date, datetime
from types import NoneType
from typing import Annotated, Required, TypedDict, Unpack

from odapi_async.operation import Operation, Rule
from odapi_async.resources.base import Resource, Row
from odapi_async.rows import Rows
from odapi_async.wire import DateLike, Since


class Allergy(Row, frozen=True):
    """DOC Allergy."""

    AllergyNum: int = 0
    AllergyDefNum: int = 0
    PatNum: int = 0
    defDescription: str = ""
    defSnomedType: str = ""
    Reaction: str = ""
    StatusIsActive: bool = False
    DateAdverseReaction: date | None = None
    DateTStamp: Annotated[datetime | None, Since("26.1.15")] = None
    """Last change; no filter by it is shown."""


class AllergyFilters(TypedDict, total=False):
    """Filters of `list`."""

    PatNum: int
    """Mandatory before 26.1.15."""


class NewAllergy(TypedDict, total=False):
    """Body of `create`."""

    AllergyDefNum: int
    """Seldom used."""
    PatNum: Required[int]
    defDescription: str
    """Needed unless AllergyDefNum is given."""
    Reaction: str
    StatusIsActive: bool
    """Default: true."""
    DateAdverseReaction: DateLike
    """Default: 0001-01-01."""


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
)
UPDATE = Operation(
    "PUT", "/allergies/{AllergyNum}", NoneType, since="22.1", permission="AllOthers", body=AllergyUpdate
)
DELETE = Operation("DELETE", "/allergies/{AllergyNum}", NoneType, since="22.1", permission="AllOthers")


class Allergies(Resource):
    """Allergies. Links a patient to an allergy definition; naming the allergy by defDescription creates the
    definition when it is missing.
    """

    async def get(self, AllergyNum: int) -> Allergy:
        """Read one allergy. API: Allergies GET (single), 26.1.15."""
        return await self._call(GET, AllergyNum)

    def list(self, **filters: Unpack[AllergyFilters]) -> Rows[Allergy]:
        """List allergy rows. API: Allergies GET, 21.1."""
        return self._rows(LIST, query=filters)

    async def create(self, **body: Unpack[NewAllergy]) -> Allergy:
        """Add one allergy.

        DefDescription is the usual way; it inserts the definition when needed. Before 26.1.15 (build
        inferred) the reply had no body. Give at least one of defDescription and AllergyDefNum.

        API: Allergies POST, 21.3, permission AllOthers.
        """
        return await self._call(CREATE, body=body)

    async def update(self, AllergyNum: int, **body: Unpack[AllergyUpdate]) -> None:
        """Change what is given and leave the rest. API: Allergies PUT, 22.1, permission AllOthers."""
        await self._call(UPDATE, AllergyNum, body=body)

    async def delete(self, AllergyNum: int) -> None:
        """Delete one allergy. API: Allergies DELETE, 22.1, permission AllOthers."""
        await self._call(DELETE, AllergyNum)
