"""Queries: read-only SQL on the office's database."""

from types import NoneType
from typing import Annotated, Any, Required, TypedDict, Unpack

from odapi_async._core.operation import Operation
from odapi_async._paging.rows import Rows
from odapi_async._wire import READS, Since
from odapi_async.resources.base import Resource


class QueryToSftpBody(TypedDict, total=False):
    """Body of `to_sftp`."""

    SqlCommand: Required[Annotated[str, READS]]
    """A null byte has no escape sequence here: write CHAR(0)."""
    SftpAddress: Required[str]
    """The full remote path of the file, with forward slashes."""
    SftpUsername: Required[str]
    SftpPassword: Required[str]
    SftpPort: int
    """Default: 22."""
    IsAsync: Annotated[bool, Since("23.3.26")]
    """If True, the response comes when the SQL has run, and the file is sent later."""


class QueryShortQueryBody(TypedDict, total=False):
    """Body of `short_query`."""

    SqlCommand: Required[Annotated[str, READS]]
    """May have several lines. A null byte has no escape sequence here: write CHAR(0)."""


TO_SFTP = Operation("POST", "/queries", NoneType, since="21.1", permission="Queries", body=QueryToSftpBody)
SHORT_QUERY = Operation(
    "PUT",
    "/queries/ShortQuery",
    dict[str, Any],
    since="21.2",
    permission="Queries",
    body=QueryShortQueryBody,
    read_only=True,
)


class Queries(Resource):
    """Read-only SQL on the office's database; temporary tables are allowed.

    A statement that writes is refused with 401, which raises `Unauthorized`. Every statement is recorded in
    the office's audit trail, and the office may run it as a database user with fewer rights.
    """

    async def to_sftp(self, **body: Unpack[QueryToSftpBody]) -> None:
        """Run a query and store its result as a CSV file on an SFTP server.

        An empty result creates a file with the text "OK". The SFTP user needs write access; a missing
        directory is created, and an existing file of that name is overwritten.

        API: Queries POST, 21.1, permission Queries.
        """
        await self._call(TO_SFTP, body=body)

    def short_query(self, **body: Unpack[QueryShortQueryBody]) -> Rows[dict[str, Any]]:
        """Run a query and stream its rows as dicts by column name.

        The server runs the SQL again for each page of at most 100 rows: sort by a unique column, so that the
        pages fit together. Dates and times stay text, in ISO format with a T: 2026-05-24T00:00:00.

        API: Queries PUT ShortQuery, 21.2, permission Queries.
        """
        return self._rows(SHORT_QUERY, body=body)
