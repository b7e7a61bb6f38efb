"""AutoNoteControls: prompts used in note templates."""

from types import NoneType
from typing import Required, TypedDict, Unpack

from odapi_async._core.operation import Operation
from odapi_async._paging.rows import Rows
from odapi_async.enums import auto_note_controls as enums
from odapi_async.resources.base import Resource, Row


class AutoNoteControl(Row, frozen=True):
    """A prompt of note templates."""

    AutoNoteControlNum: int = 0
    Descript: str = ""
    """The name that templates use for it."""
    ControlType: str = ""
    ControlLabel: str = ""
    ControlOptions: str = ""
    """The items to choose from, unless ControlType is Text."""


class NewAutoNoteControl(TypedDict, total=False):
    """Body of `create`."""

    Descript: Required[str]
    """The name that templates use for it."""
    ControlType: Required[enums.ControlType | str]
    ControlLabel: Required[str]
    ControlOptions: str
    """The items to choose from, one per line (CRLF). Needed unless ControlType is Text."""


class AutoNoteControlUpdate(TypedDict, total=False):
    """Body of `update`."""

    Descript: str
    ControlType: enums.ControlType | str
    ControlLabel: str
    ControlOptions: str
    """The items to choose from, one per line (CRLF)."""


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
    read_back=LIST,
)


class AutoNoteControls(Resource):
    """The prompts of note templates (see `auto_notes`), used by their Descript. They cannot be deleted."""

    def list(self) -> Rows[AutoNoteControl]:
        """List the prompts of note templates. API: AutoNoteControls GET, 22.3.22."""
        return self._rows(LIST)

    async def create(self, **body: Unpack[NewAutoNoteControl]) -> AutoNoteControl:
        """Add a prompt. API: AutoNoteControls POST (create), 22.3, permission AllOthers."""
        return await self._call(CREATE, body=body)

    async def update(self, AutoNoteControlNum: int, **body: Unpack[AutoNoteControlUpdate]) -> None:
        """Change the given fields; leave the rest.

        API: AutoNoteControls PUT (update), 22.3, permission AllOthers.
        """
        await self._call(UPDATE, AutoNoteControlNum, body=body)
