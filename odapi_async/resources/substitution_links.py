"""SubstitutionLinks: codes that a plan pays as other codes (downgrades)."""

from types import NoneType
from typing import Annotated, Required, TypedDict, Unpack

from odapi_async._core.operation import Operation
from odapi_async._paging.rows import Rows
from odapi_async._wire import Alias
from odapi_async.enums import procedure_codes as procedure_code_enums
from odapi_async.resources.base import Resource, Row


class SubstitutionLink(Row, frozen=True):
    """A downgrade rule: the plan pays one code as another if SubstOnlyIf applies."""

    SubstitutionLinkNum: Annotated[int, Alias("SubstiutionLinkNum")] = 0
    PlanNum: int = 0
    CodeNum: int = 0
    """The code that is replaced."""
    SubstitutionCode: str = ""
    """The ProcCode that replaces it."""
    SubstOnlyIf: str = ""


class SubstitutionLinkFilters(TypedDict, total=False):
    """Filters of `list`."""

    PlanNum: int


class NewSubstitutionLink(TypedDict, total=False):
    """Body of `create`."""

    PlanNum: Required[int]
    CodeNum: Required[int]
    """The code that is replaced."""
    SubstitutionCode: Required[str]
    """The ProcCode that replaces it; case matters."""
    SubstOnlyIf: Required[procedure_code_enums.SubstOnlyIf | str]


class SubstitutionLinkUpdate(TypedDict, total=False):
    """Body of `update`."""

    SubstitutionCode: str
    """The ProcCode that replaces it; case matters."""
    SubstOnlyIf: procedure_code_enums.SubstOnlyIf | str


LIST = Operation(
    "GET", "/substitutionlinks", SubstitutionLink, since="22.4.25", query=SubstitutionLinkFilters
)
CREATE = Operation(
    "POST",
    "/substitutionlinks",
    SubstitutionLink,
    since="22.4.1",
    permission="AllOthers",
    body=NewSubstitutionLink,
)
UPDATE = Operation(
    "PUT",
    "/substitutionlinks/{SubstitutionLinkNum}",
    SubstitutionLink,
    since="22.4.25",
    permission="AllOthers",
    body=SubstitutionLinkUpdate,
)
DELETE = Operation(
    "DELETE", "/substitutionlinks/{SubstitutionLinkNum}", NoneType, since="22.4.25", permission="AllOthers"
)


class SubstitutionLinks(Resource):
    """Downgrade rules of insurance plans: a procedure code is replaced if SubstOnlyIf applies."""

    def list(self, **filters: Unpack[SubstitutionLinkFilters]) -> Rows[SubstitutionLink]:
        """List downgrade rules. API: SubstitutionLinks GET, 22.4.25."""
        return self._rows(LIST, query=filters)

    async def create(self, **body: Unpack[NewSubstitutionLink]) -> SubstitutionLink:
        """Add a downgrade rule to an insurance plan.

        API: SubstitutionLinks POST (create), 22.4.1, permission AllOthers.
        """
        return await self._call(CREATE, body=body)

    async def update(
        self, SubstitutionLinkNum: int, **body: Unpack[SubstitutionLinkUpdate]
    ) -> SubstitutionLink:
        """Change the given fields; leave the rest.

        API: SubstitutionLinks PUT (update), 22.4.25, permission AllOthers.
        """
        return await self._call(UPDATE, SubstitutionLinkNum, body=body)

    async def delete(self, SubstitutionLinkNum: int) -> None:
        """Delete one downgrade rule. API: SubstitutionLinks DELETE, 22.4.25, permission AllOthers."""
        await self._call(DELETE, SubstitutionLinkNum)
