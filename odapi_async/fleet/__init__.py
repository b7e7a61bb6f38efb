"""The fleet: a mirror of thousands of practices, kept up to date by any number of workers on any hosts.

    async with Store("postgresql://mirror@db.example/mirror") as store:
        fleet = Fleet(store)
        await fleet.init()
        await fleet.load([FleetPractice(name="harbour", key_ref="env:HARBOUR_KEY", every=900)])
        await fleet.worker().run()

`Fleet` is all of it, `Worker` takes practices from the queue and reads them, `FleetStatus` is what the
database knows of practices and workers. It needs PostgreSQL and the extra `fleet`.

Names are loaded on first use (PEP 562), because the libraries of the extra take long.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from odapi_async.fleet.difference import ChangedPractice, Difference, FieldChange, FleetPractice
    from odapi_async.fleet.errors import (
        FleetChanged,
        FleetError,
        FleetTooNew,
        KeyNotFound,
        NoFleet,
        UnsuitableDatabase,
    )
    from odapi_async.fleet.fleet import Fleet
    from odapi_async.fleet.settings import FleetSettings
    from odapi_async.fleet.status import FleetStatus, Pace, PracticeStatus, WorkerStatus, read_fleet_status
    from odapi_async.fleet.tally import Counts
    from odapi_async.fleet.timing import Timing
    from odapi_async.fleet.worker import Worker

_NAMES: Final = {
    "difference": ("ChangedPractice", "Difference", "FieldChange", "FleetPractice"),
    "errors": ("FleetChanged", "FleetError", "FleetTooNew", "KeyNotFound", "NoFleet", "UnsuitableDatabase"),
    "fleet": ("Fleet",),
    "settings": ("FleetSettings",),
    "status": ("FleetStatus", "Pace", "PracticeStatus", "WorkerStatus", "read_fleet_status"),
    "tally": ("Counts",),
    "timing": ("Timing",),
    "worker": ("Worker",),
}
"""The public names by the module that defines them. A test compares this with the imports above."""

_MODULES: Final = {name: module for module, names in _NAMES.items() for name in names}

__all__ = [
    "ChangedPractice",
    "Counts",
    "Difference",
    "FieldChange",
    "Fleet",
    "FleetChanged",
    "FleetError",
    "FleetPractice",
    "FleetSettings",
    "FleetStatus",
    "FleetTooNew",
    "KeyNotFound",
    "NoFleet",
    "Pace",
    "PracticeStatus",
    "Timing",
    "UnsuitableDatabase",
    "Worker",
    "WorkerStatus",
    "read_fleet_status",
]


if not TYPE_CHECKING:  # a type checker shall see a misspelled name

    def __getattr__(name: str) -> Any:
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        try:
            value = getattr(import_module(f"odapi_async.fleet.{_MODULES[name]}"), name)
        except ModuleNotFoundError as missing:
            if (missing.name or "").startswith("odapi_async"):
                raise
            raise ModuleNotFoundError(
                f"odapi_async.fleet needs {missing.name}: pip install 'odapi-async[fleet]'", name=missing.name
            ) from missing
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
