"""SecurityPerms: the permissions of this developer at the office."""

from odapi_async._core.operation import Operation
from odapi_async._paging.rows import Rows
from odapi_async.resources.base import Resource, View


class SecurityPerm(View, frozen=True):
    """One permission, and whether the developer has it at this office."""

    Permission: str = ""
    """The name of the permission with the prefix Api: ApiReadAll means ReadAll."""
    HasPermission: bool = False


LIST = Operation("GET", "/securityperms", SecurityPerm, since="22.2")


class SecurityPerms(Resource):
    """Permissions of the developer at this office, one row each. Read only.

    They determine the pace: with any permission besides ApiReadAll the tier is `Tier.STANDARD` or better (see
    `odapi_async.limits`).
    """

    def list(self) -> Rows[SecurityPerm]:
        """List all permissions, including those that the developer lacks. API: SecurityPerms GET, 22.2."""
        return self._rows(LIST)
