"""PerioExams: periodontal exams, which contain perio measures."""

from datetime import date, datetime
from types import NoneType
from typing import Annotated, Required, Unpack

from odapi_async._core.operation import Operation
from odapi_async._paging.rows import Rows
from odapi_async._wire import DateAndTimeFormats, DateLike, Since
from odapi_async.resources.base import Resource, Row


class PerioExam(Row, frozen=True):
    """A periodontal exam; its measurements are in `PerioMeasures`."""

    PerioExamNum: int = 0
    PatNum: int = 0
    ExamDate: date | None = None
    ProvNum: int = 0
    DateTMeasureEdit: datetime | None = None
    Note: str = ""


class PerioExamFilters(DateAndTimeFormats, total=False):
    """Filters of `list`."""

    PatNum: int
    ExamDate: DateLike
    """On this day or later."""


class NewPerioExam(DateAndTimeFormats, total=False):
    """Body of `create`."""

    PatNum: Required[int]
    UpperFacial: str
    """Teeth 1 to 16."""
    UpperLingual: str
    """Teeth 1 to 16."""
    LowerLingual: str
    """Teeth 17 to 32."""
    LowerFacial: str
    """Teeth 17 to 32."""
    ExamDate: Annotated[DateLike, Since("23.3.27")]
    """Default: today."""
    ProvNum: Annotated[int, Since("23.3.27")]
    """Default: the patient's primary provider."""
    Note: Annotated[str, Since("23.3.27")]


class PerioExamUpdate(DateAndTimeFormats, total=False):
    """Body of `update`."""

    ExamDate: DateLike
    ProvNum: int
    Note: str
    """Replaces the stored text."""


GET = Operation("GET", "/perioexams/{PerioExamNum}", PerioExam, since="22.4.36")
LIST = Operation("GET", "/perioexams", PerioExam, since="22.4.36", query=PerioExamFilters)
CREATE = Operation(
    "POST",
    "/perioexams",
    PerioExam,
    since="23.1.20",
    permission="AllOthers",
    body=NewPerioExam,
    read_back=GET,
)
UPDATE = Operation(
    "PUT",
    "/perioexams/{PerioExamNum}",
    PerioExam,
    since="23.3.27",
    permission="AllOthers",
    body=PerioExamUpdate,
    read_back=GET,
)
DELETE = Operation(
    "DELETE", "/perioexams/{PerioExamNum}", NoneType, since="23.3.27", permission="AllOthers", read_back=GET
)


class PerioExams(Resource):
    """Periodontal exams. They are added with their measures, and deleted with them."""

    async def get(self, PerioExamNum: int, **formats: Unpack[DateAndTimeFormats]) -> PerioExam:
        """Read one exam. API: PerioExams GET (single), 22.4.36."""
        return await self._call(GET, PerioExamNum, query=formats)

    def list(self, **filters: Unpack[PerioExamFilters]) -> Rows[PerioExam]:
        """List exams. API: PerioExams GET (multiple), 22.4.36."""
        return self._rows(LIST, query=filters)

    async def create(self, **body: Unpack[NewPerioExam]) -> PerioExam:
        """Add an exam, and its measures from rows of probing depths.

        Each of the four texts lists digits from the right side of the mouth to the left. A letter after a
        digit flags bleeding (b), suppuration (s), plaque (p) or calculus (c). Other characters and surplus
        ones are ignored.

        API: PerioExams POST, 23.1.20, permission AllOthers.
        """
        return await self._call(CREATE, body=body)

    async def update(self, PerioExamNum: int, **body: Unpack[PerioExamUpdate]) -> PerioExam:
        """Change the given fields; leave the rest.

        API: PerioExams PUT (update), 23.3.27, permission AllOthers.
        """
        return await self._call(UPDATE, PerioExamNum, body=body)

    async def delete(self, PerioExamNum: int) -> None:
        """Delete an exam and its measures. API: PerioExams DELETE, 23.3.27, permission AllOthers."""
        await self._call(DELETE, PerioExamNum)
