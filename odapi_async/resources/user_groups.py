"""UserGroups: DOC."""

from typing import TypedDict, Unpack

from odapi_async.operation import Operation
from odapi_async.resources.base import Resource, Row
from odapi_async.rows import Rows


class UserGroup(Row, frozen=True):
    """DOC UserGroup."""

    UserGroupNum: int = 0
    Description: str = ""
    UserGroupNumCEMT: int = 0


class UserGroupFilters(TypedDict, total=False):
    """Filters of `list`."""

    includeCEMT: bool
    """Adds central management groups. Default: false."""


LIST = Operation("GET", "/usergroups", UserGroup, since="23.2.21", query=UserGroupFilters)


class UserGroups(Resource):
    """UserGroups. Read only; may include groups of the central management tool (CEMT)."""

    def list(self, **filters: Unpack[UserGroupFilters]) -> Rows[UserGroup]:
        """List user group rows. API: UserGroups GET, 23.2.21."""
        return self._rows(LIST, query=filters)
