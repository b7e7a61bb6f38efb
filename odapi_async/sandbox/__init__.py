"""A server that behaves as the Open Dental REST API does, for tests and demonstrations.

It takes its routes, parameters and fields from the reference catalogue and shares no code with the client,
so that it can contradict the client. `Sandbox.respond` responds in this process, `async with Sandbox(...)`
serves over HTTP, and `SandboxProcess` runs a sandbox in another process.

Names are loaded on first use (PEP 562): the parser of `odapi sandbox` needs one of them.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from odapi_async.sandbox.events.office_events import SentEvent
    from odapi_async.sandbox.faults import Fault, FaultKind
    from odapi_async.sandbox.messages import Arrival, Damage, SandboxRequest, SandboxResponse
    from odapi_async.sandbox.office import PERMISSIONS, Office, OfficeMode
    from odapi_async.sandbox.process import SandboxProcess
    from odapi_async.sandbox.sandbox import Sandbox
    from odapi_async.sandbox.throttle import KeyStats, Throttle

_NAMES: Final = {
    "events.office_events": ("SentEvent",),
    "faults": ("Fault", "FaultKind"),
    "messages": ("Arrival", "Damage", "SandboxRequest", "SandboxResponse"),
    "office": ("PERMISSIONS", "Office", "OfficeMode"),
    "process": ("SandboxProcess",),
    "sandbox": ("Sandbox",),
    "throttle": ("KeyStats", "Throttle"),
}
"""The public names by the module that defines them. A test compares this with the imports above."""

_MODULES: Final = {name: module for module, names in _NAMES.items() for name in names}

__all__ = [
    "PERMISSIONS",
    "Arrival",
    "Damage",
    "Fault",
    "FaultKind",
    "KeyStats",
    "Office",
    "OfficeMode",
    "Sandbox",
    "SandboxProcess",
    "SandboxRequest",
    "SandboxResponse",
    "SentEvent",
    "Throttle",
]


if not TYPE_CHECKING:  # a type checker shall see a misspelled name

    def __getattr__(name: str) -> Any:
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = getattr(import_module(f"odapi_async.sandbox.{_MODULES[name]}"), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
