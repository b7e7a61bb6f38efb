"""PatientRaces: races and ethnicities of patients, for public health reports."""

from typing import Required, TypedDict, Unpack

from odapi_async._core.operation import Operation
from odapi_async._paging.rows import Rows
from odapi_async.resources.base import Resource, Row


class PatientRace(Row, frozen=True):
    """A race or an ethnicity of a patient."""

    PatientRaceNum: int = 0
    PatNum: int = 0
    CdcrecCode: str = ""
    """The code in the CDC's code set for race and ethnicity."""
    descripition: str = ""
    """Misspelled in the API."""
    isEthnicity: bool = False
    """Whether it is an ethnicity, not a race."""
    heirarchicalCode: str = ""
    """Misspelled in the API."""


class PatientRaceFilters(TypedDict, total=False):
    """Filters of `list`."""

    PatNum: Required[int]


LIST = Operation("GET", "/patientraces", PatientRace, since="22.3.12", query=PatientRaceFilters)


class PatientRaces(Resource):
    """Races and ethnicities of patients. Read only.

    The office needs the public health feature.
    """

    def list(self, **filters: Unpack[PatientRaceFilters]) -> Rows[PatientRace]:
        """List the races and ethnicities of one patient. API: PatientRaces GET, 22.3.12."""
        return self._rows(LIST, query=filters)
