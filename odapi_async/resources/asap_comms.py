"""AsapComms: text messages that offer openings to the ASAP list."""

from datetime import datetime
from typing import Annotated, Required, Unpack

from odapi_async._core.operation import Operation, Rule
from odapi_async._paging.rows import Rows
from odapi_async._wire import DateLike, DateTimeFormats, DateTimeLike, Since
from odapi_async.resources.base import Resource, Row


class AsapComm(Row, frozen=True):
    """A text message that offers an opening to a patient of the ASAP list."""

    AsapCommNum: int = 0
    FKey: int = 0
    """The id of the row that FKeyType names."""
    FKeyType: str = ""
    ScheduleNum: int = 0
    PatNum: int = 0
    ClinicNum: int = 0
    DateTimeEntry: datetime | None = None
    DateTimeExpire: datetime | None = None
    DateTimeSmsScheduled: datetime | None = None
    SmsSendStatus: str = ""
    DateTimeSmsSent: datetime | None = None
    ResponseStatus: str = ""
    DateTimeOrig: datetime | None = None
    TemplateText: str = ""
    Note: str = ""


class AsapCommFilters(DateTimeFormats, total=False):
    """Filters of `list`."""

    ClinicNum: int
    date: DateLike
    """One day."""
    dateStart: DateLike
    """Entered on or after this day. Default: 7 days ago."""
    dateEnd: DateLike
    """Entered before this day. Default: today at midnight."""


class NewAsapComm(DateTimeFormats, total=False):
    """Body of `create`."""

    op: Required[int]
    """The operatory (OperatoryNum)."""
    aptNum: int
    """An appointment whose Priority is ASAP. Mandatory before 25.2.9."""
    recallNum: Annotated[int, Since("25.2.9")]
    """A recall whose Priority is ASAP."""
    dateTimeStart: Required[DateTimeLike]


GET = Operation("GET", "/asapcomms/{AsapCommNum}", AsapComm, since="23.3.3")
LIST = Operation("GET", "/asapcomms", AsapComm, since="23.3.3", query=AsapCommFilters)
CREATE = Operation(
    "POST",
    "/asapcomms",
    AsapComm,
    since="23.3.3",
    permission="TextingASAP",
    body=NewAsapComm,
    rules=(Rule("at_least_one", ("aptNum", "recallNum")),),
    read_back=GET,
)


class AsapComms(Resource):
    """Text messages that offer openings to patients of the ASAP list (an eService)."""

    async def get(self, AsapCommNum: int, **formats: Unpack[DateTimeFormats]) -> AsapComm:
        """Read one message to the ASAP list. API: AsapComms GET (single), 23.3.3."""
        return await self._call(GET, AsapCommNum, query=formats)

    def list(self, **filters: Unpack[AsapCommFilters]) -> Rows[AsapComm]:
        """List the messages to the ASAP list; by default those of the last 7 days.

        API: AsapComms GET (multiple), 23.3.3.
        """
        return self._rows(LIST, query=filters)

    async def create(self, **body: Unpack[NewAsapComm]) -> AsapComm:
        """Send an offer by text message, and block the time. Overlaps are refused.

        Needs the WebSched ASAP and texting services. Pass aptNum or recallNum.

        API: AsapComms POST (Insert), 23.3.3, permission TextingASAP.
        """
        return await self._call(CREATE, body=body)
