"""SecurityLogs: audit trail entries about the calls of this developer."""

from datetime import datetime
from typing import Unpack

from odapi_async._core.operation import Operation
from odapi_async._paging.rows import Rows
from odapi_async._wire import DateTimeFormats
from odapi_async.resources.base import Resource, Row


class SecurityLog(Row, frozen=True):
    """An entry of the audit trail."""

    SecurityLogNum: int = 0
    PermType: str = ""
    UserNum: int = 0
    LogDateTime: datetime | None = None
    LogText: str = ""
    PatNum: int = 0
    CompName: str = ""
    LogSource: str = ""


class SecurityLogFilters(DateTimeFormats, total=False):
    """Filters of `list`."""

    PermType: str
    """The kind of entry, such as PatientEdit."""


LIST = Operation("GET", "/securitylogs", SecurityLog, since="23.1.33", query=SecurityLogFilters)


class SecurityLogs(Resource):
    """Entries of the audit trail about the calls of this developer. Read only."""

    def list(self, **filters: Unpack[SecurityLogFilters]) -> Rows[SecurityLog]:
        """List the developer's own entries of the audit trail. API: SecurityLogs GET, 23.1.33."""
        return self._rows(LIST, query=filters)
