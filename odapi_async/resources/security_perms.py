"""SecurityPerms: what this developer may do at the office."""

from odapi_async._core.operation import Operation
from odapi_async._paging.rows import Rows
from odapi_async.resources.base import Resource, Row


class SecurityPerm(Row, frozen=True):
    """One permission, and whether the developer has it at this office."""

    Permission: str = ""
    """The name of the permission after Api: ApiReadAll is ReadAll."""
    HasPermission: bool = False


LIST = Operation("GET", "/securityperms", SecurityPerm, since="22.2")


class SecurityPerms(Resource):
    """Permissions of the developer at this office, one row each. Read only.

    They set the pace: with any permission besides ApiReadAll the tier is `Tier.STANDARD` or better (see
    `odapi_async.limits`).
    """

    def list(self) -> Rows[SecurityPerm]:
        """List permissions, those that the developer lacks included. API: SecurityPerms GET, 22.2."""
        return self._rows(LIST)
