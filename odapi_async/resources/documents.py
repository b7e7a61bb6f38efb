"""Documents: images and files of patients."""

import builtins
from datetime import datetime
from types import NoneType
from typing import Annotated, ClassVar, Required, TypedDict, Unpack

from odapi_async._core.operation import Operation, Rule
from odapi_async._paging.rows import Rows
from odapi_async._wire import DateTimeFormats, DateTimeLike, Since
from odapi_async.enums import documents as enums
from odapi_async.resources.base import Resource, Row


class Document(Row, frozen=True):
    """An image or another file of a patient."""

    DocNum: int = 0
    Description: str = ""
    DateCreated: datetime | None = None
    DocCategory: int = 0
    """A definition of category 18; `docCategory` is its text."""
    docCategory: str = ""
    PatNum: int = 0
    FileName: str = ""
    """A placeholder until the file is created."""
    ImgType: str = ""
    ToothNumbers: str = ""
    DateTStamp: datetime | None = None
    ProvNum: int = 0
    PrintHeading: bool = False


class DocumentListItem(Row, frozen=True):
    """A document or a mount, which is a set of images: one of DocNum and MountNum is 0."""

    __id_fields__: ClassVar[tuple[str, ...] | None] = ("DocNum", "MountNum")

    DocNum: int = 0
    """0 for a mount."""
    MountNum: int = 0
    """0 for a document."""
    filePath: str = ""
    """A Windows path. Empty for a mount, or if files are kept in the database."""
    Description: str = ""
    PatNum: int = 0
    Note: str = ""
    DateCreated: datetime | None = None
    docCategory: str = ""
    DocCategory: int = 0
    """A definition of category 18; `docCategory` is its text."""
    ToothNumbers: str = ""
    ProvNum: int = 0
    PrintHeading: bool = False
    DateTStamp: datetime | None = None
    """None for a mount."""
    serverDateTime: datetime | None = None


class DocumentFile(Row, frozen=True):
    """A file that was copied to the SFTP server."""

    DocNum: int = 0
    FileName: str = ""


class DocumentFilters(DateTimeFormats, total=False):
    """Filters of `list`."""

    PatNum: Required[int]


class DocumentDownloadSftpBody(TypedDict, total=False):
    """Body of `download_sftp`."""

    DocNum: int
    MountNum: int
    SftpAddress: Required[str]
    """The full remote path. Without a file name the stored one is used."""
    SftpUsername: Required[str]
    SftpPassword: Required[str]
    """Secret."""


class DocumentUploadSftpBody(DateTimeFormats, total=False):
    """Body of `upload_sftp`."""

    PatNum: Required[int]
    SftpAddress: Required[str]
    """The full remote path, with forward slashes."""
    SftpUsername: Required[str]
    SftpPassword: Required[str]
    """Secret."""
    Description: Annotated[str, Since("24.2.32")]
    DateCreated: Annotated[DateTimeLike, Since("21.4")]
    """Default: today."""
    DocCategory: int
    """A definition of category 18. Default: the first of them."""
    ImgType: enums.ImgType | str
    """Default: Document."""
    ToothNumbers: Annotated[str, Since("23.1.35")]
    """Numbers separated by commas; ranges are written out, so 1-3,8 is read back as 1,2,3,8."""
    ProvNum: Annotated[int, Since("24.2.32")]
    PrintHeading: Annotated[bool, Since("24.2.32")]


class DocumentUploadBody(DateTimeFormats, total=False):
    """Body of `upload`."""

    PatNum: Required[int]
    rawBase64: Required[str]
    """The bytes of the file as base64."""
    extension: Required[str]
    """With a leading dot, such as .pdf."""
    Description: str
    DateCreated: Annotated[DateTimeLike, Since("22.1")]
    """Default: today."""
    DocCategory: int
    """A definition of category 18. Default: the first of them."""
    ImgType: enums.ImgType | str
    """Default: Document."""
    ToothNumbers: Annotated[str, Since("23.1.35")]
    """Numbers separated by commas; ranges are written out, so 1-3,8 is read back as 1,2,3,8."""
    ProvNum: Annotated[int, Since("24.2.32")]
    PrintHeading: Annotated[bool, Since("24.2.32")]


class DocumentThumbnailsBody(TypedDict, total=False):
    """Body of `thumbnails`."""

    PatNum: Required[int]
    SftpAddress: Required[str]
    """The remote directory."""
    SftpUsername: Required[str]
    SftpPassword: Required[str]
    """Secret."""


class DocumentDownloadMountBody(TypedDict, total=False):
    """Body of `download_mount`."""

    MountNum: Required[int]
    SftpAddress: Required[str]
    """The remote directory."""
    SftpUsername: Required[str]
    SftpPassword: Required[str]
    """Secret."""


class DocumentSetByUrlBody(DateTimeFormats, total=False):
    """Body of `set_by_url`."""

    PatNum: Required[int]
    url: Required[str]
    Description: str
    DateCreated: Annotated[DateTimeLike, Since("24.2.32")]
    """Default: today."""
    DocCategory: int
    """A definition of category 18. Default: the first of them."""
    ImgType: enums.ImgType | str
    """Default: Document."""
    ToothNumbers: Annotated[str, Since("23.1.35")]
    """Numbers separated by commas; ranges are written out, so 1-3,8 is read back as 1,2,3,8."""
    ProvNum: Annotated[int, Since("24.2.32")]
    PrintHeading: Annotated[bool, Since("24.2.32")]


