"""ClaimTrackings: the status history of claims."""

from datetime import datetime
from typing import Required, Unpack

from odapi_async._core.operation import Operation
from odapi_async._paging.rows import Rows
from odapi_async._wire import DateTimeFormats
from odapi_async.resources.base import Resource, Row


class ClaimTracking(Row, frozen=True):
    """One entry in the status history of a claim."""

    ClaimTrackingNum: int = 0
    ClaimNum: int = 0
    TrackingType: str = ""
    UserNum: int = 0
    DateTimeEntry: datetime | None = None
    Note: str = ""
    TrackingDefNum: int = 0
    """A definition of category 31; 0 for none."""
    TrackingErrorDefNum: int = 0
    """A definition of category 43; 0 for none."""


class ClaimTrackingFilters(DateTimeFormats, total=False):
    """Filters of `list`."""

    ClaimNum: int


class NewClaimTracking(DateTimeFormats, total=False):
    """Body of `create`."""

    ClaimNum: Required[int]
    Note: str
    TrackingDefNum: int
    """A definition of category 31. Required if the preference ClaimTrackingStatusExcludesNone is on."""
    TrackingErrorDefNum: int
    """A definition of category 43."""


class ClaimTrackingUpdate(DateTimeFormats, total=False):
    """Body of `update`."""

    Note: str
    """Replaces the stored note."""
    TrackingDefNum: int
    """A definition of category 31. 0 for none, unless the preference ClaimTrackingStatusExcludesNone is on.
    """
    TrackingErrorDefNum: int
    """A definition of category 43; 0 for none."""


LIST = Operation("GET", "/claimtrackings", ClaimTracking, since="23.2.5", query=ClaimTrackingFilters)
CREATE = Operation(
    "POST", "/claimtrackings", ClaimTracking, since="23.2.5", permission="Insurance", body=NewClaimTracking
)
UPDATE = Operation(
    "PUT",
    "/claimtrackings/{ClaimTrackingNum}",
    ClaimTracking,
    since="23.2.5",
    permission="Insurance",
    body=ClaimTrackingUpdate,
)


class ClaimTrackings(Resource):
    """The status history of claims. The office must have set up claim tracking."""

    def list(self, **filters: Unpack[ClaimTrackingFilters]) -> Rows[ClaimTracking]:
        """List entries of the status history. API: ClaimTrackings GET, 23.2.5."""
        return self._rows(LIST, query=filters)

    async def create(self, **body: Unpack[NewClaimTracking]) -> ClaimTracking:
        """Add an entry to the status history of a claim.

        API: ClaimTrackings POST (create), 23.2.5, permission Insurance.
        """
        return await self._call(CREATE, body=body)

    async def update(self, ClaimTrackingNum: int, **body: Unpack[ClaimTrackingUpdate]) -> ClaimTracking:
        """Change the given fields; leave the rest.

        API: ClaimTrackings PUT (update), 23.2.5, permission Insurance.
        """
        return await self._call(UPDATE, ClaimTrackingNum, body=body)
