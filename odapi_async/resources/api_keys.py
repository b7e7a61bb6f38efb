"""ApiKeys: the customer keys of a developer, at all offices."""

from datetime import date, datetime
from typing import Required, Unpack

from odapi_async._core.operation import Operation
from odapi_async._paging.rows import Rows
from odapi_async._wire import DateAndTimeFormats
from odapi_async.enums import api_keys as enums
from odapi_async.resources.base import Resource, Row


class ApiKey(Row, frozen=True):
    """A customer key of the developer. It is a secret: never log it."""

    CustomerKey: str = ""
    """Secret: the key in plain text."""
    KeyStatus: str = ""
    DateCreated: date | None = None
    DateDisabled: date | None = None
    """None if the key is not disabled."""
    DateTimeAssigned: datetime | None = None
    """None if the key is not assigned."""
    DevRefId: str = ""
    """The developer's own reference, shown in the Developer Portal only."""


class ApiKeyUpdate(DateAndTimeFormats, total=False):
    """Body of `update`."""

    CustomerKey: Required[str]
    """Secret: the key to change."""
    KeyStatus: enums.KeyStatus | str
    DevRefId: str
    """Your own reference, shown in the Developer Portal only."""


LIST = Operation("GET", "/apikeys", ApiKey, since=None, permission=None)
CREATE = Operation("POST", "/apikeys", ApiKey, since=None, permission=None)
UPDATE = Operation("PUT", "/apikeys", ApiKey, since=None, permission=None, body=ApiKeyUpdate)


class ApiKeys(Resource):
    """Customer keys of a developer; no data of a practice.

    Responses contain the keys in plain text: never log them. Use a developer portal key, created in the
    Developer Portal, in place of the customer key. A customer key gives no access, and no permission does.
    """

    def list(self, **formats: Unpack[DateAndTimeFormats]) -> Rows[ApiKey]:
        """List all keys of the developer.

        Known from third parties only: try it on your server first.

        API: ApiKeys GET (multiple), 2025-08 or later.
        """
        return self._rows(LIST, query=formats)

    async def create(self, **formats: Unpack[DateAndTimeFormats]) -> ApiKey:
        """Create a key.

        Known from third parties only: try it on your server first.

        API: ApiKeys POST (create), 2025-08 or later.
        """
        return await self._call(CREATE, query=formats)

    async def update(self, **body: Unpack[ApiKeyUpdate]) -> ApiKey:
        """Change the key that CustomerKey names.

        Known from third parties only: try it on your server first.

        API: ApiKeys PUT (update), 2025-08 or later.
        """
        return await self._call(UPDATE, body=body)