class DocumentUpdate(DateTimeFormats, total=False):
    """Body of `update`."""

    Description: str
    DateCreated: DateTimeLike
    DocCategory: int
    """A definition of category 18."""
    ImgType: enums.ImgType | str
    ToothNumbers: str
    """Numbers separated by commas; ranges are written out, so 1-3,8 is read back as 1,2,3,8."""
    ProvNum: int
    """A provider who is not hidden."""
    PrintHeading: bool


GET = Operation("GET", "/documents/{DocNum}", Document, since="24.2.32")
LIST = Operation("GET", "/documents", DocumentListItem, since="21.2", query=DocumentFilters)
DOWNLOAD_SFTP = Operation(
    "POST",
    "/documents/DownloadSftp",
    str,
    since="21.2",
    permission="AllOthers",
    body=DocumentDownloadSftpBody,
    rules=(Rule("at_least_one", ("DocNum", "MountNum")),),
    location=True,
)
UPLOAD_SFTP = Operation(
    "POST",
    "/documents/UploadSftp",
    DocumentListItem,
    since="21.2",
    permission="AllOthers",
    body=DocumentUploadSftpBody,
    read_back=GET,
)
UPLOAD = Operation(
    "POST",
    "/documents/Upload",
    Document,
    since="21.1",
    permission="Documents",
    body=DocumentUploadBody,
    read_back=GET,
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
    "POST",
    "/documents/SetByUrl",
    Document,
    since="21.1",
    permission="AllOthers",
    body=DocumentSetByUrlBody,
    read_back=GET,
)
UPDATE = Operation(
    "PUT",
    "/documents/{DocNum}",
    Document,
    since="24.2.32",
    permission="AllOthers",
    body=DocumentUpdate,
    read_back=GET,
)
DELETE = Operation(
    "DELETE", "/documents/{DocNum}", NoneType, since="24.2.32", permission="AllOthers", read_back=GET
)


class Documents(Resource):
    """Images and files of patients, single or in mounts (sets of images).

    No method returns the bytes of a file: files go through your own SFTP server, or into the office with
    `upload` and `set_by_url`.
    """

    async def get(self, DocNum: int, **formats: Unpack[DateTimeFormats]) -> Document:
        """Read one document. API: Documents GET (single), 24.2.32."""
        return await self._call(GET, DocNum, query=formats)

    def list(self, **filters: Unpack[DocumentFilters]) -> Rows[DocumentListItem]:
        """List the documents and mounts of a patient, by date of creation.

        API: Documents GET (multiple), 21.2.
        """
        return self._rows(LIST, query=filters)

    async def download_sftp(self, **body: Unpack[DocumentDownloadSftpBody]) -> str:
        """Copy a document, or the composite of a mount, to an SFTP server.

        Pass DocNum or MountNum. The SFTP user needs write access; a missing directory is created and a file
        of the same name is overwritten.

        Returns:
            The path of the file at the SFTP server, as the office tells it; empty if it tells none. The
            file's name may contain the patient's name.

        API: Documents POST DownloadSftp, 21.2, permission AllOthers.
        """
        return await self._call(DOWNLOAD_SFTP, body=body)

    async def upload_sftp(self, **body: Unpack[DocumentUploadSftpBody]) -> DocumentListItem:
        """Fetch a file from an SFTP server into the storage of the office. Read access is enough.

        API: Documents POST UploadSftp, 21.2, permission AllOthers.
        """
        return await self._call(UPLOAD_SFTP, body=body)

    async def upload(self, **body: Unpack[DocumentUploadBody]) -> Document:
        """Add a file whose bytes are in the request.

        Its bytes are stored with the row; the file is created when a user first opens the document.

        API: Documents POST Upload, 21.1, permission Documents.
        """
        return await self._call(UPLOAD, body=body)

    async def thumbnails(self, **body: Unpack[DocumentThumbnailsBody]) -> builtins.list[DocumentFile]:
        """Copy thumbnails of a patient's images to an SFTP server.

        They are 100 x 100 pixels; mounts and PDFs are skipped. The SFTP user needs write access; a missing
        directory is created and a file of the same name is overwritten.

        API: Documents POST Thumbnails, 21.2, permission AllOthers.
        """
        return await self._all(THUMBNAILS, body=body)

    async def download_mount(self, **body: Unpack[DocumentDownloadMountBody]) -> builtins.list[DocumentFile]:
        """Copy the single images of a mount to an SFTP server.

        Their layout is not returned; `download_sftp` returns the composite. The SFTP user needs write access;
        a missing directory is created and a file of the same name is overwritten.

        API: Documents POST DownloadMount, 21.2, permission AllOthers.
        """
        return await self._all(DOWNLOAD_MOUNT, body=body)

    async def set_by_url(self, **body: Unpack[DocumentSetByUrlBody]) -> Document:
        """Add a file by its URL. The office downloads it when a user first opens the document.

        API: Documents POST SetByUrl, 21.1, permission AllOthers.
        """
        return await self._call(SET_BY_URL, body=body)

    async def update(self, DocNum: int, **body: Unpack[DocumentUpdate]) -> Document:
        """Change the given fields; leave the rest.

        API: Documents PUT (update), 24.2.32, permission AllOthers.
        """
        return await self._call(UPDATE, DocNum, body=body)

    async def delete(self, DocNum: int) -> None:
        """Delete a document and its file. API: Documents DELETE, 24.2.32, permission AllOthers."""
        await self._call(DELETE, DocNum)
