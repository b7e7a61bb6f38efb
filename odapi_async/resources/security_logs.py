"""SecurityLogs: DOC."""

from datetime import datetime
from typing import TypedDict, Unpack

from odapi_async.operation import Operation
from odapi_async.resources.base import Resource, Row
from odapi_async.rows import Rows


class SecurityLog(Row, frozen=True):
    """DOC SecurityLog."""

    SecurityLogNum: int = 0
    PermType: str = ""
    UserNum: int = 0
    LogDateTime: datetime | None = None
    """US style with AM/PM."""
    LogText: str = ""
    PatNum: int = 0
    CompName: str = ""
    LogSource: str = ""


class SecurityLogFilters(TypedDict, total=False):
    """Filters of `list`."""

    PermType: str
    """Audit trail permission name; open list."""


LIST = Operation("GET", "/securitylogs", SecurityLog, since="23.1.33", query=SecurityLogFilters)


class SecurityLogs(Resource):
    """SecurityLogs. Read only; only entries made by the calling developer."""

    def list(self, **filters: Unpack[SecurityLogFilters]) -> Rows[SecurityLog]:
        """List security log rows. API: SecurityLogs GET, 23.1.33."""
        return self._rows(LIST, query=filters)
