"""Sheets: patients' forms, letters and exam sheets."""

from datetime import datetime
from typing import Required, TypedDict, Unpack

from odapi_async._core.operation import Operation
from odapi_async._paging.rows import Rows
from odapi_async._wire import DateTimeFormats
from odapi_async.resources.base import Resource, Row


class Sheet(Row, frozen=True):
    """A form, letter or exam sheet of one patient."""

    SheetNum: int = 0
    SheetType: str = ""
    PatNum: int = 0
    DateTimeSheet: datetime | None = None
    InternalNote: str = ""
    Description: str = ""
    IsWebForm: bool = False
    SheetDefNum: int = 0
    DocNum: int = 0
    ClinicNum: int = 0
    DateTSheetEdited: datetime | None = None


class SheetFilters(DateTimeFormats, total=False):
    """Filters of `list`."""

    PatNum: Required[int]


class NewSheet(DateTimeFormats, total=False):
    """Body of `create`."""

    SheetDefNum: Required[int]
    PatNum: Required[int]
    InternalNote: str


class SheetDownloadSftpBody(TypedDict, total=False):
    """Body of `download_sftp`."""

    SheetNum: Required[int]
    SftpAddress: Required[str]
    """The full remote path with forward slashes; without a file name, the file is sheet.pdf."""
    SftpUsername: Required[str]
    SftpPassword: Required[str]


LIST = Operation("GET", "/sheets", Sheet, since="21.4", query=SheetFilters)
CREATE = Operation("POST", "/sheets", Sheet, since="23.1.32", permission="AllOthers", body=NewSheet)
DOWNLOAD_SFTP = Operation(
    "POST",
    "/sheets/DownloadSftp",
    str,
    since="22.1",
    permission="AllOthers",
    body=SheetDownloadSftpBody,
    location=True,
)


class Sheets(Resource):
    """Forms, letters and exam sheets of patients. Their values are in SheetFields."""

    def list(self, **filters: Unpack[SheetFilters]) -> Rows[Sheet]:
        """List the sheets of one patient. API: Sheets GET, 21.4."""
        return self._rows(LIST, query=filters)

    async def create(self, **body: Unpack[NewSheet]) -> Sheet:
        """Create a sheet for a patient from a layout (SheetDefs).

        The layout must be of type Consent, PatientLetter, PatientForm, MedicalHistory or ExamSheet.

        API: Sheets POST, 23.1.32, permission AllOthers.
        """
        return await self._call(CREATE, body=body)

    async def download_sftp(self, **body: Unpack[SheetDownloadSftpBody]) -> str:
        """Store a sheet as a PDF file on an SFTP server.

        The SFTP user needs write access; a missing directory is created, and an existing file of that name is
        overwritten.

        Returns:
            The path of the file at the SFTP server, as the office tells it; empty if it tells none. The
            file's name may contain the patient's name.

        API: Sheets POST DownloadSftp, 22.1, permission AllOthers.
        """
        return await self._call(DOWNLOAD_SFTP, body=body)
