"""Recalls: DOC."""

from datetime import date, datetime
from decimal import Decimal
from types import NoneType
from typing import Required, TypedDict, Unpack

from odapi_async.enums import appointments as appointment_enums
from odapi_async.enums import recalls as enums
from odapi_async.operation import Operation
from odapi_async.resources.base import Resource, Row
from odapi_async.rows import Rows
from odapi_async.wire import DateLike, Money


class Recall(Row, frozen=True):
    """DOC Recall."""

    RecallNum: int = 0
    PatNum: int = 0
    DateDue: date | None = None
    DatePrevious: date | None = None
    RecallInterval: str = ""
    RecallStatus: int = 0
    recallStatus: str = ""
    Note: str = ""
    IsDisabled: bool = False
    DateTStamp: datetime | None = None
    RecallTypeNum: int = 0
    DisableUntilBalance: Decimal = Decimal(0)
    DisableUntilDate: date | None = None
    DateScheduled: date | None = None
    Priority: str = ""
    TimePatternOverride: str = ""


class RecallListItem(Row, frozen=True):
    """DOC RecallListItem."""

    DueDate: date | None = None
    """US style."""
    PatNum: int = 0
    Patient: str = ""
    Age: int = 0
    Type: str = ""
    Interval: str = ""
    NumRemind: int = 0
    LastRemind: date | None = None
    """US style."""
    Contact: str = ""
    Status: str = ""
    ClinicNum: int = 0
    Note: str = ""


class _RecallBody(TypedDict, total=False):
    DateDue: DateLike
    RecallInterval: str
    """E.g. 1y6m20d."""
    RecallStatus: int
    """A definition of category 13."""
    Note: str
    IsDisabled: bool
    DisableUntilBalance: Money
    """Hidden until the family balance is below."""
    DisableUntilDate: DateLike
    Priority: appointment_enums.Priority | str
    TimePatternOverride: str
    """X and /."""


class RecallFilters(TypedDict, total=False):
    """Filters of `list`."""

    PatNum: int


class RecallRecallListFilters(TypedDict, total=False):
    """Filters of `recall_list`."""

    DateStart: DateLike
    """Due date range. Default: preference RecallDaysPast."""
    DateEnd: DateLike
    """Due date range. Default: preference RecallDaysFuture."""
    ProvNum: int
    """Primary or secondary provider. Default: all."""
    ClinicNum: int
    """0 = unassigned. Default: all."""
    RecallType: str
    """Set up by the office. Default: all shown types."""
    IncludeReminded: bool
    """Patients already reminded. Default: false."""


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
    """Set up by the office."""
    RecallStatus: int
    """0 = none. A definition of category 13."""
    commlogMode: enums.CommlogMode | str
    commlogNote: str
    """Replaces the default text."""


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
    adds_up=True,
)
SWITCH_TYPE = Operation(
    "PUT",
    "/recalls/SwitchType",
    NoneType,
    since="22.4.41",
    permission="AllOthers",
    body=RecallSwitchTypeBody,
    adds_up=True,
)


class Recalls(Resource):
    """Recalls. A patient has no more than one recall of a type. Intervals are digits with y, m, w, d, e.g.
    1y6m20d. RecallStatus 0 means none.
    """

    def list(self, **filters: Unpack[RecallFilters]) -> Rows[Recall]:
        """List recall rows. API: Recalls GET, 22.4.40."""
        return self._rows(LIST, query=filters)

    def recall_list(self, **filters: Unpack[RecallRecallListFilters]) -> Rows[RecallListItem]:
        """DOC recall_list.

        Mirrors the recall list of the application; dates are US style and numbers are strings. Shown types
        come from preference RecallTypesShowingInList.

        API: Recalls GET List, 22.1.
        """
        return self._rows(RECALL_LIST, query=filters)

    async def create(self, **body: Unpack[NewRecall]) -> Recall:
        """Add one recall.

        Success is printed as 200.

        API: Recalls POST (create), 24.2.31, permission AllOthers.
        """
        return await self._call(CREATE, body=body)

    async def update(self, RecallNum: int, **body: Unpack[RecallUpdate]) -> Recall:
        """Change what is given and leave the rest.

        API: Recalls PUT (update), 24.2.31, permission AllOthers.
        """
        return await self._call(UPDATE, RecallNum, body=body)

    async def update_status(self, **body: Unpack[RecallUpdateStatusBody]) -> None:
        """DOC update_status.

        Sets the reminder status, not the appointment; also writes a commlog. No id in the path.

        API: Recalls PUT Status, 21.2, permission Comm.
        """
        await self._call(UPDATE_STATUS, body=body)

    async def switch_type(self, **body: Unpack[RecallSwitchTypeBody]) -> None:
        """DOC switch_type.

        Switches Prophy to Perio and back. No id in the path.

        API: Recalls PUT SwitchType, 22.4.41, permission AllOthers.
        """
        await self._call(SWITCH_TYPE, body=body)
