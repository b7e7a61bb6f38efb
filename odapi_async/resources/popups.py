"""Popups: alerts that pop up when a patient is selected."""

from datetime import datetime
from typing import Annotated, Required, Unpack

from odapi_async._core.operation import Operation
from odapi_async._paging.rows import Rows
from odapi_async._wire import DateTimeFormats, DateTimeLike, Since
from odapi_async.enums import popups as enums
from odapi_async.resources.base import Resource, Row


class Popup(Row, frozen=True):
    """An alert for a patient, a family or a super family."""

    PopupNum: int = 0
    PatNum: int = 0
    Description: str = ""
    PopupLevel: str = ""
    DateTimeEntry: Annotated[datetime | None, Since("25.1.12")] = None
    IsArchived: Annotated[bool, Since("25.1.12")] = False
    PopupNumArchive: Annotated[int, Since("25.1.12")] = 0
    """The popup that this is an archived copy of; 0 if it is no copy."""
    IsDisabled: bool = False
    """Unreliable since 22.2: it stays False for disabled popups."""
    DateTimeDisabled: Annotated[datetime | None, Since("22.2")] = None
    """When it is disabled; None for never."""


class PopupFilters(DateTimeFormats, total=False):
    """Filters of `list`."""

    PatNum: Required[int]


class NewPopup(DateTimeFormats, total=False):
    """Body of `create`."""

    PatNum: Required[int]
    Description: Required[str]
    PopupLevel: enums.PopupLevel | str
    """SuperFamily only for members of one. Default: Patient."""
    DateTimeDisabled: Annotated[DateTimeLike, Since("25.1.12")]
    """When it is disabled; None for never."""


class PopupUpdate(DateTimeFormats, total=False):
    """Body of `update`."""

    Description: str
    PopupLevel: enums.PopupLevel | str
    DateTimeDisabled: DateTimeLike
    """When it is disabled; None for never."""


LIST = Operation("GET", "/popups", Popup, since="21.4", query=PopupFilters)
CREATE = Operation("POST", "/popups", Popup, since="21.1", permission="Comm", body=NewPopup, read_back=LIST)
UPDATE = Operation("PUT", "/popups/{PopupNum}", Popup, since="25.1.12", permission="Comm", body=PopupUpdate)


class Popups(Resource):
    """Alerts for patients, families and super families.

    They cannot be deleted; set DateTimeDisabled to disable one. When you read, use it and not IsDisabled.
    """

    def list(self, **filters: Unpack[PopupFilters]) -> Rows[Popup]:
        """List the popups of a patient, the family and the super family, including disabled ones.

        API: Popups GET, 21.4.
        """
        return self._rows(LIST, query=filters)

    async def create(self, **body: Unpack[NewPopup]) -> Popup:
        """Add a popup and return its row.

        The reply of an older server is empty: then PopupNum is 0, and `list` reads the new row.

        API: Popups POST (create), 21.1, permission Comm.
        """
        return await self._call(CREATE, body=body)

    async def update(self, PopupNum: int, **body: Unpack[PopupUpdate]) -> Popup:
        """Change the given fields; leave the rest.

        If Description changes, an archived copy is kept, whose PopupNumArchive is the PopupNum of this one.

        API: Popups PUT (update), 25.1.12, permission Comm.
        """
        return await self._call(UPDATE, PopupNum, body=body)
