"""A server that behaves as the Open Dental REST API does, for tests and demonstrations.

It takes its routes, parameters and fields from the reference catalogue and shares no code with the client,
so that it can contradict the client. `Sandbox.respond` responds in this process, `async with Sandbox(...)`
serves over HTTP, and `SandboxProcess` runs a sandbox in another process.
"""

from odapi_async.sandbox.faults import Fault, FaultKind
from odapi_async.sandbox.messages import Arrival, Damage, SandboxRequest, SandboxResponse
from odapi_async.sandbox.office import PERMISSIONS, Office, OfficeMode
from odapi_async.sandbox.process import SandboxProcess
from odapi_async.sandbox.sandbox import Sandbox
from odapi_async.sandbox.throttle import KeyStats, Throttle

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
    "Throttle",
]
