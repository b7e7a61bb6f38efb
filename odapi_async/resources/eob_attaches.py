"""EobAttaches: DOC."""

from datetime import datetime
from types import NoneType
from typing import Required, TypedDict, Unpack

from odapi_async.operation import Operation
from odapi_async.resources.base import Resource, Row
from odapi_async.rows import Rows


class EobAttach(Row, frozen=True):
    """DOC EobAttach."""

    EobAttachNum: int = 0
    ClaimPaymentNum: int = 0
    DateTCreated: datetime | None = None
    FileName: str = ""
    RawBase64: str = ""


class EobAttachFilters(TypedDict, total=False):
    """Filters of `list`."""

    ClaimPaymentNum: Required[int]


class EobAttachDownloadSftpBody(TypedDict, total=False):
    """Body of `download_sftp`."""

    EobAttachNum: Required[int]
    SftpAddress: Required[str]
    """Full remote path; without a file name the stored one is used."""
    SftpUsername: Required[str]
    SftpPassword: Required[str]


class EobAttachUploadSftpBody(TypedDict, total=False):
    """Body of `upload_sftp`."""

    ClaimPaymentNum: Required[int]
    SftpAddress: Required[str]
    """Full remote path with forward slashes."""
    SftpUsername: Required[str]
    SftpPassword: Required[str]


LIST = Operation("GET", "/eobattaches", EobAttach, since="23.3.8", query=EobAttachFilters)
DOWNLOAD_SFTP = Operation(
    "POST",
    "/eobattaches/DownloadSftp",
    NoneType,
    since="23.3.12",
    permission="AllOthers",
    body=EobAttachDownloadSftpBody,
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
    """EobAttaches. Scanned EOBs of a claim payment; files go through SFTP."""

    def list(self, **filters: Unpack[EobAttachFilters]) -> Rows[EobAttach]:
        """List eob attach rows. API: EobAttaches GET, 23.3.8."""
        return self._rows(LIST, query=filters)

    async def download_sftp(self, **body: Unpack[EobAttachDownloadSftpBody]) -> None:
        """DOC download_sftp.

        The location header holds the remote path, not a URL. The SFTP user needs write access; a missing
        directory is created and an existing file of that name is overwritten.

        API: EobAttaches POST DownloadSftp, 23.3.12, permission AllOthers.
        """
        await self._call(DOWNLOAD_SFTP, body=body)

    async def upload_sftp(self, **body: Unpack[EobAttachUploadSftpBody]) -> EobAttach:
        """DOC upload_sftp.

        Fetches the file from the SFTP server; read access suffices. The text speaks of filePath, the example
        reply has none.

        API: EobAttaches POST UploadSftp, 24.3.7, permission AllOthers.
        """
        return await self._call(UPLOAD_SFTP, body=body)

    async def delete(self, EobAttachNum: int) -> None:
        """Delete one eob attach.

        Removes the stored file too.

        API: EobAttaches DELETE, 25.2.25, permission AllOthers.
        """
        await self._call(DELETE, EobAttachNum)
