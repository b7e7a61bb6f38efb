"""Documents: DOC."""

import builtins
from datetime import datetime
from types import NoneType
from typing import Annotated, Required, TypedDict, Unpack

from odapi_async.enums import documents as enums
from odapi_async.operation import Operation, Rule
from odapi_async.resources.base import Resource, Row
from odapi_async.rows import Rows
from odapi_async.wire import DateTimeLike, Since


class Document(Row, frozen=True):
    """DOC Document."""

    DocNum: int = 0
    Description: str = ""
    DateCreated: datetime | None = None
    DocCategory: int = 0
    docCategory: str = ""
    PatNum: int = 0
    FileName: str = ""
    ImgType: str = ""
    ToothNumbers: str = ""
    DateTStamp: datetime | None = None
    ProvNum: int = 0
    PrintHeading: bool = False


class DocumentListItem(Row, frozen=True):
    """DOC DocumentListItem."""

    DocNum: int = 0
    """0 for a mount."""
    MountNum: int = 0
    """0 for a document."""
    filePath: str = ""
    """Windows path; empty for database storage."""
    Description: str = ""
    PatNum: int = 0
    Note: str = ""
    DateCreated: datetime | None = None
    docCategory: str = ""
    DocCategory: int = 0
    ToothNumbers: str = ""
    ProvNum: int = 0
    PrintHeading: bool = False
    DateTStamp: datetime | None = None
    serverDateTime: datetime | None = None


class DocumentFile(Row, frozen=True):
    """DOC DocumentFile."""

    DocNum: int = 0
    FileName: str = ""


class DocumentFilters(TypedDict, total=False):
    """Filters of `list`."""

    PatNum: Required[int]


class DocumentDownloadSftpBody(TypedDict, total=False):
    """Body of `download_sftp`."""

    DocNum: int
    MountNum: int
    SftpAddress: Required[str]
    """Full remote path; without a file name the stored one is used."""
    SftpUsername: Required[str]
    SftpPassword: Required[str]


class DocumentUploadSftpBody(TypedDict, total=False):
    """Body of `upload_sftp`."""

    PatNum: Required[int]
    SftpAddress: Required[str]
    """Full remote path with forward slashes."""
    SftpUsername: Required[str]
    SftpPassword: Required[str]
    Description: Annotated[str, Since("24.2.32")]
    DateCreated: Annotated[DateTimeLike, Since("21.4")]
    """Default: today."""
    DocCategory: int
    """The text names the ItemName as key for Upload and SetByUrl, the examples send the DefNum. A definition
    of category 18. Default: first definition of the category.
    """
    ImgType: enums.ImgType | str
    """Default: Document."""
    ToothNumbers: Annotated[str, Since("23.1.35")]
    """Tooth numbers, commas and ranges."""
    ProvNum: Annotated[int, Since("24.2.32")]
    """Default: 0."""
    PrintHeading: Annotated[bool, Since("24.2.32")]
    """Default: false."""


class DocumentUploadBody(TypedDict, total=False):
    """Body of `upload`."""

    PatNum: Required[int]
    rawBase64: Required[str]
    """File content."""
    extension: Required[str]
    """With the dot, e.g. .pdf."""
    Description: str
    DateCreated: Annotated[DateTimeLike, Since("22.1")]
    """Default: today."""
    DocCategory: int
    """The text names the ItemName as key for Upload and SetByUrl, the examples send the DefNum. A definition
    of category 18. Default: first definition of the category.
    """
    ImgType: enums.ImgType | str
    """Default: Document."""
    ToothNumbers: Annotated[str, Since("23.1.35")]
    """Tooth numbers, commas and ranges."""
    ProvNum: Annotated[int, Since("24.2.32")]
    """Default: 0."""
    PrintHeading: Annotated[bool, Since("24.2.32")]
    """Default: false."""


class DocumentThumbnailsBody(TypedDict, total=False):
    """Body of `thumbnails`."""

    PatNum: Required[int]
    SftpAddress: Required[str]
    """Remote directory."""
    SftpUsername: Required[str]
    SftpPassword: Required[str]


class DocumentDownloadMountBody(TypedDict, total=False):
    """Body of `download_mount`."""

    MountNum: Required[int]
    SftpAddress: Required[str]
    """Remote directory."""
    SftpUsername: Required[str]
    SftpPassword: Required[str]


class DocumentSetByUrlBody(TypedDict, total=False):
    """Body of `set_by_url`."""

    PatNum: Required[int]
    url: Required[str]
    Description: str
    DateCreated: Annotated[DateTimeLike, Since("24.2.32")]
    """Default: today."""
    DocCategory: int
    """The text names the ItemName as key for Upload and SetByUrl, the examples send the DefNum. A definition
    of category 18. Default: first definition of the category.
    """
    ImgType: enums.ImgType | str
    """Default: Document."""
    ToothNumbers: Annotated[str, Since("23.1.35")]
    """Tooth numbers, commas and ranges."""
    ProvNum: Annotated[int, Since("24.2.32")]
    """Default: 0."""
    PrintHeading: Annotated[bool, Since("24.2.32")]
    """Default: false."""


class DocumentUpdate(TypedDict, total=False):
    """Body of `update`."""

    Description: str
    DateCreated: DateTimeLike
    DocCategory: int
    """A definition of category 18."""
    ImgType: enums.ImgType | str
    ToothNumbers: str
    """Tooth numbers, commas and ranges."""
    ProvNum: int
    """Provider must not be hidden."""
    PrintHeading: bool


