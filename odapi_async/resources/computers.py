"""Computers: the workstations of the office."""

from datetime import datetime
from typing import Unpack

from odapi_async._core.operation import Operation
from odapi_async._paging.rows import Rows
from odapi_async._wire import DateTimeFormats
from odapi_async.resources.base import Resource, Row


class Computer(Row, frozen=True):
    """A workstation of the office."""

    ComputerNum: int = 0
    CompName: str = ""
    LastHeartBeat: datetime | None = None
    """A recent value means that the machine is running. None if there is no value."""


LIST = Operation("GET", "/computers", Computer, since="23.1.30")


class Computers(Resource):
    """The workstations of the office. Read only."""

    def list(self, **formats: Unpack[DateTimeFormats]) -> Rows[Computer]:
        """List workstations. API: Computers GET, 23.1.30."""
        return self._rows(LIST, query=formats)
