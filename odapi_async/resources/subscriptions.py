"""Subscriptions: webhooks that the office calls when data changes."""

from datetime import datetime
from types import NoneType
from typing import Annotated, Required, TypedDict, Unpack

from odapi_async._core.operation import Operation, RequiredSince, Rule
from odapi_async._paging.rows import Rows
from odapi_async._wire import DateTimeFormats, DateTimeLike, Minimum, NotEmpty, Since, SinceValue
from odapi_async.enums import subscriptions as enums
from odapi_async.resources.base import Resource, Row


class Subscription(Row, frozen=True):
    """A webhook: the table or event to watch, and the URL to post changes to."""

    SubscriptionNum: int = 0
    EndPointUrl: str = ""
    Workstation: str = ""
    CustomerKey: str = ""
    """Secret: the customer key in plain text. Keep it out of logs."""
    WatchTable: str = ""
    PollingSeconds: int = 0
    UiEventType: str = ""
    DateTimeStart: datetime | None = None
    """The next post has the rows changed since then; each poll advances it."""
    DateTimeStop: datetime | None = None
    """None for no end."""
    Note: str = ""
    DateTimeLastFailure: Annotated[datetime | None, Since("26.1")] = None
    """When a delivery last failed."""
    FailureReason: Annotated[str, Since("26.1")] = ""
    SubsequentFailures: Annotated[int, Since("26.1")] = 0
    DateTimeNextRetry: Annotated[datetime | None, Since("26.1")] = None
    """When the next attempt is due."""


_URL = NotEmpty("must be the URL that changes are posted to")


class _SubscriptionBody(TypedDict, total=False):
    """Body fields of `create` and `update`. The defaults are those of `create`."""

    Workstation: Annotated[
        str,
        NotEmpty(
            "must be the name of one workstation, or All Workstations since 26.2.1: "
            "with an empty name all workstations post everything several times"
        ),
    ]
    """The workstation that posts. Without it, all workstations post, and everything comes several
    times. From 26.2.1 on it is required, according to third parties: a name, or All Workstations.
    """
    PollingSeconds: Annotated[
        int,
        Minimum(1, "must be the seconds between two polls, 1 or more; events of the program have none"),
    ]
    """Required for database events (WatchTable), and for these only: 1 or more."""
    DateTimeStart: DateTimeLike
    """Default: now. Each poll advances it."""
    DateTimeStop: DateTimeLike
    """Default: None, for no end."""
    Note: str


class NewSubscription(_SubscriptionBody, DateTimeFormats, total=False):
    """Body of `create`."""

    EndPointUrl: Required[Annotated[str, _URL]]
    WatchTable: Annotated[
        str,
        NotEmpty(
            "must be the name of a table, such as Appointment; leave it out for an event of the program"
        ),
        SinceValue("AppointmentDeleted", "22.4.35"),
        SinceValue("PatField", "22.4.8"),
        SinceValue("Operatory", "24.2.11"),
        SinceValue("Provider", "24.2.11"),
        SinceValue("Schedule", "24.2.11"),
        SinceValue("ToothInitial", "24.4.30"),
        SinceValue("LabCase", "25.4.14"),
        SinceValue("LabCaseDeleted", "26.1.6"),
    ]
    """For database events: one of `enums.subscriptions.WatchTable`, or a newer one, which is sent as it is.
    Those from MedicationPat on are newer than 25.3, according to third parties.
    """
    UiEventType: enums.UiEventType | str
    """For events in the program."""


class SubscriptionUpdate(_SubscriptionBody, total=False):
    """Body of `update`."""

    EndPointUrl: Annotated[str, _URL]


CREATE = Operation(
    "POST",
    "/subscriptions",
    Subscription,
    since="22.1",
    body=NewSubscription,
    rules=(
        Rule("exactly_one", ("WatchTable", "UiEventType")),
        Rule("requires", ("WatchTable", "PollingSeconds")),
    ),
    required_since=(
        RequiredSince("Workstation", "26.2.1", "the name of one workstation, or All Workstations"),
    ),
)
LIST = Operation("GET", "/subscriptions", Subscription, since="22.1")
UPDATE = Operation(
    "PUT", "/subscriptions/{SubscriptionNum}", NoneType, since="22.1", body=SubscriptionUpdate, read_back=LIST
)
DELETE = Operation(
    "DELETE", "/subscriptions/{SubscriptionNum}", NoneType, since="22.1", permission="AllOthers"
)


class Subscriptions(Resource):
    """Webhooks of the customer key that is used. They are stored in the office's database."""

    async def create(self, **body: Unpack[NewSubscription]) -> Subscription:
        """Subscribe to the changes of a table, or to an event of the program.

        Pass exactly one of WatchTable and UiEventType. The response repeats the customer key. To tell
        subscriptions apart, use different URLs or a query string.

        API: Subscriptions POST, 22.1.
        """
        return await self._call(CREATE, body=body)

    def list(self, **formats: Unpack[DateTimeFormats]) -> Rows[Subscription]:
        """List the subscriptions of this customer key; those of other keys are left out.

        API: Subscriptions GET, 22.1.
        """
        return self._rows(LIST, query=formats)

    async def update(self, SubscriptionNum: int, **body: Unpack[SubscriptionUpdate]) -> None:
        """Change the given fields; leave the rest.

        WatchTable and UiEventType cannot be changed.

        API: Subscriptions PUT, 22.1.
        """
        await self._call(UPDATE, SubscriptionNum, body=body)

    async def delete(self, SubscriptionNum: int) -> None:
        """Delete one subscription. API: Subscriptions DELETE, 22.1, permission AllOthers."""
        await self._call(DELETE, SubscriptionNum)
