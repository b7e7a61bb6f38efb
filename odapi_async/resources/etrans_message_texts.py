"""EtransMessageTexts: the raw text of electronic transactions."""

from odapi_async._core.operation import Operation
from odapi_async.resources.base import Resource, Row


class EtransMessageText(Row, frozen=True):
    """The raw text of an electronic transaction."""

    EtransMessageTextNum: int = 0
    MessageText: str = ""


GET = Operation("GET", "/etransmessagetexts/{EtransMessageTextNum}", EtransMessageText, since="23.2.11")


class EtransMessageTexts(Resource):
    """Raw texts of electronic transactions; a row of `Etranss` has the id of its text."""

    async def get(self, EtransMessageTextNum: int) -> EtransMessageText:
        """Read the raw text of one transaction. API: EtransMessageTexts GET (single), 23.2.11."""
        return await self._call(GET, EtransMessageTextNum)
