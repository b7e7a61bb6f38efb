"""Userods: DOC."""

from typing import Annotated, Required, TypedDict, Unpack

from odapi_async.operation import Operation
from odapi_async.resources.base import Resource, Row
from odapi_async.rows import Rows
from odapi_async.wire import Keys, Since


class Userod(Row, frozen=True):
    """DOC Userod."""

    UserNum: int = 0
    UserName: str = ""
    userGroupNums: Annotated[list[int], Since("25.1.10")] = []
    EmployeeNum: int = 0
    employeeName: str = ""
    ClinicNum: int = 0
    ProviderNum: int = 0
    providerName: str = ""
    emailAddress: str = ""
    IsHidden: bool = False
    UserNumCEMT: int = 0
    IsPasswordResetRequired: bool = False


class CreatedUserod(Row, frozen=True):
    """DOC CreatedUserod."""

    UserNum: int = 0
    UserName: str = ""
    EmployeeNum: int = 0
    employeeName: str = ""
    ProviderNum: int = 0
    providerName: str = ""
    ClinicNum: int = 0
    emailAddress: str = ""
    IsHidden: bool = False
    UserGroupNum: int = 0
    Password: str = ""
    """Secret: clear text, echoed."""
    IsPasswordResetRequired: bool = False


class UserodFilters(TypedDict, total=False):
    """Filters of `list`."""

    includeHidden: Annotated[bool, Since("22.4.24")]
    """Adds hidden users. Default: false."""
    includeCEMT: Annotated[bool, Since("25.1.10")]
    """Adds central management users. Default: false."""


class NewUserod(TypedDict, total=False):
    """Body of `create`."""

    UserName: Required[str]
    """Unique; no trailing blank."""
    UserGroupNum: Required[int]
    Password: Required[str]
    """8 or more, with digit, upper and lower case; maybe a symbol."""
    IsPasswordResetRequired: Annotated[bool, Since("25.1.10")]
    """Default: false."""


class UserodUpdate(TypedDict, total=False):
    """Body of `update`."""

    userGroupNums: Annotated[Keys, Since("25.1.10")]
    EmployeeNum: int
    ProviderNum: int
    ClinicNum: int
    IsHidden: bool
    IsPasswordResetRequired: Annotated[bool, Since("25.1.10")]


LIST = Operation("GET", "/userods", Userod, since="21.3", query=UserodFilters)
CREATE = Operation("POST", "/userods", CreatedUserod, since="22.1", permission="Setup", body=NewUserod)
UPDATE = Operation(
    "PUT", "/userods/{UserNum}", Userod, since="22.4.20", permission="Setup", body=UserodUpdate
)


class Userods(Resource):
    """Userods. Login users; separate from providers and employees but may be linked to either."""

    def list(self, **filters: Unpack[UserodFilters]) -> Rows[Userod]:
        """List userod rows.

        Central management users are left out unless asked for.

        API: Userods GET, 21.3.
        """
        return self._rows(LIST, query=filters)

    async def create(self, **body: Unpack[NewUserod]) -> CreatedUserod:
        """Add one userod.

        The reply repeats the password in clear text: never log it. It shows one UserGroupNum and no
        userGroupNums.

        API: Userods POST (create), 22.1, permission Setup.
        """
        return await self._call(CREATE, body=body)

    async def update(self, UserNum: int, **body: Unpack[UserodUpdate]) -> Userod:
        """Change what is given and leave the rest. API: Userods PUT (update), 22.4.20, permission Setup."""
        return await self._call(UPDATE, UserNum, body=body)
