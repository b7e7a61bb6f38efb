"""PatientNotes: notes about patients, and their emergency contacts."""

from datetime import datetime
from typing import Annotated, Unpack

from odapi_async._core.operation import Operation
from odapi_async._paging.rows import Rows
from odapi_async._wire import DateTimeFormats, Since
from odapi_async.resources.base import Resource, Row


class PatientNote(Row, frozen=True):
    """The notes of one patient."""

    PatNum: Annotated[int, Since("25.2.14")] = 0
    """0 from servers before 25.2.14, which do not send it."""
    FamFinancial: Annotated[str, Since("25.2.14")] = ""
    """One for each family, kept with the guarantor."""
    Medical: str = ""
    ICEName: str = ""
    """The emergency contact."""
    ICEPhone: str = ""
    Service: str = ""
    MedicalComp: Annotated[str, Since("25.2.14")] = ""
    """The whole medical history."""
    Treatment: Annotated[str, Since("25.2.14")] = ""
    SecDateTEntry: Annotated[datetime | None, Since("25.2.14")] = None
    SecDateTEdit: Annotated[datetime | None, Since("25.2.14")] = None


class PatientNoteUpdate(DateTimeFormats, total=False):
    """Body of `update`."""

    Medical: str
    ICEName: str
    """The emergency contact."""
    ICEPhone: str
    Service: Annotated[str, Since("21.4")]
    FamFinancial: Annotated[str, Since("25.2.14")]
    """One for each family, kept with the guarantor."""
    MedicalComp: Annotated[str, Since("25.2.14")]
    """The whole medical history."""
    Treatment: Annotated[str, Since("25.2.14")]


GET = Operation("GET", "/patientnotes/{PatNum}", PatientNote, since="21.2")
LIST = Operation("GET", "/patientnotes", PatientNote, since="25.2.14")
UPDATE = Operation(
    "PUT",
    "/patientnotes/{PatNum}",
    PatientNote,
    since="21.2",
    permission="AllOthers",
    body=PatientNoteUpdate,
    read_back=GET,
)


class PatientNotes(Resource):
    """Notes of patients: one row for each, with the PatNum as its id."""

    async def get(self, PatNum: int, **formats: Unpack[DateTimeFormats]) -> PatientNote:
        """Read the notes of one patient. API: PatientNotes GET, 21.2."""
        return await self._call(GET, PatNum, query=formats)

    def list(self, **formats: Unpack[DateTimeFormats]) -> Rows[PatientNote]:
        """List the notes of all patients. API: PatientNotes GET (multiple), 25.2.14."""
        return self._rows(LIST, query=formats)

    async def update(self, PatNum: int, **body: Unpack[PatientNoteUpdate]) -> PatientNote:
        """Replace the given texts; leave the rest.

        To append to a text, read it and join the two.

        API: PatientNotes PUT, 21.2, permission AllOthers.
        """
        return await self._call(UPDATE, PatNum, body=body)
