"""Etrans: filing of electronic remittances (ERA 835), as announced."""

from types import NoneType
from typing import TypedDict, Unpack

from odapi_async._core.operation import Operation
from odapi_async._wire import DateTimeLike
from odapi_async.resources.base import Resource


class NewEtran(TypedDict, total=False):
    """Body of `create`."""

    DateTimeTrans: DateTimeLike
    HqClearinghouseNum: int
    MessageText: str
    """The raw ERA 835."""
    UserNum: int


CREATE = Operation("POST", "/etrans", NoneType, since=None, permission="AllOthers", body=NewEtran)


class Etrans(Resource):
    """Filing of ERA 835 messages: announced for 21.2 but never confirmed, so treat it as unavailable.

    The electronic transactions of a patient are read from `Etranss`.
    """

    async def create(self, **body: Unpack[NewEtran]) -> None:
        """File an ERA 835.

        Known from one example only: try it on your server first. The response is empty: it does not even have
        the new id.

        API: Etrans POST, permission AllOthers.
        """
        await self._call(CREATE, body=body)
