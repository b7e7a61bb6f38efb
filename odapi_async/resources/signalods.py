"""Signalods: signals that data at the office has changed."""

from datetime import date, datetime
from typing import Required, Unpack

from odapi_async._core.operation import Operation
from odapi_async._paging.rows import Rows
from odapi_async._wire import DateAndTimeFormats, DateTimeLike
from odapi_async.resources.base import Resource, Row


class Signalod(Row, frozen=True):
    """A signal that data has changed."""

    SignalNum: int = 0
    DateViewing: date | None = None
    SigDateTime: datetime | None = None
    FKey: int = 0
    """The id of the changed row in the table that FKeyType names; 0 for none."""
    FKeyType: str = ""
    IType: str = ""
    """The kind of data that changed."""
    RemoteRole: str = ""
    MsgValue: str = ""
    serverDateTime: datetime | None = None


class SignalodFilters(DateAndTimeFormats, total=False):
    """Filters of `list`."""

    SigDateTime: Required[DateTimeLike]
    """Signals after this time. Take it from the `serverDateTime` of an earlier response."""


LIST = Operation("GET", "/signalods", Signalod, since="21.2", query=SignalodFilters)


class Signalods(Resource):
    """Signals of changes between the workstations of the office. Read only."""

    def list(self, **filters: Unpack[SignalodFilters]) -> Rows[Signalod]:
        """List the signals after a time. API: Signalods GET, 21.2."""
        return self._rows(LIST, query=filters)
