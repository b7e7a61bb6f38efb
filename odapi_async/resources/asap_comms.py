"""AsapComms: DOC."""

from datetime import datetime
from typing import Annotated, Required, TypedDict, Unpack

from odapi_async.operation import Operation, Rule
from odapi_async.resources.base import Resource, Row
from odapi_async.rows import Rows
from odapi_async.wire import DateLike, DateTimeLike, Since


class AsapComm(Row, frozen=True):
    """DOC AsapComm."""

    AsapCommNum: int = 0
    FKey: int = 0
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


class AsapCommFilters(TypedDict, total=False):
    """Filters of `list`."""

    ClinicNum: int
    date: DateLike
    """One day."""
    dateStart: DateLike
    """DateTimeEntry on or after. Default: 7 days ago."""
    dateEnd: DateLike
    """DateTimeEntry before. Default: today at midnight."""


class NewAsapComm(TypedDict, total=False):
    """Body of `create`."""

    op: Required[int]
    aptNum: int
    """Priority must be ASAP. Mandatory before 25.2.9."""
    recallNum: Annotated[int, Since("25.2.9")]
    """Priority must be ASAP."""
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
)


class AsapComms(Resource):
    """AsapComms. Text-message offers of the ASAP list (eServices)."""

    async def get(self, AsapCommNum: int) -> AsapComm:
        """Read one asap comm. API: AsapComms GET (single), 23.3.3."""
        return await self._call(GET, AsapCommNum)

    def list(self, **filters: Unpack[AsapCommFilters]) -> Rows[AsapComm]:
        """List asap comm rows. API: AsapComms GET (multiple), 23.3.3."""
        return self._rows(LIST, query=filters)

    async def create(self, **body: Unpack[NewAsapComm]) -> AsapComm:
        """Add one asap comm.

        Needs the WebSched ASAP and texting services; sends a text and adds a blockout. Fails on overlap.
        Parameter names start in lower case. Give at least one of aptNum and recallNum.

        API: AsapComms POST (Insert), 23.3.3, permission TextingASAP.
        """
        return await self._call(CREATE, body=body)
