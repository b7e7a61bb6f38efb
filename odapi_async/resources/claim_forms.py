"""ClaimForms: the forms that claims are printed on."""

from typing import Annotated

from odapi_async._core.operation import Operation
from odapi_async._paging.rows import Rows
from odapi_async._wire import Since
from odapi_async.resources.base import Resource, Row


class ClaimForm(Row, frozen=True):
    """A form that claims are printed on."""

    ClaimFormNum: Annotated[int, Since("25.2.26")] = 0
    Description: Annotated[str, Since("25.2.26")] = ""
    IsHidden: Annotated[bool, Since("25.2.26")] = False


GET = Operation("GET", "/claimforms/{ClaimFormNum}", ClaimForm, since="25.2.26")
LIST = Operation("GET", "/claimforms", ClaimForm, since="25.2.26")


class ClaimForms(Resource):
    """Printed claim forms. Read only."""

    async def get(self, ClaimFormNum: int) -> ClaimForm:
        """Read one claim form. API: ClaimForms GET (single), 25.2.26."""
        return await self._call(GET, ClaimFormNum)

    def list(self) -> Rows[ClaimForm]:
        """List claim forms. API: ClaimForms GET (multiple), 25.2.26."""
        return self._rows(LIST)
