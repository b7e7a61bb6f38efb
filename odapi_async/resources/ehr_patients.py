"""EhrPatients: additional data about patients, for health records."""

from datetime import date
from typing import Annotated, Unpack

from odapi_async._core.operation import Operation
from odapi_async._wire import DateFormats, DateLike, Since
from odapi_async.resources.base import Resource, Row


class EhrPatient(Row, frozen=True):
    """Additional data about a patient, for electronic health records."""

    PatNum: int = 0
    MotherMaidenFname: str = ""
    MotherMaidenLname: str = ""
    VacShareOk: str = ""
    MedicaidState: str = ""
    SexualOrientation: str = ""
    GenderIdentity: str = ""
    SexualOrientationNote: str = ""
    GenderIdentityNote: str = ""
    DischargeDate: date | None = None


class EhrPatientUpdate(DateFormats, total=False):
    """Body of `update`."""

    DischargeDate: DateLike
    MedicaidState: Annotated[str, Since("24.4.13")]


GET = Operation("GET", "/ehrpatients/{PatNum}", EhrPatient, since="24.1.15")
UPDATE = Operation(
    "PUT",
    "/ehrpatients/{PatNum}",
    EhrPatient,
    since="24.1.15",
    permission="AllOthers",
    body=EhrPatientUpdate,
    read_back=GET,
)


class EhrPatients(Resource):
    """Additional data about patients: one row for each, whose id is the PatNum."""

    async def get(self, PatNum: int, **formats: Unpack[DateFormats]) -> EhrPatient:
        """Read the additional data about a patient. API: EhrPatients GET, 24.1.15."""
        return await self._call(GET, PatNum, query=formats)

    async def update(self, PatNum: int, **body: Unpack[EhrPatientUpdate]) -> EhrPatient:
        """Change the given fields; leave the rest.

        API: EhrPatients PUT (update), 24.1.15, permission AllOthers.
        """
        return await self._call(UPDATE, PatNum, body=body)
