"""Commlogs: calls, messages and conversations with patients."""

from datetime import datetime
from typing import Annotated, Required, Unpack

from odapi_async._core.operation import Operation
from odapi_async._paging.rows import Rows
from odapi_async._wire import DateTimeFormats, DateTimeLike, Since
from odapi_async.enums import commlogs as enums
from odapi_async.resources.base import Resource, Row


class Commlog(Row, frozen=True):
    """One contact with a patient."""

    CommlogNum: int = 0
    PatNum: int = 0
    CommDateTime: datetime | None = None
    CommType: int = 0
    """A definition of category 27; `commType` is its text."""
    commType: str = ""
    Note: str = ""
    Mode_: str = ""
    SentOrReceived: str = ""
    UserNum: Annotated[int, Since("25.1.13")] = 0
    DateTStamp: Annotated[datetime | None, Since("25.1.13")] = None
    CommSource: Annotated[str, Since("25.1.13")] = ""
    ProgramNum: Annotated[int, Since("25.1.13")] = 0
    DateTEntry: Annotated[datetime | None, Since("25.1.13")] = None
    ReferralNum: Annotated[int, Since("25.1.13")] = 0


class CommlogFilters(DateTimeFormats, total=False):
    """Filters of `list`."""

    PatNum: int
    """Mandatory before 25.1.13."""
    DateTStamp: Annotated[DateTimeLike, Since("25.1.13")]
    """Changed after this time."""


class NewCommlog(DateTimeFormats, total=False):
    """Body of `create`."""

    PatNum: Required[int]
    Note: Required[str]
    CommDateTime: DateTimeLike
    """Default: now."""
    CommType: int
    """A definition of category 27. Default: Miscellaneous."""
    commType: str
    """The text of a definition of category 27 (its ItemName). It overrides CommType."""
    Mode_: enums.Mode_ | str
    """Default: Phone."""
    SentOrReceived: enums.SentOrReceived | str
    """Default: Sent."""


class CommlogUpdate(DateTimeFormats, total=False):
    """Body of `update`."""

    Note: str
    """Replaces the stored note."""


GET = Operation("GET", "/commlogs/{CommlogNum}", Commlog, since="25.1.13")
LIST = Operation("GET", "/commlogs", Commlog, since="21.1", query=CommlogFilters)
CREATE = Operation(
    "POST", "/commlogs", Commlog, since="21.1", permission="Comm", body=NewCommlog, read_back=GET
)
UPDATE = Operation(
    "PUT",
    "/commlogs/{CommlogNum}",
    Commlog,
    since="25.2.21",
    permission="AllOthers",
    body=CommlogUpdate,
    read_back=GET,
)


class Commlogs(Resource):
    """Contacts with patients. They cannot be deleted."""

    async def get(self, CommlogNum: int, **formats: Unpack[DateTimeFormats]) -> Commlog:
        """Read one commlog. API: Commlogs GET (single), 25.1.13."""
        return await self._call(GET, CommlogNum, query=formats)

    def list(self, **filters: Unpack[CommlogFilters]) -> Rows[Commlog]:
        """List the contacts with one patient or with all patients. API: Commlogs GET, 21.1."""
        return self._rows(LIST, query=filters)

    async def create(self, **body: Unpack[NewCommlog]) -> Commlog:
        """Add a contact with a patient. API: Commlogs POST (create), 21.1, permission Comm."""
        return await self._call(CREATE, body=body)

    async def update(self, CommlogNum: int, **body: Unpack[CommlogUpdate]) -> Commlog:
        """Change the note. A signature is cleared.

        API: Commlogs PUT (update), 25.2.21, permission AllOthers.
        """
        return await self._call(UPDATE, CommlogNum, body=body)
