"""The public surface, pinned: what comes or goes shows here, and everything public explains itself."""

import inspect
from types import ModuleType

import pytest

import odapi_async
from odapi_async import errors, limits, scheduler
from odapi_async.recipes import changes, office_time
from odapi_async.recipes import definitions as lookup

SURFACE = [
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
ERRORS = [
    "APIError",
    "BadRequest",
    "ConfigurationError",
    "ConnectFailed",
    "ConnectionLost",
    "DecodeError",
    "Gone",
    "InvalidRequest",
    "NeedsVersion",
    "NotFound",
    "OfficeOffline",
    "OpenDentalError",
    "OutcomeUnknown",
    "QueueFull",
    "RequestTimeout",
    "SchedulerClosed",
    "SchedulerError",
    "ServerError",
    "Throttled",
    "TransportError",
    "Unauthorized",
    "UnexpectedStatus",
    "WaitTooLong",
    "WrongEventLoop",
]
LIMITS = [
    "BASE_URLS",
    "CERTAIN_LIMIT",
    "INTERVALS",
    "MAX_BODY",
    "Mode",
    "PAGE_LIMITS",
    "SERVER_TIMEOUT",
    "Tier",
    "interval",
]
SCHEDULER = [
    "Bucket",
    "BucketFactory",
    "Counts",
    "LaneSnapshot",
    "LocalBuckets",
    "Pace",
    "Priority",
    "Scheduler",
    "SharedResult",
    "Slot",
    "Snapshot",
]

HELPERS: dict[ModuleType, list[str]] = {
    changes: ["changed"],
    lookup: ["DefinitionNames"],
    office_time: ["aware", "office_time", "utc_offset"],
}


def own_names(module: ModuleType) -> list[str]:
    """Return the public names that a module does not just import."""
    return sorted(
        name
        for name, value in vars(module).items()
        if not name.startswith("_") and getattr(value, "__module__", module.__name__) == module.__name__
    )


def explained() -> list[tuple[str, object]]:
    """Return all public classes and functions, with the public members that each class defines itself."""
    found: dict[str, object] = {}
    for module in (odapi_async, errors, limits, scheduler, *HELPERS):
        for name, value in vars(module).items():
            if name.startswith("_") or not (inspect.isclass(value) or inspect.isfunction(value)):
                continue
            if not value.__module__.startswith("odapi_async"):
                continue
            found[value.__qualname__] = value
            members = vars(value).items() if inspect.isclass(value) else ()
            found |= {f"{value.__qualname__}.{key}": each for key, each in members if explains(key, each)}
    return list(found.items())


def explains(name: str, member: object) -> bool:
    return not name.startswith("_") and (inspect.isfunction(member) or isinstance(member, property))


def test_the_package_offers_this() -> None:
    assert odapi_async.__all__ == SURFACE == sorted(SURFACE)
    assert all(hasattr(odapi_async, name) for name in SURFACE)


def test_the_scheduler_offers_this() -> None:
    assert scheduler.__all__ == SCHEDULER == sorted(SCHEDULER)
    assert all(hasattr(scheduler, name) for name in SCHEDULER)


def test_errors_offers_this_and_the_package_offers_all_of_it() -> None:
    classes = [name for name in own_names(errors) if inspect.isclass(getattr(errors, name))]
    assert classes == ERRORS
    assert set(ERRORS) <= set(SURFACE)


def test_limits_offers_this() -> None:
    assert own_names(limits) == LIMITS


@pytest.mark.parametrize("module", HELPERS, ids=lambda module: module.__name__)
def test_a_helper_offers_this(module: ModuleType) -> None:
    made = [name for name in own_names(module) if not inspect.ismodule(getattr(module, name))]
    assert made == HELPERS[module]


@pytest.mark.parametrize(
    ("name", "thing"), explained(), ids=lambda each: each if isinstance(each, str) else ""
)
def test_everything_public_explains_itself(name: str, thing: object) -> None:
    assert thing.__doc__, f"{name} has no docstring"
