"""The OpenTelemetry hook of a mirror, if the environment asks for telemetry."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from odapi_async.otel import OpenTelemetryHook


def telemetry_hook() -> OpenTelemetryHook | None:
    """Return a hook for the global providers; None without a variable of OpenTelemetry or without it.

    The providers come from `opentelemetry-instrument`, which reads the same variables.
    """
    if not any(name.startswith("OTEL_") for name in os.environ):
        return None
    try:
        from odapi_async.otel import OpenTelemetryHook  # noqa: PLC0415 - it needs the extra
    except ImportError:
        return None  # the variables may be there for other programs
    return OpenTelemetryHook()
