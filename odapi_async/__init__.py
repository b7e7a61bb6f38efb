"""Async Python SDK for the Open Dental REST API.

Names are loaded on first use (PEP 562), so `import odapi_async` costs next to nothing for tools that need a
part of it.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from odapi_async._core.version import __version__

if TYPE_CHECKING:
    from odapi_async._core.asked import Asked, asked_at
    from odapi_async._core.options import Verify
    from odapi_async._core.retry import RetryPolicy
    from odapi_async._core.transport import Request, Response, Transport
    from odapi_async._paging.drift import Checkpoint, Page
    from odapi_async._paging.rows import Rows
    from odapi_async.client import OpenDental, Practice, network_transport
    from odapi_async.errors import (
        APIError,
        BadRequest,
        ConfigurationError,
        ConnectFailed,
        ConnectionLost,
        DecodeError,
        FilterIgnored,
        Gone,
        InvalidRequest,
        KeyRefused,
        MissingPermission,
        NeedsPermission,
        NeedsVersion,
        NoSuchResource,
        NotFound,
        NotKept,
        NotVerified,
        OfficeOffline,
        OpenDentalError,
        OutcomeUnknown,
        QueueFull,
        RepeatedPage,
        RequestTimeout,
        ResponseTooLarge,
        SchedulerClosed,
        SchedulerError,
        ServerError,
        Throttled,
        TransportError,
        Unauthorized,
        UnexpectedStatus,
        WaitTooLong,
        WrongEventLoop,
    )
    from odapi_async.facts import AUTO, Facts
    from odapi_async.limits import Mode, Tier
    from odapi_async.scheduler import Priority
    from odapi_async.telemetry import Event, EventName
    from odapi_async.ways import Local, Remote, Service, Way, WayStatus

_NAMES: Final = {
    "_core.asked": ("Asked", "asked_at"),
    "_core.options": ("Verify",),
    "_core.retry": ("RetryPolicy",),
    "_core.transport": ("Request", "Response", "Transport"),
    "_paging.drift": ("Checkpoint", "Page"),
    "_paging.rows": ("Rows",),
    "client": ("OpenDental", "Practice", "network_transport"),
    "errors": (
        "APIError",
        "BadRequest",
        "ConfigurationError",
        "ConnectFailed",
        "ConnectionLost",
        "DecodeError",
        "FilterIgnored",
        "Gone",
        "InvalidRequest",
        "KeyRefused",
        "MissingPermission",
        "NeedsPermission",
        "NeedsVersion",
        "NoSuchResource",
        "NotFound",
        "NotKept",
        "NotVerified",
        "OfficeOffline",
        "OpenDentalError",
        "OutcomeUnknown",
        "QueueFull",
        "RepeatedPage",
        "RequestTimeout",
        "ResponseTooLarge",
        "SchedulerClosed",
        "SchedulerError",
        "ServerError",
        "Throttled",
        "TransportError",
        "Unauthorized",
        "UnexpectedStatus",
        "WaitTooLong",
        "WrongEventLoop",
    ),
    "facts": ("AUTO", "Facts"),
    "limits": ("Mode", "Tier"),
    "scheduler": ("Priority",),
    "telemetry": ("Event", "EventName"),
    "ways": ("Local", "Remote", "Service", "Way", "WayStatus"),
}
"""The public names by the module that defines them. A test compares this with the imports above."""

_MODULES: Final = {name: module for module, names in _NAMES.items() for name in names}
_SUBMODULES: Final = frozenset({"client", "errors", "facts", "limits", "scheduler", "telemetry", "ways"})

__all__ = [
    "AUTO",
    "APIError",
    "Asked",
    "BadRequest",
    "Checkpoint",
    "ConfigurationError",
    "ConnectFailed",
    "ConnectionLost",
    "DecodeError",
    "Event",
    "EventName",
    "Facts",
    "FilterIgnored",
    "Gone",
    "InvalidRequest",
    "KeyRefused",
    "Local",
    "MissingPermission",
    "Mode",
    "NeedsPermission",
    "NeedsVersion",
    "NoSuchResource",
    "NotFound",
    "NotKept",
    "NotVerified",
    "OfficeOffline",
    "OpenDental",
    "OpenDentalError",
    "OutcomeUnknown",
    "Page",
    "Practice",
    "Priority",
    "QueueFull",
    "Remote",
    "RepeatedPage",
    "Request",
    "RequestTimeout",
    "Response",
    "ResponseTooLarge",
    "RetryPolicy",
    "Rows",
    "SchedulerClosed",
    "SchedulerError",
    "ServerError",
    "Service",
    "Throttled",
    "Tier",
    "Transport",
    "TransportError",
    "Unauthorized",
    "UnexpectedStatus",
    "Verify",
    "WaitTooLong",
    "Way",
    "WayStatus",
    "WrongEventLoop",
    "__version__",
    "asked_at",
    "network_transport",
]


if not TYPE_CHECKING:  # a type checker shall see a misspelled name

    def __getattr__(name: str) -> Any:
        if name in _SUBMODULES:
            return import_module(f"odapi_async.{name}")
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = getattr(import_module(f"odapi_async.{_MODULES[name]}"), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__, *_SUBMODULES})
