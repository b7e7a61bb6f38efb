"""Signalods: DOC."""

from datetime import date, datetime
from typing import Required, TypedDict, Unpack

from odapi_async.operation import Operation
from odapi_async.resources.base import Resource, Row
from odapi_async.rows import Rows
from odapi_async.wire import DateTimeLike


class Signalod(Row, frozen=True):
    """DOC Signalod."""

    SignalNum: int = 0
    DateViewing: date | None = None
    SigDateTime: datetime | None = None
    FKey: int = 0
    FKeyType: str = ""
    IType: str = ""
    RemoteRole: str = ""
    MsgValue: str = ""
    serverDateTime: datetime | None = None


class SignalodFilters(TypedDict, total=False):
    """Filters of `list`."""

    SigDateTime: Required[DateTimeLike]
    """Signals after this moment."""


LIST = Operation("GET", "/signalods", Signalod, since="21.2", query=SignalodFilters)


class Signalods(Resource):
    """Signalods. Read only change signals of the office; poll with the last serverDateTime."""

    def list(self, **filters: Unpack[SignalodFilters]) -> Rows[Signalod]:
        """List signalod rows.

        Empty list when there is none. Use serverDateTime for the next request.

        API: Signalods GET, 21.2.
        """
        return self._rows(LIST, query=filters)
