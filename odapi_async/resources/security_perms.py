"""SecurityPerms: DOC."""

from odapi_async.operation import Operation
from odapi_async.resources.base import Resource, Row
from odapi_async.rows import Rows


class SecurityPerm(Row, frozen=True):
    """DOC SecurityPerm."""

    Permission: str = ""
    HasPermission: bool = False


LIST = Operation("GET", "/securityperms", SecurityPerm, since="22.2")


class SecurityPerms(Resource):
    """SecurityPerms. Permissions that the calling developer key has at this office, one row each; names carry
    the prefix Api.
    """

    def list(self) -> Rows[SecurityPerm]:
        """List security perm rows. API: SecurityPerms GET, 22.2."""
        return self._rows(LIST)
