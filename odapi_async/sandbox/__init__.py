"""A server that behaves as the Open Dental REST API does, for tests and demonstrations.

It takes its routes, parameters and fields from the reference catalogue and shares no code with the client,
so that it can contradict the client.
"""

from odapi_async.sandbox.faults import Fault, FaultKind
from odapi_async.sandbox.office import Office
from odapi_async.sandbox.process import SandboxProcess
from odapi_async.sandbox.server import Arrival, Sandbox
from odapi_async.sandbox.throttle import KeyStats, Throttle

__all__ = ["Arrival", "Fault", "FaultKind", "KeyStats", "Office", "Sandbox", "SandboxProcess", "Throttle"]
