"""Userods: the users who log in to the program."""

from typing import Annotated, Required, TypedDict, Unpack

from odapi_async._core.operation import Operation
from odapi_async._paging.rows import Rows
from odapi_async._wire import Ids, Since
from odapi_async.resources.base import Resource, Row


class Userod(Row, frozen=True):
    """A user."""

    UserNum: int = 0
    UserName: str = ""
    userGroupNums: Annotated[list[int], Since("25.1.10")] = []
    """Ids of user groups."""
    EmployeeNum: int = 0
    employeeName: str = ""
    ClinicNum: int = 0
    ProviderNum: int = 0
    providerName: str = ""
    emailAddress: str = ""
    IsHidden: bool = False
    UserNumCEMT: int = 0
    """Its id in the central management tool; 0 for none."""
    IsPasswordResetRequired: bool = False


class CreatedUserod(Row, frozen=True):
    """A user as `create` returns it: with one group and the password."""

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
    """Secret: the password in plain text. Keep it out of logs."""
    IsPasswordResetRequired: bool = False


class UserodFilters(TypedDict, total=False):
    """Filters of `list`."""

    includeHidden: Annotated[bool, Since("22.4.24")]
    """True includes hidden users."""
    includeCEMT: Annotated[bool, Since("25.1.10")]
    """True includes the users of the central management tool."""


class NewUserod(TypedDict, total=False):
    """Body of `create`."""

    UserName: Required[str]
    """Unique, without a space at the end."""
    UserGroupNum: Required[int]
    Password: Required[str]
    """At least 8 characters with a digit, an upper-case and a lower-case letter; the office may require a
    symbol.
    """
    IsPasswordResetRequired: Annotated[bool, Since("25.1.10")]


class UserodUpdate(TypedDict, total=False):
    """Body of `update`."""

    userGroupNums: Annotated[Ids, Since("25.1.10")]
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
    """Users who log in. A user may be linked to a provider or an employee.

    They cannot be deleted, only hidden.
    """

    def list(self, **filters: Unpack[UserodFilters]) -> Rows[Userod]:
        """List users; hidden ones and those of central management are left out unless requested.

        API: Userods GET, 21.3.
        """
        return self._rows(LIST, query=filters)

    async def create(self, **body: Unpack[NewUserod]) -> CreatedUserod:
        """Add a user.

        The response repeats the password in plain text: keep it out of logs.

        API: Userods POST (create), 22.1, permission Setup.
        """
        return await self._call(CREATE, body=body)

    async def update(self, UserNum: int, **body: Unpack[UserodUpdate]) -> Userod:
        """Change the given fields; leave the rest. API: Userods PUT (update), 22.4.20, permission Setup."""
        return await self._call(UPDATE, UserNum, body=body)
