"""Etrans: DOC."""

from types import NoneType
from typing import TypedDict, Unpack

from odapi_async.operation import Operation
from odapi_async.resources.base import Resource
from odapi_async.wire import DateTimeLike


class NewEtran(TypedDict, total=False):
    """Body of `create`."""

    DateTimeTrans: DateTimeLike
    """From the example only."""
    HqClearinghouseNum: int
    """From the example only."""
    MessageText: str
    """From the example only."""
    UserNum: int
    """From the example only."""


CREATE = Operation("POST", "/etrans", NoneType, since=None, permission="AllOthers", body=NewEtran)


class Etrans(Resource):
    """Etrans. Announced but not confirmed: the reference dates it as planned for 21.2 and the permission
    table does not list it. Treat as unavailable.
    """

    async def create(self, **body: Unpack[NewEtran]) -> None:
        """Add one etran.

        Meant to create an ERA 835 row; not documented beyond one example. No location header and no body.

        API: Etrans POST, permission AllOthers.
        """
        await self._call(CREATE, body=body)
