"""PatientNotes: DOC."""

from datetime import datetime
from typing import Annotated, TypedDict, Unpack

from odapi_async.operation import Operation
from odapi_async.resources.base import Resource, Row
from odapi_async.rows import Rows
from odapi_async.wire import Since


class PatientNote(Row, frozen=True):
    """DOC PatientNote."""

    PatNum: Annotated[int, Since("25.2.14")] = 0
    """Build inferred; seen in the November 2025 copy."""
    FamFinancial: Annotated[str, Since("25.2.14")] = ""
    Medical: str = ""
    ICEName: str = ""
    ICEPhone: str = ""
    Service: str = ""
    MedicalComp: Annotated[str, Since("25.2.14")] = ""
    Treatment: Annotated[str, Since("25.2.14")] = ""
    SecDateTEntry: Annotated[datetime | None, Since("25.2.14")] = None
    SecDateTEdit: Annotated[datetime | None, Since("25.2.14")] = None


class PatientNoteUpdate(TypedDict, total=False):
    """Body of `update`."""

    Medical: str
    """Replaces the stored text."""
    ICEName: str
    """Replaces the stored text."""
    ICEPhone: str
    """Replaces the stored text."""
    Service: Annotated[str, Since("21.4")]
    """Replaces the stored text."""
    FamFinancial: Annotated[str, Since("25.2.14")]
    """One for each family, kept with the guarantor."""
    MedicalComp: Annotated[str, Since("25.2.14")]
    """Whole medical history; replaces the stored text."""
    Treatment: Annotated[str, Since("25.2.14")]
    """Replaces the stored text."""


GET = Operation("GET", "/patientnotes/{PatNum}", PatientNote, since="21.2")
LIST = Operation("GET", "/patientnotes", PatientNote, since="25.2.14")
UPDATE = Operation(
    "PUT", "/patientnotes/{PatNum}", PatientNote, since="21.2", permission="AllOthers", body=PatientNoteUpdate
)


class PatientNotes(Resource):
    """PatientNotes. One row for each patient; the id in the path is the PatNum. Before about 25.2.14 the
    reply did not repeat the PatNum.
    """

    async def get(self, PatNum: int) -> PatientNote:
        """Read one patient note. API: PatientNotes GET, 21.2."""
        return await self._call(GET, PatNum)

    def list(self) -> Rows[PatientNote]:
        """List patient note rows. API: PatientNotes GET (multiple), 25.2.14."""
        return self._rows(LIST)

    async def update(self, PatNum: int, **body: Unpack[PatientNoteUpdate]) -> PatientNote:
        """Change what is given and leave the rest.

        Each field replaces the stored text; to append, read and join first.

        API: PatientNotes PUT, 21.2, permission AllOthers.
        """
        return await self._call(UPDATE, PatNum, body=body)
