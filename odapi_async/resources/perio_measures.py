"""PerioMeasures: measurements at each tooth in a periodontal exam."""

from datetime import datetime
from types import NoneType
from typing import Annotated, Required, Unpack

from odapi_async._core.operation import Operation
from odapi_async._paging.rows import Rows
from odapi_async._wire import NONE_IS_MINUS_ONE, Between, DateTimeFormats
from odapi_async.enums import perio_measures as enums
from odapi_async.resources.base import Resource, Row


class PerioMeasure(Row, frozen=True):
    """One kind of measurement at one tooth."""

    PerioMeasureNum: int = 0
    PerioExamNum: int = 0
    SequenceType: str = ""
    IntTooth: int = 0
    """1 to 32."""
    ToothValue: Annotated[int | None, NONE_IS_MINUS_ONE] = None
    MBvalue: Annotated[int | None, NONE_IS_MINUS_ONE] = None
    """Mesiobuccal; in the other names D is distal and L lingual."""
    Bvalue: Annotated[int | None, NONE_IS_MINUS_ONE] = None
    DBvalue: Annotated[int | None, NONE_IS_MINUS_ONE] = None
    MLvalue: Annotated[int | None, NONE_IS_MINUS_ONE] = None
    Lvalue: Annotated[int | None, NONE_IS_MINUS_ONE] = None
    DLvalue: Annotated[int | None, NONE_IS_MINUS_ONE] = None
    SecDateTEdit: datetime | None = None


class _PerioMeasureBody(DateTimeFormats, total=False):
    ToothValue: Annotated[int | None, NONE_IS_MINUS_ONE]
    MBvalue: Annotated[int | None, NONE_IS_MINUS_ONE]
    Bvalue: Annotated[int | None, NONE_IS_MINUS_ONE]
    DBvalue: Annotated[int | None, NONE_IS_MINUS_ONE]
    MLvalue: Annotated[int | None, NONE_IS_MINUS_ONE]
    Lvalue: Annotated[int | None, NONE_IS_MINUS_ONE]
    DLvalue: Annotated[int | None, NONE_IS_MINUS_ONE]


class PerioMeasureFilters(DateTimeFormats, total=False):
    """Filters of `list`."""

    PerioExamNum: int


class NewPerioMeasure(_PerioMeasureBody, total=False):
    """Body of `create`."""

    PerioExamNum: Required[int]
    SequenceType: Required[enums.SequenceType | str]
    IntTooth: Required[Annotated[int, Between(1, 32)]]
    """1 to 32."""


class PerioMeasureUpdate(_PerioMeasureBody, total=False):
    """Body of `update`."""


LIST = Operation("GET", "/periomeasures", PerioMeasure, since="22.4.32", query=PerioMeasureFilters)
CREATE = Operation(
    "POST", "/periomeasures", PerioMeasure, since="22.4.37", permission="AllOthers", body=NewPerioMeasure
)
UPDATE = Operation(
    "PUT",
    "/periomeasures/{PerioMeasureNum}",
    PerioMeasure,
    since="22.4.37",
    permission="AllOthers",
    body=PerioMeasureUpdate,
)
DELETE = Operation(
    "DELETE", "/periomeasures/{PerioMeasureNum}", NoneType, since="23.3.27", permission="AllOthers"
)


class PerioMeasures(Resource):
    """Measurements of periodontal exams: one for each tooth, SequenceType and exam.

    None means not measured. SequenceType determines the allowed values: ToothValue is 0 to 19 for Mobility,
    which has no surfaces, and 1 for SkipTooth. The surfaces are 0 to 19 for Furcation, MGJ and Probing, 0 to
    19 or 101 to 119 for GingMargin, and 0 to 15 for BleedSupPlaqCalc. A value above 100 is negative: 105
    means -5.

    BleedSupPlaqCalc (Bleeding before 24.1) is a sum of bleeding 1, suppuration 2, plaque 4 and calculus 8.
    MGJ has no lingual values at teeth 1 to 16. CAL is not stored.
    """

    def list(self, **filters: Unpack[PerioMeasureFilters]) -> Rows[PerioMeasure]:
        """List measures. API: PerioMeasures GET, 22.4.32."""
        return self._rows(LIST, query=filters)

    async def create(self, **body: Unpack[NewPerioMeasure]) -> PerioMeasure:
        """Add a measure. If the SequenceType has surfaces, pass at least one.

        API: PerioMeasures POST (create), 22.4.37, permission AllOthers.
        """
        return await self._call(CREATE, body=body)

    async def update(self, PerioMeasureNum: int, **body: Unpack[PerioMeasureUpdate]) -> PerioMeasure:
        """Change the given fields; leave the rest.

        API: PerioMeasures PUT (update), 22.4.37, permission AllOthers.
        """
        return await self._call(UPDATE, PerioMeasureNum, body=body)

    async def delete(self, PerioMeasureNum: int) -> None:
        """Delete a measure; only Mobility and SkipTooth can be deleted.

        API: PerioMeasures DELETE, 23.3.27, permission AllOthers.
        """
        await self._call(DELETE, PerioMeasureNum)
