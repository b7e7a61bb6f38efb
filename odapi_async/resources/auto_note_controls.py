"""AutoNoteControls: DOC."""

from types import NoneType
from typing import Required, TypedDict, Unpack

from odapi_async.enums import auto_note_controls as enums
from odapi_async.operation import Operation
from odapi_async.resources.base import Resource, Row
from odapi_async.rows import Rows


class AutoNoteControl(Row, frozen=True):
    """DOC AutoNoteControl."""

    AutoNoteControlNum: int = 0
    Descript: str = ""
    ControlType: str = ""
    ControlLabel: str = ""
    ControlOptions: str = ""


class NewAutoNoteControl(TypedDict, total=False):
    """Body of `create`."""

    Descript: Required[str]
    ControlType: Required[enums.ControlType | str]
    ControlLabel: Required[str]
    ControlOptions: str
    """Required unless ControlType is Text; items separated by CRLF."""


class AutoNoteControlUpdate(TypedDict, total=False):
    """Body of `update`."""

    Descript: str
    ControlType: enums.ControlType | str
    ControlLabel: str
    ControlOptions: str
    """Items separated by CRLF."""


LIST = Operation("GET", "/autonotecontrols", AutoNoteControl, since="22.3.22")
CREATE = Operation(
    "POST",
    "/autonotecontrols",
    AutoNoteControl,
    since="22.3",
    permission="AllOthers",
    body=NewAutoNoteControl,
)
UPDATE = Operation(
    "PUT",
    "/autonotecontrols/{AutoNoteControlNum}",
    NoneType,
    since="22.3",
    permission="AllOthers",
    body=AutoNoteControlUpdate,
)


class AutoNoteControls(Resource):
    """AutoNoteControls. Prompts that an AutoNote may reference by Descript."""

    def list(self) -> Rows[AutoNoteControl]:
        """List auto note control rows. API: AutoNoteControls GET, 22.3.22."""
        return self._rows(LIST)

    async def create(self, **body: Unpack[NewAutoNoteControl]) -> AutoNoteControl:
        """Add one auto note control. API: AutoNoteControls POST (create), 22.3, permission AllOthers."""
        return await self._call(CREATE, body=body)

    async def update(self, AutoNoteControlNum: int, **body: Unpack[AutoNoteControlUpdate]) -> None:
        """Change what is given and leave the rest.

        API: AutoNoteControls PUT (update), 22.3, permission AllOthers.
        """
        await self._call(UPDATE, AutoNoteControlNum, body=body)
