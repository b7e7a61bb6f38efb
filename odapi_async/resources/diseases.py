"""Diseases: the medical problems of patients."""

from datetime import date
from types import NoneType
from typing import Required, Unpack

from odapi_async._core.operation import Operation, Rule
from odapi_async._paging.rows import Rows
from odapi_async._wire import DateFormats, DateLike
from odapi_async.enums import diseases as enums
from odapi_async.resources.base import Resource, Row


class Disease(Row, frozen=True):
    """A medical problem of a patient."""

    DiseaseNum: int = 0
    PatNum: int = 0
    DiseaseDefNum: int = 0
    diseaseDefName: str = ""
    PatNote: str = ""
    ProbStatus: str = ""
    DateStart: date | None = None
    DateStop: date | None = None


class _DiseaseBody(DateFormats, total=False):
    DateStart: DateLike
    DateStop: DateLike
    ProbStatus: enums.ProbStatus | str
    PatNote: str


class DiseaseFilters(DateFormats, total=False):
    """Filters of `list`."""

    PatNum: int
    """Mandatory before 24.2.5."""


class NewDisease(_DiseaseBody, total=False):
    """Body of `create`."""

    PatNum: Required[int]
    DiseaseDefNum: int
    diseaseDefName: str
    """The name of the problem. Needed unless DiseaseDefNum is given."""


class DiseaseUpdate(_DiseaseBody, total=False):
    """Body of `update`."""


GET = Operation("GET", "/diseases/{DiseaseNum}", Disease, since="24.2.5")
LIST = Operation("GET", "/diseases", Disease, since="21.3", query=DiseaseFilters)
CREATE = Operation(
    "POST",
    "/diseases",
    Disease,
    since="21.3",
    permission="AllOthers",
    body=NewDisease,
    rules=(Rule("at_least_one", ("diseaseDefName", "DiseaseDefNum")),),
    read_back=GET,
)
UPDATE = Operation(
    "PUT",
    "/diseases/{DiseaseNum}",
    Disease,
    since="22.1",
    permission="AllOthers",
    body=DiseaseUpdate,
    read_back=GET,
)
DELETE = Operation(
    "DELETE", "/diseases/{DiseaseNum}", NoneType, since="22.1", permission="AllOthers", read_back=GET
)


class Diseases(Resource):
    """Medical problems of patients. Each refers to a definition (see `disease_defs`)."""

    async def get(self, DiseaseNum: int, **formats: Unpack[DateFormats]) -> Disease:
        """Read one problem. API: Diseases GET (single), 24.2.5."""
        return await self._call(GET, DiseaseNum, query=formats)

    def list(self, **filters: Unpack[DiseaseFilters]) -> Rows[Disease]:
        """List problems. API: Diseases GET (multiple), 21.3."""
        return self._rows(LIST, query=filters)

    async def create(self, **body: Unpack[NewDisease]) -> Disease:
        """Add a problem of a patient.

        Pass either DiseaseDefNum or diseaseDefName, which creates the definition if it does not exist.

        API: Diseases POST, 21.3, permission AllOthers.
        """
        return await self._call(CREATE, body=body)

    async def update(self, DiseaseNum: int, **body: Unpack[DiseaseUpdate]) -> Disease:
        """Change the given fields; leave the rest. API: Diseases PUT, 22.1, permission AllOthers."""
        return await self._call(UPDATE, DiseaseNum, body=body)

    async def delete(self, DiseaseNum: int) -> None:
        """Delete a problem. API: Diseases DELETE, 22.1, permission AllOthers."""
        await self._call(DELETE, DiseaseNum)
