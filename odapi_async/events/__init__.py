"""Events of offices: an office posts what changes, and your program hears of it within seconds.

    inbox = Inbox(store)
    async for unread in inbox.unread():
        async with unread:
            await inbox.apply(unread)

`Changed`, `Deleted`, `PatientSelected` and `Unknown` are what an office tells of. `Inbox` keeps that in the
database of a mirror until it is handled, `Unread` is one event of it.

Names are loaded on first use (PEP 562): the inbox needs the extra `mirror`, the events do not.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from odapi_async.events.apply import Applied
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
    from odapi_async.events.inbox import Inbox
    from odapi_async.events.unread import Unread
    from odapi_async.events.upkeep import InboxStatus, PracticeInbox

_NAMES: Final = {
    "apply": ("Applied",),
    "errors": ("LeaseLost",),
    "event": ("WATCHED", "Changed", "Deleted", "Event", "PatientSelected", "Unknown", "WatchedTable"),
    "inbox": ("Inbox",),
    "unread": ("Unread",),
    "upkeep": ("InboxStatus", "PracticeInbox"),
}
"""The public names by the module that defines them. A test compares this with the imports above."""

_MODULES: Final = {name: module for module, names in _NAMES.items() for name in names}

__all__ = [
    "WATCHED",
    "Applied",
    "Changed",
    "Deleted",
    "Event",
    "Inbox",
    "InboxStatus",
    "LeaseLost",
    "PatientSelected",
    "PracticeInbox",
    "Unknown",
    "Unread",
    "WatchedTable",
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
            library = (missing.name or "").partition(".")[0]
            raise ModuleNotFoundError(
                f"odapi_async.events needs {library}: pip install 'odapi-async[mirror]'", name=missing.name
            ) from missing
        globals()[name] = value
        return value
