"""CodeGroups: groups of procedure codes for frequency limitations."""

from types import NoneType
from typing import Annotated, Required, TypedDict, Unpack

from odapi_async._core.operation import Operation
from odapi_async._paging.rows import Rows
from odapi_async._wire import Since
from odapi_async.enums import code_groups as enums
from odapi_async.resources.base import Resource, Row


class CodeGroup(Row, frozen=True):
    """A group of procedure codes, for frequency limitations of insurance plans."""

    CodeGroupNum: int = 0
    GroupName: str = ""
    ProcCodes: str = ""
    """Procedure codes separated by commas."""
    ItemOrder: int = 0
    CodeGroupFixed: str = ""
    IsHidden: bool = False
    ShowInAgeLimit: bool = False
    ShowInFrequency: Annotated[bool, Since("25.3.10")] = False
    ShowInOther: Annotated[bool, Since("25.3.10")] = False
    ShowInHistory: Annotated[bool, Since("26.1")] = False
    """For insurance history."""
    HistProcCode: Annotated[str, Since("26.1")] = ""
    """For insurance history."""
    IsPerioFourQuads: Annotated[bool, Since("26.1")] = False
    """For insurance history."""


class _CodeGroupBody(TypedDict, total=False):
    ProcCodes: str
    """Procedure codes separated by commas; they replace the stored ones."""
    CodeGroupFixed: enums.CodeGroupFixed | str
    IsHidden: bool
    """Hides it from frequency limitations. Since 25.3.10 refused if a ShowIn flag is true."""
    ShowInAgeLimit: bool
    ShowInFrequency: Annotated[bool, Since("25.3.10")]
    """Among the frequency limitations of the benefits window."""
    ShowInOther: Annotated[bool, Since("25.3.10")]
    """Among the other benefits of the benefits window."""
    ShowInHistory: Annotated[bool, Since("26.1")]
    """For insurance history."""
    HistProcCode: Annotated[str, Since("26.1")]
    """For insurance history."""
    IsPerioFourQuads: Annotated[bool, Since("26.1")]
    """For insurance history."""


class NewCodeGroup(_CodeGroupBody, total=False):
    """Body of `create`."""

    GroupName: Required[str]


class CodeGroupUpdate(_CodeGroupBody, total=False):
    """Body of `update`."""

    GroupName: str
    ItemOrder: Annotated[int, Since("25.4")]
    """Known from third parties only: try it on your server first."""


GET = Operation("GET", "/codegroups/{CodeGroupNum}", CodeGroup, since="25.3.10")
LIST = Operation("GET", "/codegroups", CodeGroup, since="23.2.62")
CREATE = Operation(
    "POST",
    "/codegroups",
    CodeGroup,
    since="24.1.29",
    permission="AllOthers",
    body=NewCodeGroup,
    read_back=GET,
)
UPDATE = Operation(
    "PUT",
    "/codegroups/{CodeGroupNum}",
    CodeGroup,
    since="24.1.29",
    permission="AllOthers",
    body=CodeGroupUpdate,
    read_back=GET,
)
DELETE = Operation(
    "DELETE",
    "/codegroups/{CodeGroupNum}",
    NoneType,
    since="26.1",
    permission="AllOthers",
    read_back=GET,
)


class CodeGroups(Resource):
    """Groups of procedure codes, used by frequency limitations."""

    async def get(self, CodeGroupNum: int) -> CodeGroup:
        """Read one code group. API: CodeGroups GET (single), 25.3.10."""
        return await self._call(GET, CodeGroupNum)

    def list(self) -> Rows[CodeGroup]:
        """List code groups. API: CodeGroups GET, 23.2.62."""
        return self._rows(LIST)

    async def create(self, **body: Unpack[NewCodeGroup]) -> CodeGroup:
        """Add a code group. API: CodeGroups POST (create), 24.1.29, permission AllOthers."""
        return await self._call(CREATE, body=body)

    async def update(self, CodeGroupNum: int, **body: Unpack[CodeGroupUpdate]) -> CodeGroup:
        """Change the given fields; leave the rest.

        API: CodeGroups PUT (update), 24.1.29, permission AllOthers.
        """
        return await self._call(UPDATE, CodeGroupNum, body=body)

    async def delete(self, CodeGroupNum: int) -> None:
        """Delete a code group.

        Known from third parties only: try it on your server first.

        API: CodeGroups DELETE, 26.1 to 26.3 (build unknown), permission AllOthers.
        """
        await self._call(DELETE, CodeGroupNum)
