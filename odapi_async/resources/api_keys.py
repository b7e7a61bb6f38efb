"""ApiKeys: DOC."""

from datetime import date, datetime
from typing import Required, TypedDict, Unpack

from odapi_async.enums import api_keys as enums
from odapi_async.operation import Operation
from odapi_async.resources.base import Resource, Row
from odapi_async.rows import Rows


class ApiKey(Row, frozen=True):
    """DOC ApiKey."""

    CustomerKey: str = ""
    """Secret: a customer key in clear."""
    KeyStatus: str = ""
    DateCreated: date | None = None
    DateDisabled: date | None = None
    """0001-01-01 = not disabled."""
    DateTimeAssigned: datetime | None = None
    """0001-01-01 00:00:00 = not assigned."""
    DevRefId: str = ""
    """In the later copy of the page."""


class ApiKeyUpdate(TypedDict, total=False):
    """Body of `update`."""

    CustomerKey: Required[str]
    """Secret: key to change."""
    KeyStatus: enums.KeyStatus | str
    DevRefId: str
    """The developer's own reference, shown in the portal only; in the later copy of the page."""


LIST = Operation("GET", "/apikeys", ApiKey, since=None, permission=None)
CREATE = Operation("POST", "/apikeys", ApiKey, since=None, permission=None)
UPDATE = Operation("PUT", "/apikeys", ApiKey, since=None, permission=None, body=ApiKeyUpdate)


class ApiKeys(Resource):
    """ApiKeys. Customer keys of a developer, not data of an office. Authorised by the developer key and a
    separate developer portal key: "ODFHIR <DeveloperKey>/<DeveloperPortalKey>". A customer key does not open
    it, no permission covers it. The portal key was first issued and reset by the vendor only; a later copy of
    the page lets developers make it in the Developer Portal. Replies hold customer keys in clear: never log
    them. No version is printed: since is a date here. Part of the remote service (inference).
    """

    def list(self) -> Rows[ApiKey]:
        """List api key rows.

        All keys of the developer. Paging is not mentioned. Known from third parties only: try it on your
        server first.

        API: ApiKeys GET (multiple), 2025-08 or later.
        """
        return self._rows(LIST)

    async def create(self) -> ApiKey:
        """Add one api key.

        No body. Makes a new key. Known from third parties only: try it on your server first.

        API: ApiKeys POST (create), 2025-08 or later.
        """
        return await self._call(CREATE)

    async def update(self, **body: Unpack[ApiKeyUpdate]) -> ApiKey:
        """Change what is given and leave the rest.

        Addressed by CustomerKey, no id in the path. Statuses are inferred. Known from third parties only: try
        it on your server first.

        API: ApiKeys PUT (update), 2025-08 or later.
        """
        return await self._call(UPDATE, body=body)
