"""Computers: DOC."""

from datetime import datetime

from odapi_async.operation import Operation
from odapi_async.resources.base import Resource, Row
from odapi_async.rows import Rows


class Computer(Row, frozen=True):
    """DOC Computer."""

    ComputerNum: int = 0
    CompName: str = ""
    LastHeartBeat: datetime | None = None


LIST = Operation("GET", "/computers", Computer, since="23.1.30")


class Computers(Resource):
    """Computers. Read only; LastHeartBeat shows which machines are running."""

    def list(self) -> Rows[Computer]:
        """List computer rows. API: Computers GET, 23.1.30."""
        return self._rows(LIST)