GET = Operation("GET", "/documents/{DocNum}", Document, since="24.2.32")
LIST = Operation("GET", "/documents", DocumentListItem, since="21.2", query=DocumentFilters)
DOWNLOAD_SFTP = Operation(
    "POST",
    "/documents/DownloadSftp",
    NoneType,
    since="21.2",
    permission="AllOthers",
    body=DocumentDownloadSftpBody,
    rules=(Rule("at_least_one", ("DocNum", "MountNum")),),
)
UPLOAD_SFTP = Operation(
    "POST",
    "/documents/UploadSftp",
    DocumentListItem,
    since="21.2",
    permission="AllOthers",
    body=DocumentUploadSftpBody,
)
UPLOAD = Operation(
    "POST", "/documents/Upload", Document, since="21.1", permission="Documents", body=DocumentUploadBody
)
THUMBNAILS = Operation(
    "POST",
    "/documents/Thumbnails",
    DocumentFile,
    since="21.2",
    permission="AllOthers",
    body=DocumentThumbnailsBody,
)
DOWNLOAD_MOUNT = Operation(
    "POST",
    "/documents/DownloadMount",
    DocumentFile,
    since="21.2",
    permission="AllOthers",
    body=DocumentDownloadMountBody,
)
SET_BY_URL = Operation(
    "POST", "/documents/SetByUrl", Document, since="21.1", permission="AllOthers", body=DocumentSetByUrlBody
)
UPDATE = Operation(
    "PUT", "/documents/{DocNum}", Document, since="24.2.32", permission="AllOthers", body=DocumentUpdate
)
DELETE = Operation("DELETE", "/documents/{DocNum}", NoneType, since="24.2.32", permission="AllOthers")


class Documents(Resource):
    """Documents. No method returns file bytes: files go through an SFTP server of the caller, except Upload
    (base64 in the body) and SetByUrl. A mount (set of images) is listed beside documents with DocNum 0 and
    its own MountNum.
    """

    async def get(self, DocNum: int) -> Document:
        """Read one document. API: Documents GET (single), 24.2.32."""
        return await self._call(GET, DocNum)

    def list(self, **filters: Unpack[DocumentFilters]) -> Rows[DocumentListItem]:
        """List document rows.

        Ordered by DateCreated. Mounts have no filePath, ToothNumbers, PrintHeading or DateTStamp; filePath is
        empty when files are kept in the database. PatNum and ProvNum are strings here, numbers elsewhere.

        API: Documents GET (multiple), 21.2.
        """
        return self._rows(LIST, query=filters)

    async def download_sftp(self, **body: Unpack[DocumentDownloadSftpBody]) -> None:
        """DOC download_sftp.

        Puts one file (or a composite of a mount) on the SFTP server; the location header holds the remote
        path, not a URL. The SFTP user needs write access; a missing directory is created and an existing file
        of that name is overwritten. Give at least one of DocNum and MountNum.

        API: Documents POST DownloadSftp, 21.2, permission AllOthers.
        """
        await self._call(DOWNLOAD_SFTP, body=body)

    async def upload_sftp(self, **body: Unpack[DocumentUploadSftpBody]) -> DocumentListItem:
        """DOC upload_sftp.

        Fetches a file from the SFTP server into the office's storage; read access suffices. filePath is empty
        when files are kept in the database.

        API: Documents POST UploadSftp, 21.2, permission AllOthers.
        """
        return await self._call(UPLOAD_SFTP, body=body)

    async def upload(self, **body: Unpack[DocumentUploadBody]) -> Document:
        """DOC upload.

        The bytes stay in the document note until a user opens the document, then the file is made; needs its
        own permission.

        API: Documents POST Upload, 21.1, permission Documents.
        """
        return await self._call(UPLOAD, body=body)

    async def thumbnails(self, **body: Unpack[DocumentThumbnailsBody]) -> builtins.list[DocumentFile]:
        """DOC thumbnails.

        Puts 100 x 100 thumbnails of all images of the patient on the SFTP server; mounts and PDFs are
        skipped. 200 with a text when there is nothing to do. The SFTP user needs write access; a missing
        directory is created and an existing file of that name is overwritten.

        API: Documents POST Thumbnails, 21.2, permission AllOthers.
        """
        return await self._all(THUMBNAILS, body=body)

    async def download_mount(self, **body: Unpack[DocumentDownloadMountBody]) -> builtins.list[DocumentFile]:
        """DOC download_mount.

        Puts the single images of a mount on the SFTP server, without layout information; DownloadSftp gives
        the composite. 200 with a text when there is nothing to do. The SFTP user needs write access; a
        missing directory is created and an existing file of that name is overwritten.

        API: Documents POST DownloadMount, 21.2, permission AllOthers.
        """
        return await self._all(DOWNLOAD_MOUNT, body=body)

    async def set_by_url(self, **body: Unpack[DocumentSetByUrlBody]) -> Document:
        """DOC set_by_url.

        The office downloads the URL when a user first opens the document.

        API: Documents POST SetByUrl, 21.1, permission AllOthers.
        """
        return await self._call(SET_BY_URL, body=body)

    async def update(self, DocNum: int, **body: Unpack[DocumentUpdate]) -> Document:
        """Change what is given and leave the rest.

        API: Documents PUT (update), 24.2.32, permission AllOthers.
        """
        return await self._call(UPDATE, DocNum, body=body)

    async def delete(self, DocNum: int) -> None:
        """Delete one document.

        Removes the row and its file.

        API: Documents DELETE, 24.2.32, permission AllOthers.
        """
        await self._call(DELETE, DocNum)
