"""Queries: DOC."""

from types import NoneType
from typing import Annotated, Any, Required, TypedDict, Unpack

from odapi_async.operation import Operation
from odapi_async.resources.base import Resource
from odapi_async.rows import Rows
from odapi_async.wire import Since


class QuerieToSftpBody(TypedDict, total=False):
    """Body of `to_sftp`."""

    SqlCommand: Required[str]
    """No escape sequence for a null byte, use CHAR(0) (warned of from 25.2-25.3 on)."""
    SftpAddress: Required[str]
    """Full remote path with forward slashes."""
    SftpUsername: Required[str]
    SftpPassword: Required[str]
    SftpPort: int
    """Default: 22."""
    IsAsync: Annotated[bool, Since("23.3.26")]
    """Answer after the SQL, send the file later. Default: false."""


class QuerieShortQueryBody(TypedDict, total=False):
    """Body of `short_query`."""

    SqlCommand: Required[str]
    """May span lines; no escape sequence for a null byte, use CHAR(0) (warned of from 25.2-25.3 on)."""


TO_SFTP = Operation("POST", "/queries", NoneType, since="21.1", permission="Queries", body=QuerieToSftpBody)
SHORT_QUERY = Operation(
    "PUT",
    "/queries/ShortQuery",
    dict[str, Any],
    since="21.2",
    permission="Queries",
    body=QuerieShortQueryBody,
    reads=True,
)


class Queries(Resource):
    """Queries. Read-only SQL; temporary tables are allowed. The SQL text is written to the audit trail. The
    office may run queries under a separate, more limited database user.
    """

    async def to_sftp(self, **body: Unpack[QuerieToSftpBody]) -> None:
        """DOC to_sftp.

        Writes the result as CSV to the SFTP server ("OK" when empty); no rows in the reply. A write statement
        gives 401. The SFTP user needs write access; a missing directory is created and an existing file of
        that name is overwritten.

        API: Queries POST, 21.1, permission Queries.
        """
        await self._call(TO_SFTP, body=body)

    def short_query(self, **body: Unpack[QuerieShortQueryBody]) -> Rows[dict[str, Any]]:
        """DOC short_query.

        At most 100 rows for each request; further pages by Offset. Columns follow the SQL, so the shape is
        open. Dates come as ISO with a T, unlike everywhere else. A write statement gives 401.

        API: Queries PUT ShortQuery, 21.2, permission Queries.
        """
        return self._rows(SHORT_QUERY, body=body)
