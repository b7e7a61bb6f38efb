"""EobAttaches: scanned explanations of benefits (EOBs) of insurance payments."""

from datetime import datetime
from types import NoneType
from typing import Required, TypedDict, Unpack

from odapi_async._core.operation import Operation
from odapi_async._paging.rows import Rows
from odapi_async._wire import DateTimeFormats
from odapi_async.resources.base import Resource, Row


class EobAttach(Row, frozen=True):
    """A scanned EOB that is attached to an insurance payment."""

    EobAttachNum: int = 0
    ClaimPaymentNum: int = 0
    DateTCreated: datetime | None = None
    FileName: str = ""
    RawBase64: str = ""


class EobAttachFilters(DateTimeFormats, total=False):
    """Filters of `list`."""

    ClaimPaymentNum: Required[int]


class EobAttachDownloadSftpBody(TypedDict, total=False):
    """Body of `download_sftp`."""

    EobAttachNum: Required[int]
    SftpAddress: Required[str]
    """The full remote path; without a file name the stored one is used."""
    SftpUsername: Required[str]
    SftpPassword: Required[str]


class EobAttachUploadSftpBody(DateTimeFormats, total=False):
    """Body of `upload_sftp`."""

    ClaimPaymentNum: Required[int]
    SftpAddress: Required[str]
    """The full remote path, with forward slashes."""
    SftpUsername: Required[str]
    SftpPassword: Required[str]


LIST = Operation("GET", "/eobattaches", EobAttach, since="23.3.8", query=EobAttachFilters)
DOWNLOAD_SFTP = Operation(
    "POST",
    "/eobattaches/DownloadSftp",
    str,
    since="23.3.12",
    permission="AllOthers",
    body=EobAttachDownloadSftpBody,
    location=True,
)
UPLOAD_SFTP = Operation(
    "POST",
    "/eobattaches/UploadSftp",
    EobAttach,
    since="24.3.7",
    permission="AllOthers",
    body=EobAttachUploadSftpBody,
)
DELETE = Operation("DELETE", "/eobattaches/{EobAttachNum}", NoneType, since="25.2.25", permission="AllOthers")


class EobAttaches(Resource):
    """Scanned EOBs of insurance payments. The files go through your own SFTP server."""

    def list(self, **filters: Unpack[EobAttachFilters]) -> Rows[EobAttach]:
        """List the EOBs of one insurance payment. API: EobAttaches GET, 23.3.8."""
        return self._rows(LIST, query=filters)

    async def download_sftp(self, **body: Unpack[EobAttachDownloadSftpBody]) -> str:
        """Copy the file of an EOB to your SFTP server.

        The SFTP user needs write access. A missing directory is created, and an existing file of that name is
        overwritten.

        Returns:
            The path of the file at the SFTP server, as the office tells it; empty if it tells none. The
            file's name may contain the patient's name.

        API: EobAttaches POST DownloadSftp, 23.3.12, permission AllOthers.
        """
        return await self._call(DOWNLOAD_SFTP, body=body)

    async def upload_sftp(self, **body: Unpack[EobAttachUploadSftpBody]) -> EobAttach:
        """Attach a file from your SFTP server to an insurance payment.

        Read access is enough for the SFTP user.

        API: EobAttaches POST UploadSftp, 24.3.7, permission AllOthers.
        """
        return await self._call(UPLOAD_SFTP, body=body)

    async def delete(self, EobAttachNum: int) -> None:
        """Delete an EOB and its stored file. API: EobAttaches DELETE, 25.2.25, permission AllOthers."""
        await self._call(DELETE, EobAttachNum)
