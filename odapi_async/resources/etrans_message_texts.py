"""EtransMessageTexts: DOC."""

from odapi_async.operation import Operation
from odapi_async.resources.base import Resource, Row


class EtransMessageText(Row, frozen=True):
    """DOC EtransMessageText."""

    EtransMessageTextNum: int = 0
    MessageText: str = ""


GET = Operation("GET", "/etransmessagetexts/{EtransMessageTextNum}", EtransMessageText, since="23.2.11")


class EtransMessageTexts(Resource):
    """EtransMessageTexts. Raw text of an electronic transaction."""

    async def get(self, EtransMessageTextNum: int) -> EtransMessageText:
        """Read one etrans message text. API: EtransMessageTexts GET (single), 23.2.11."""
        return await self._call(GET, EtransMessageTextNum)
