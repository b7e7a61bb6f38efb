"""Recalls: due dates of patients, and reminders."""

from datetime import date, datetime
from decimal import Decimal
from types import NoneType
from typing import Required, TypedDict, Unpack

from odapi_async._core.operation import Operation
from odapi_async._paging.rows import Rows
from odapi_async._wire import DateAndTimeFormats, DateFormats, DateLike, Money
from odapi_async.enums import appointments as appointment_enums
from odapi_async.enums import recalls as enums
from odapi_async.resources.base import Resource, Row, View


class Recall(Row, frozen=True):
    """The due date of one patient for one type of recall."""

    RecallNum: int = 0
    PatNum: int = 0
    DateDue: date | None = None
    DatePrevious: date | None = None
    RecallInterval: str = ""
    """Years, months, weeks and days, such as 6m1d."""
    RecallStatus: int = 0
    """A definition of category 13, 0 for none; `recallStatus` is its text."""
    recallStatus: str = ""
    Note: str = ""
    IsDisabled: bool = False
    DateTStamp: datetime | None = None
    RecallTypeNum: int = 0
    DisableUntilBalance: Decimal = Decimal(0)
    """Hidden until the balance of the family is below this amount."""
    DisableUntilDate: date | None = None
    DateScheduled: date | None = None
    Priority: str = ""
    TimePatternOverride: str = ""
    """A time pattern of X and /."""


class RecallListItem(View, frozen=True):
    """A row of the recall list, with the columns that the program shows."""

    DueDate: date | None = None
    PatNum: int = 0
    Patient: str = ""
    Age: int = 0
    Type: str = ""
    Interval: str = ""
    NumRemind: int = 0
    """How many reminders were sent."""
    LastRemind: date | None = None
    """None before the first reminder."""
    Contact: str = ""
    """Free text, which may begin with a prefix such as "Text:"."""
    Status: str = ""
    ClinicNum: int = 0
    Note: str = ""


class _RecallBody(DateAndTimeFormats, total=False):
    """Body fields of `create` and `update`. The defaults are those of `create`."""

    DateDue: DateLike
    RecallInterval: str
    """Years, months, weeks and days, such as 1y6m20d. Default: the value of the type."""
    RecallStatus: int
    """A definition of category 13; 0 for none."""
    Note: str
    IsDisabled: bool
    DisableUntilBalance: Money
    """Hidden until the balance of the family is below this amount."""
    DisableUntilDate: DateLike
    Priority: appointment_enums.Priority | str
    TimePatternOverride: str
    """A time pattern of X and /."""


class RecallFilters(DateAndTimeFormats, total=False):
    """Filters of `list`."""

    PatNum: int


class RecallRecallListFilters(DateFormats, total=False):
    """Filters of `recall_list`."""

    DateStart: DateLike
    """The first due date. Default: from the preference RecallDaysPast."""
    DateEnd: DateLike
    """The last due date. Default: from the preference RecallDaysFuture."""
    ProvNum: int
    """Primary or secondary provider."""
    ClinicNum: int
    """0 for patients without a clinic."""
    RecallType: str
    """The office's name for it, such as Prophy. Default: all types that the program's list shows."""
    IncludeReminded: bool
    """Whether to include patients who have already been reminded."""


class NewRecall(_RecallBody, total=False):
    """Body of `create`."""

    PatNum: Required[int]
    RecallTypeNum: Required[int]


class RecallUpdate(_RecallBody, total=False):
    """Body of `update`."""


class RecallUpdateStatusBody(TypedDict, total=False):
    """Body of `update_status`."""

    PatNum: Required[int]
    recallType: Required[str]
    """The office's name for it, such as Prophy."""
    RecallStatus: int
    """A definition of category 13; 0 for none."""
    commlogMode: enums.CommlogMode | str
    commlogNote: str
    """Replaces the default text of the commlog."""


class RecallSwitchTypeBody(TypedDict, total=False):
    """Body of `switch_type`."""

    PatNum: Required[int]


LIST = Operation("GET", "/recalls", Recall, since="22.4.40", query=RecallFilters)
RECALL_LIST = Operation("GET", "/recalls/List", RecallListItem, since="22.1", query=RecallRecallListFilters)
CREATE = Operation("POST", "/recalls", Recall, since="24.2.31", permission="AllOthers", body=NewRecall)
UPDATE = Operation(
    "PUT", "/recalls/{RecallNum}", Recall, since="24.2.31", permission="AllOthers", body=RecallUpdate
)
UPDATE_STATUS = Operation(
    "PUT",
    "/recalls/Status",
    NoneType,
    since="21.2",
    permission="Comm",
    body=RecallUpdateStatusBody,
    idempotent=False,
)
SWITCH_TYPE = Operation(
    "PUT",
    "/recalls/SwitchType",
    NoneType,
    since="22.4.41",
    permission="AllOthers",
    body=RecallSwitchTypeBody,
    idempotent=False,
)


class Recalls(Resource):
    """Recalls: due dates of patients. A patient has at most one recall of each type."""

    def list(self, **filters: Unpack[RecallFilters]) -> Rows[Recall]:
        """List recalls. API: Recalls GET, 22.4.40."""
        return self._rows(LIST, query=filters)

    def recall_list(self, **filters: Unpack[RecallRecallListFilters]) -> Rows[RecallListItem]:
        """Read the recall list as the program shows it.

        By default it covers the office's own range of due dates, without patients who have already been
        reminded. The preference RecallTypesShowingInList determines the types.

        API: Recalls GET List, 22.1.
        """
        return self._rows(RECALL_LIST, query=filters)

    async def create(self, **body: Unpack[NewRecall]) -> Recall:
        """Add a recall. API: Recalls POST (create), 24.2.31, permission AllOthers."""
        return await self._call(CREATE, body=body)

    async def update(self, RecallNum: int, **body: Unpack[RecallUpdate]) -> Recall:
        """Change the given fields; leave the rest.

        API: Recalls PUT (update), 24.2.31, permission AllOthers.
        """
        return await self._call(UPDATE, RecallNum, body=body)

    async def update_status(self, **body: Unpack[RecallUpdateStatusBody]) -> None:
        """Set the reminder status of a patient's recall, and write a commlog about it.

        The status of the appointment does not change. Each call writes a commlog.

        API: Recalls PUT Status, 21.2, permission Comm.
        """
        await self._call(UPDATE_STATUS, body=body)

    async def switch_type(self, **body: Unpack[RecallSwitchTypeBody]) -> None:
        """Switch a patient's recall from Prophy to Perio, or back.

        A second call reverses the first.

        API: Recalls PUT SwitchType, 22.4.41, permission AllOthers.
        """
        await self._call(SWITCH_TYPE, body=body)
