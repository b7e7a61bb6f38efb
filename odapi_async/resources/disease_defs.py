"""DiseaseDefs: the problems that the office can choose from."""

from datetime import datetime
from types import NoneType
from typing import Required, TypedDict, Unpack

from odapi_async._core.operation import Operation
from odapi_async._paging.rows import Rows
from odapi_async._wire import DateTimeFormats
from odapi_async.resources.base import Resource, Row


class DiseaseDef(Row, frozen=True):
    """A problem that the office can record for its patients."""

    DiseaseDefNum: int = 0
    DiseaseName: str = ""
    IsHidden: bool = False
    DateTStamp: datetime | None = None
    ICD9Code: str = ""
    ICD10Code: str = ""
    SnomedCode: str = ""


class NewDiseaseDef(TypedDict, total=False):
    """Body of `create`."""

    DiseaseName: Required[str]
    """Must be unique."""


GET = Operation("GET", "/diseasedefs/{DiseaseDefNum}", DiseaseDef, since="24.1.44")
LIST = Operation("GET", "/diseasedefs", DiseaseDef, since="21.3")
CREATE = Operation(
    "POST", "/diseasedefs", NoneType, since="21.3", permission="Setup", body=NewDiseaseDef, read_back=LIST
)


class DiseaseDefs(Resource):
    """The problem list of the office. Definitions can be added, not changed or deleted."""

    async def get(self, DiseaseDefNum: int, **formats: Unpack[DateTimeFormats]) -> DiseaseDef:
        """Read one definition of a problem. API: DiseaseDefs GET (single), 24.1.44."""
        return await self._call(GET, DiseaseDefNum, query=formats)

    def list(self, **formats: Unpack[DateTimeFormats]) -> Rows[DiseaseDef]:
        """List the definitions of problems. API: DiseaseDefs GET (multiple), 21.3."""
        return self._rows(LIST, query=formats)

    async def create(self, **body: Unpack[NewDiseaseDef]) -> None:
        """Add a definition of a problem. API: DiseaseDefs POST, 21.3, permission Setup."""
        await self._call(CREATE, body=body)
