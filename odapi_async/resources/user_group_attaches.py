"""UserGroupAttaches: memberships of users in user groups."""

from typing import TypedDict, Unpack

from odapi_async._core.operation import Operation
from odapi_async._paging.rows import Rows
from odapi_async.resources.base import Resource, Row


class UserGroupAttach(Row, frozen=True):
    """One user in one group."""

    UserGroupAttachNum: int = 0
    UserNum: int = 0
    UserGroupNum: int = 0


class UserGroupAttachFilters(TypedDict, total=False):
    """Filters of `list`."""

    UserNum: int
    UserGroupNum: int


LIST = Operation("GET", "/usergroupattaches", UserGroupAttach, since="23.3.7", query=UserGroupAttachFilters)


class UserGroupAttaches(Resource):
    """Memberships of users in user groups. Read only."""

    def list(self, **filters: Unpack[UserGroupAttachFilters]) -> Rows[UserGroupAttach]:
        """List memberships of users in groups. API: UserGroupAttaches GET, 23.3.7."""
        return self._rows(LIST, query=filters)
