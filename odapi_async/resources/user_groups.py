"""UserGroups: groups of users with the same permissions in the program."""

from typing import TypedDict, Unpack

from odapi_async._core.operation import Operation
from odapi_async._paging.rows import Rows
from odapi_async.resources.base import Resource, Row


class UserGroup(Row, frozen=True):
    """A group of users."""

    UserGroupNum: int = 0
    Description: str = ""
    UserGroupNumCEMT: int = 0
    """Its id in the central management tool; 0 for none."""


class UserGroupFilters(TypedDict, total=False):
    """Filters of `list`."""

    includeCEMT: bool
    """True includes the groups of the central management tool."""


LIST = Operation("GET", "/usergroups", UserGroup, since="23.2.21", query=UserGroupFilters)


class UserGroups(Resource):
    """Groups of users. Read only."""

    def list(self, **filters: Unpack[UserGroupFilters]) -> Rows[UserGroup]:
        """List user groups; those of the central management tool are left out unless requested.

        API: UserGroups GET, 23.2.21.
        """
        return self._rows(LIST, query=filters)
