"""Async Python SDK for the Open Dental REST API."""

from odapi_async._core.retry import RetryPolicy
from odapi_async._paging.drift import Page, Place
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
    "Place",
    "Practice",
    "Priority",
    "QueueFull",
    "RequestTimeout",
    "RetryPolicy",
    "Rows",
    "SchedulerClosed",
    "SchedulerError",
    "ServerError",
    "Throttled",
    "Tier",
    "TransportError",
    "Unauthorized",
    "UnexpectedStatus",
    "WaitTooLong",
    "WrongEventLoop",
    "__version__",
]
