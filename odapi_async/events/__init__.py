"""Events of offices: an office posts what changes, and your program hears of it within seconds.

`Receiver` receives what offices post, in any web framework. `Changed`, `Deleted`, `PatientSelected` and
`Unknown` are what an office tells of.

Names are loaded on first use (PEP 562), because the libraries of the extra `mirror` take long.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from odapi_async.events.delivery import Delivery, Item, Refused, read_delivery, to_event
    from odapi_async.events.event import (
        WATCHED,
        Changed,
        Deleted,
        Event,
        PatientSelected,
        Unknown,
        WatchedTable,
    )
    from odapi_async.events.receiver import DeliveryStore, Received, Receiver
    from odapi_async.events.reply import Receive, Reply

_NAMES: Final = {
    "delivery": ("Delivery", "Item", "Refused", "read_delivery", "to_event"),
    "event": ("WATCHED", "Changed", "Deleted", "Event", "PatientSelected", "Unknown", "WatchedTable"),
    "receiver": ("DeliveryStore", "Received", "Receiver"),
    "reply": ("Receive", "Reply"),
}
"""The public names by the module that defines them. A test compares this with the imports above."""

_MODULES: Final = {name: module for module, names in _NAMES.items() for name in names}

__all__ = [
    "WATCHED",
    "Changed",
    "Deleted",
    "Delivery",
    "DeliveryStore",
    "Event",
    "Item",
    "PatientSelected",
    "Receive",
    "Received",
    "Receiver",
    "Refused",
    "Reply",
    "Unknown",
    "WatchedTable",
    "read_delivery",
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
            raise ModuleNotFoundError(
                f"odapi_async.events needs {missing.name}: pip install 'odapi-async[mirror]'",
                name=missing.name,
            ) from missing
        globals()[name] = value
        return value
