"""Subscriptions: webhooks, which the office calls when something changes."""

from datetime import datetime
from types import NoneType
from typing import Annotated, Required, TypedDict, Unpack

from odapi_async._core.operation import Operation, Rule
from odapi_async._paging.rows import Rows
from odapi_async._wire import DateTimeLike, Since
from odapi_async.enums import subscriptions as enums
from odapi_async.resources.base import Resource, Row


class Subscription(Row, frozen=True):
    """A webhook: what is watched and where changes are posted."""

    SubscriptionNum: int = 0
    EndPointUrl: str = ""
    Workstation: str = ""
    CustomerKey: str = ""
    """Secret: the customer key in clear. Keep it out of logs."""
    WatchTable: str = ""
    PollingSeconds: int = 0
    UiEventType: str = ""
    DateTimeStart: datetime | None = None
    """Rows changed since then are posted next; each poll moves it on."""
    DateTimeStop: datetime | None = None
    """None for no end."""
    Note: str = ""
    DateTimeLastFailure: Annotated[datetime | None, Since("26.1")] = None
    """When a delivery last failed."""
    FailureReason: Annotated[str, Since("26.1")] = ""
    SubsequentFailures: Annotated[int, Since("26.1")] = 0
    DateTimeNextRetry: Annotated[datetime | None, Since("26.1")] = None
    """When the next try is due."""


class _SubscriptionBody(TypedDict, total=False):
    """Body fields of `create` and `update`. The defaults are those of `create`."""

    Workstation: str
    """The machine that posts. Empty for all machines, which then post everything several times. From 26.2.1
    on it is required: a name, or All Workstations, third parties say.
    """
    PollingSeconds: int
    """Required for database events (WatchTable), and for these only."""
    DateTimeStart: DateTimeLike
    """Default: now. Each poll moves it on."""
    DateTimeStop: DateTimeLike
    """Default: None, for no end."""
    Note: str


class NewSubscription(_SubscriptionBody, total=False):
    """Body of `create`."""

    EndPointUrl: Required[str]
    WatchTable: str
    """For database events: one of `enums.subscriptions.WatchTable`, or a newer one. Those from MedicationPat
    on came after 25.3, third parties say.
    """
    UiEventType: enums.UiEventType | str
    """For what users do in the program."""


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
    """Webhooks of the customer key that asks. They are stored in the office's database."""

    async def create(self, **body: Unpack[NewSubscription]) -> Subscription:
        """Subscribe to the changes of a table, or to an event of the program.

        Give exactly one of WatchTable and UiEventType. The reply repeats the customer key. Use different
        URLs, or a query string, to tell subscriptions apart.

        API: Subscriptions POST, 22.1.
        """
        return await self._call(CREATE, body=body)

    def list(self) -> Rows[Subscription]:
        """List the subscriptions of this customer key; those of other keys are left out.

        API: Subscriptions GET, 22.1.
        """
        return self._rows(LIST)

    async def update(self, SubscriptionNum: int, **body: Unpack[SubscriptionUpdate]) -> None:
        """Change what is given and leave the rest.

        WatchTable and UiEventType cannot be changed.

        API: Subscriptions PUT, 22.1.
        """
        await self._call(UPDATE, SubscriptionNum, body=body)

    async def delete(self, SubscriptionNum: int) -> None:
        """Delete one subscription. API: Subscriptions DELETE, 22.1, permission AllOthers."""
        await self._call(DELETE, SubscriptionNum)
