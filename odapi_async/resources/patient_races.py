"""PatientRaces: DOC."""

from typing import Required, TypedDict, Unpack

from odapi_async.operation import Operation
from odapi_async.resources.base import Resource, Row
from odapi_async.rows import Rows


class PatientRace(Row, frozen=True):
    """DOC PatientRace."""

    PatientRaceNum: int = 0
    PatNum: int = 0
    CdcrecCode: str = ""
    descripition: str = ""
    """Misspelt on the wire."""
    isEthnicity: bool = False
    heirarchicalCode: str = ""
    """Misspelt on the wire."""


class PatientRaceFilters(TypedDict, total=False):
    """Filters of `list`."""

    PatNum: Required[int]


LIST = Operation("GET", "/patientraces", PatientRace, since="22.3.12", query=PatientRaceFilters)


class PatientRaces(Resource):
    """PatientRaces. Read only; needs the office's public health feature. Two field names are misspelt on the
    wire: descripition, heirarchicalCode.
    """

    def list(self, **filters: Unpack[PatientRaceFilters]) -> Rows[PatientRace]:
        """List patient race rows.

        The reference prints "401 NotFound" for an unknown patient; expect 404 in practice.

        API: PatientRaces GET, 22.3.12.
        """
        return self._rows(LIST, query=filters)
