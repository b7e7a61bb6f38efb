"""PerioMeasures: DOC."""

from datetime import datetime
from types import NoneType
from typing import Required, TypedDict, Unpack

from odapi_async.enums import perio_measures as enums
from odapi_async.operation import Operation
from odapi_async.resources.base import Resource, Row
from odapi_async.rows import Rows


class PerioMeasure(Row, frozen=True):
    """DOC PerioMeasure."""

    PerioMeasureNum: int = 0
    PerioExamNum: int = 0
    SequenceType: str = ""
    IntTooth: int = 0
    ToothValue: int = 0
    MBvalue: int = 0
    Bvalue: int = 0
    DBvalue: int = 0
    MLvalue: int = 0
    Lvalue: int = 0
    DLvalue: int = 0
    SecDateTEdit: datetime | None = None


class _PerioMeasureBody(TypedDict, total=False):
    ToothValue: int
    MBvalue: int
    Bvalue: int
    DBvalue: int
    MLvalue: int
    Lvalue: int
    DLvalue: int


class PerioMeasureFilters(TypedDict, total=False):
    """Filters of `list`."""

    PerioExamNum: int


class NewPerioMeasure(_PerioMeasureBody, total=False):
    """Body of `create`."""

    PerioExamNum: Required[int]
    SequenceType: Required[enums.SequenceType | str]
    IntTooth: Required[int]
    """1-32."""


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
    """PerioMeasures. -1 = not measured; a surface value above 100 is negative (105 means -5). Allowed values
    depend on SequenceType: Mobility ToothValue 0-19 and no surface values; Furcation, MGJ and Probing
    surfaces -1 or 0-19; GingMargin surfaces -1, 0-19 or 101-119; SkipTooth ToothValue 1; BleedSupPlaqCalc
    surfaces 0-15. MGJ on teeth 1-16 has no lingual values. BleedSupPlaqCalc is a bit sum: bleeding 1,
    suppuration 2, plaque 4, calculus 8 (named Bleeding before 24.1). CAL is never stored.
    """

    def list(self, **filters: Unpack[PerioMeasureFilters]) -> Rows[PerioMeasure]:
        """List perio measure rows. API: PerioMeasures GET, 22.4.32."""
        return self._rows(LIST, query=filters)

    async def create(self, **body: Unpack[NewPerioMeasure]) -> PerioMeasure:
        """Add one perio measure.

        One measure of a SequenceType for each tooth and exam; where surfaces apply, give at least one.

        API: PerioMeasures POST (create), 22.4.37, permission AllOthers.
        """
        return await self._call(CREATE, body=body)

    async def update(self, PerioMeasureNum: int, **body: Unpack[PerioMeasureUpdate]) -> PerioMeasure:
        """Change what is given and leave the rest.

        API: PerioMeasures PUT (update), 22.4.37, permission AllOthers.
        """
        return await self._call(UPDATE, PerioMeasureNum, body=body)

    async def delete(self, PerioMeasureNum: int) -> None:
        """Delete one perio measure.

        Only Mobility and SkipTooth rows.

        API: PerioMeasures DELETE, 23.3.27, permission AllOthers.
        """
        await self._call(DELETE, PerioMeasureNum)
