"""A demo practice, and for tests: a transport without a socket, virtual time, and a pytest plugin.

The plugin `odapi_async.testing.plugin` is loaded by every pytest run of an environment in which this package
is installed. So everything here is imported on first use.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from odapi_async.testing._demo import demo
    from odapi_async.testing.clock import VirtualTimeLoop, run_in_virtual_time, virtual_time
    from odapi_async.testing.transport import SandboxTransport

__all__ = ["SandboxTransport", "VirtualTimeLoop", "demo", "run_in_virtual_time", "virtual_time"]

_MODULES: Final = {
    "SandboxTransport": "transport",
    "VirtualTimeLoop": "clock",
    "demo": "_demo",
    "run_in_virtual_time": "clock",
    "virtual_time": "clock",
}


if not TYPE_CHECKING:  # a type checker shall see a misspelled name

    def __getattr__(name: str) -> Any:
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = getattr(import_module(f"odapi_async.testing.{_MODULES[name]}"), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
