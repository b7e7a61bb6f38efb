"""Async Python SDK for the Open Dental REST API."""

from odapi_async._core.retry import RetryPolicy
from odapi_async._core.transport import Request, Response, Transport
from odapi_async._paging.drift import Checkpoint, Page
from odapi_async._paging.rows import Rows
from odapi_async._version import __version__
from odapi_async.client import OpenDental, Practice
from odapi_async.errors import (
    APIError,
    BadRequest,
    ConfigurationError,
    ConnectFailed,
    ConnectionLost,
    DecodeError,
    Gone,
    InvalidRequest,
    NeedsVersion,
    NotFound,
    OfficeOffline,
    OpenDentalError,
    OutcomeUnknown,
    QueueFull,
    RequestTimeout,
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
from odapi_async.limits import Mode, Tier
from odapi_async.scheduler import Priority
from odapi_async.telemetry import Event, EventName

__all__ = [
    "APIError",
    "BadRequest",
    "Checkpoint",
    "ConfigurationError",
    "ConnectFailed",
    "ConnectionLost",
    "DecodeError",
    "Event",
    "EventName",
    "Gone",
    "InvalidRequest",
    "Mode",
    "NeedsVersion",
    "NotFound",
    "OfficeOffline",
    "OpenDental",
    "OpenDentalError",
    "OutcomeUnknown",
    "Page",
    "Practice",
    "Priority",
    "QueueFull",
    "Request",
    "RequestTimeout",
    "Response",
    "RetryPolicy",
    "Rows",
    "SchedulerClosed",
    "SchedulerError",
    "ServerError",
    "Throttled",
    "Tier",
    "Transport",
    "TransportError",
    "Unauthorized",
    "UnexpectedStatus",
    "WaitTooLong",
    "WrongEventLoop",
    "__version__",
]
