"""Subscriptions: DOC."""

from datetime import datetime
from types import NoneType
from typing import Annotated, Required, TypedDict, Unpack

from odapi_async.enums import subscriptions as enums
from odapi_async.operation import Operation, Rule
from odapi_async.resources.base import Resource, Row
from odapi_async.rows import Rows
from odapi_async.wire import DateTimeLike, Since


class Subscription(Row, frozen=True):
    """DOC Subscription."""

    SubscriptionNum: int = 0
    EndPointUrl: str = ""
    Workstation: str = ""
    CustomerKey: str = ""
    """Secret: the customer key in clear."""
    WatchTable: str = ""
    PollingSeconds: int = 0
    UiEventType: str = ""
    DateTimeStart: datetime | None = None
    DateTimeStop: datetime | None = None
    Note: str = ""
    DateTimeLastFailure: Annotated[datetime | None, Since("26.1")] = None
    """Delivery health of the subscription."""
    FailureReason: Annotated[str, Since("26.1")] = ""
    """Delivery health of the subscription."""
    SubsequentFailures: Annotated[int, Since("26.1")] = 0
    """Delivery health of the subscription."""
    DateTimeNextRetry: Annotated[datetime | None, Since("26.1")] = None
    """Delivery health of the subscription; when the next try is due."""


class _SubscriptionBody(TypedDict, total=False):
    Workstation: str
    """Machine that fires; empty = all, and then duplicates; required since 26.2.1: a machine name or the
    literal All Workstations (third-party reading).
    """
    PollingSeconds: int
    """Required for database events."""
    DateTimeStart: DateTimeLike
    """Moves on with each poll."""
    DateTimeStop: DateTimeLike
    Note: str


class NewSubscription(_SubscriptionBody, total=False):
    """Body of `create`."""

    EndPointUrl: Required[str]
    WatchTable: str
    """Required for database events; MedicationPat, LabCase, PatFieldDeleted, ScheduleDeleted,
    ToothInitialDeleted, MedicationPatDeleted, LabCaseDeleted since 25.4-26.3 (third-party reading).
    """
    UiEventType: enums.UiEventType | str
    """Required for UI events."""


class SubscriptionUpdate(_SubscriptionBody, total=False):
    """Body of `update`."""

    EndPointUrl: str


CREATE = Operation(
    "POST",
    "/subscriptions",
    Subscription,
    since="22.1",
    body=NewSubscription,
    rules=(Rule("exactly_one", ("WatchTable", "UiEventType")),),
)
LIST = Operation("GET", "/subscriptions", Subscription, since="22.1")
UPDATE = Operation("PUT", "/subscriptions/{SubscriptionNum}", NoneType, since="22.1", body=SubscriptionUpdate)
DELETE = Operation(
    "DELETE", "/subscriptions/{SubscriptionNum}", NoneType, since="22.1", permission="AllOthers"
)


class Subscriptions(Resource):
    """Subscriptions. Registers webhooks (see events.json). Rows belong to the customer key of the request.
    Stored in the office database.
    """

    async def create(self, **body: Unpack[NewSubscription]) -> Subscription:
        """Add one subscription.

        The customer key is taken from the Authorization header and repeated in the reply. Use different URLs
        or a query string to tell subscriptions apart. Give exactly one of WatchTable and UiEventType.

        API: Subscriptions POST, 22.1.
        """
        return await self._call(CREATE, body=body)

    def list(self) -> Rows[Subscription]:
        """List subscription rows.

        Only rows of the customer key of the request.

        API: Subscriptions GET, 22.1.
        """
        return self._rows(LIST)

    async def update(self, SubscriptionNum: int, **body: Unpack[SubscriptionUpdate]) -> None:
        """Change what is given and leave the rest.

        WatchTable and UiEventType are fixed.

        API: Subscriptions PUT, 22.1.
        """
        await self._call(UPDATE, SubscriptionNum, body=body)

    async def delete(self, SubscriptionNum: int) -> None:
        """Delete one subscription. API: Subscriptions DELETE, 22.1, permission AllOthers."""
        await self._call(DELETE, SubscriptionNum)
