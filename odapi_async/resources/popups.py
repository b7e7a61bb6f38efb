"""Popups: DOC."""

from datetime import datetime
from types import NoneType
from typing import Annotated, Required, TypedDict, Unpack

from odapi_async.enums import popups as enums
from odapi_async.operation import Operation
from odapi_async.resources.base import Resource, Row
from odapi_async.rows import Rows
from odapi_async.wire import DateTimeLike, Since


class Popup(Row, frozen=True):
    """DOC Popup."""

    PopupNum: int = 0
    PatNum: int = 0
    Description: str = ""
    PopupLevel: str = ""
    DateTimeEntry: Annotated[datetime | None, Since("25.1.12")] = None
    IsArchived: Annotated[bool, Since("25.1.12")] = False
    PopupNumArchive: Annotated[int, Since("25.1.12")] = 0
    """Popup of which this is an archived copy; 0 = none."""
    IsDisabled: bool = False
    """Unreliable since 22.2."""
    DateTimeDisabled: Annotated[datetime | None, Since("22.2")] = None
    """US style with AM/PM; 1/1/0001 = not disabled; yyyy-MM-dd HH:mm:ss in the November 2025 copy."""


class PopupFilters(TypedDict, total=False):
    """Filters of `list`."""

    PatNum: Required[int]
    """Implied, not marked as required."""


class NewPopup(TypedDict, total=False):
    """Body of `create`."""

    PatNum: Required[int]
    Description: Required[str]
    PopupLevel: enums.PopupLevel | str
    """SuperFamily only for members of one. Default: Patient."""
    DateTimeDisabled: Annotated[DateTimeLike, Since("25.1.12")]
    """When the popup goes quiet; 0001-01-01 00:00:00 = never. Default: 0001-01-01 00:00:00."""


class PopupUpdate(TypedDict, total=False):
    """Body of `update`."""

    Description: str
    """Replaces the stored text."""
    PopupLevel: enums.PopupLevel | str
    DateTimeDisabled: DateTimeLike
    """0001-01-01 00:00:00 = never."""


LIST = Operation("GET", "/popups", Popup, since="21.4", query=PopupFilters)
CREATE = Operation("POST", "/popups", NoneType, since="21.1", permission="Comm", body=NewPopup)
UPDATE = Operation("PUT", "/popups/{PopupNum}", Popup, since="25.1.12", permission="Comm", body=PopupUpdate)


class Popups(Resource):
    """Popups. IsDisabled is unreliable since 22.2; use DateTimeDisabled. That field came as US date with
    AM/PM until March 2025 at least.
    """

    def list(self, **filters: Unpack[PopupFilters]) -> Rows[Popup]:
        """List popup rows.

        Includes popups of the family and super family, disabled ones too.

        API: Popups GET, 21.4.
        """
        return self._rows(LIST, query=filters)

    async def create(self, **body: Unpack[NewPopup]) -> None:
        """Add one popup.

        The November 2025 copy shows the created row as the reply.

        API: Popups POST (create), 21.1, permission Comm.
        """
        await self._call(CREATE, body=body)

    async def update(self, PopupNum: int, **body: Unpack[PopupUpdate]) -> Popup:
        """Change what is given and leave the rest.

        A changed Description leaves an archived copy behind: IsArchived true, PopupNumArchive the key of this
        popup.

        API: Popups PUT (update), 25.1.12, permission Comm.
        """
        return await self._call(UPDATE, PopupNum, body=body)
