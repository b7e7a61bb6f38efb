"""Events of offices: an office posts what changes, and your program hears of it within seconds.

    receiver = Receiver(inbox, keys={"harbour": "customer-key"})     # a route of your web framework
    async for unread in inbox.unread():
        async with unread:
            await inbox.apply(unread)                               # or whatever you do with it

`Receiver` receives what offices post, in any web framework or in a `ReceiverServer`. `Inbox` keeps it in the
database of a mirror until it is handled, and `Unread` is one event of it: `Changed`, `Deleted`,
`PatientSelected` or `Unknown`.
`ensure`, `check` and `remove` manage the subscriptions of an office, and `Follower` keeps a mirror current.

Names are loaded on first use (PEP 562), because the libraries of the extra `mirror` take long.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from odapi_async.events.adapters.protocol import Receive
    from odapi_async.events.apply import Applied
    from odapi_async.events.delivery import Delivery, Item, Refused, read_delivery, to_event
    from odapi_async.events.errors import LeaseLost
    from odapi_async.events.event import (
        WATCHED,
        Changed,
        Deleted,
        Event,
        PatientSelected,
        Unknown,
        WatchedTable,
    )
    from odapi_async.events.follow import Follower
    from odapi_async.events.health import Health, SubscriptionHealth
    from odapi_async.events.inbox import Inbox
    from odapi_async.events.reading import Cause, Reading
    from odapi_async.events.receiver import DeliveryStore, Received, Receiver
    from odapi_async.events.server import ReceiverServer
    from odapi_async.events.subscriptions import Action, Ensured, Removed, check, ensure, remove
    from odapi_async.events.unread import Unread
    from odapi_async.events.upkeep import InboxStatus, PracticeInbox, SetAside

_NAMES: Final = {
    "apply": ("Applied",),
    "delivery": (
        "Delivery",
        "Item",
        "Refused",
        "read_delivery",
        "to_event",
    ),
    "errors": ("LeaseLost",),
    "event": (
        "WATCHED",
        "Changed",
        "Deleted",
        "Event",
        "PatientSelected",
        "Unknown",
        "WatchedTable",
    ),
    "follow": ("Follower",),
    "health": (
        "Health",
        "SubscriptionHealth",
    ),
    "inbox": ("Inbox",),
    "reading": (
        "Cause",
        "Reading",
    ),
    "adapters.protocol": ("Receive",),
    "receiver": (
        "DeliveryStore",
        "Received",
        "Receiver",
    ),
    "server": ("ReceiverServer",),
    "subscriptions": (
        "Action",
        "Ensured",
        "Removed",
        "check",
        "ensure",
        "remove",
    ),
    "unread": ("Unread",),
    "upkeep": (
        "InboxStatus",
        "PracticeInbox",
        "SetAside",
    ),
}
"""The public names by the module that defines them. A test compares this with the imports above."""

_MODULES: Final = {name: module for module, names in _NAMES.items() for name in names}

__all__ = [
    "WATCHED",
    "Action",
    "Applied",
    "Cause",
    "Changed",
    "Deleted",
    "Delivery",
    "DeliveryStore",
    "Ensured",
    "Event",
    "Follower",
    "Health",
    "Inbox",
    "InboxStatus",
    "Item",
    "LeaseLost",
    "PatientSelected",
    "PracticeInbox",
    "Reading",
    "Receive",
    "Received",
    "Receiver",
    "ReceiverServer",
    "Refused",
    "Removed",
    "SetAside",
    "SubscriptionHealth",
    "Unknown",
    "Unread",
    "WatchedTable",
    "check",
    "ensure",
    "read_delivery",
    "remove",
    "to_event",
]


if not TYPE_CHECKING:  # a type checker shall see a misspelled name

    def __getattr__(name: str) -> Any:
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        try:
            value = getattr(import_module(f"odapi_async.events.{_MODULES[name]}"), name)
        except ModuleNotFoundError as missing:
            if (missing.name or "").startswith("odapi_async"):
                raise
            package = (missing.name or "").partition(".")[0]
            raise ModuleNotFoundError(
                f"odapi_async.events needs {package}: pip install 'odapi-async[mirror]'", name=missing.name
            ) from missing
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
