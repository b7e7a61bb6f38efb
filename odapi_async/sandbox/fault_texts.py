"""Faults as they are written on a command line: `offline`, or `status=503,times=3,path=/patients`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from odapi_async.sandbox.faults import Fault, FaultKind
from odapi_async.sandbox.spelling import suggestion

_OWN_FIELDS: Final = {
    "status": "status",
    "status_after": "status",
    "latency": "seconds",
    "event_late": "seconds",
    "throttle": "retry_after",
    "ignored": "fields",
}
"""The field that a value beside the kind sets."""

_FIELDS: Final[dict[str, Callable[[str], Any]]] = {
    "times": lambda text: None if text == "all" else int(text),
    "method": str.upper,
    "path": str,
    "rate": float,
    "seconds": float,
    "retry_after": float,
    "customer_key": str,
    "status": int,
    "fields": lambda text: tuple(filter(None, text.split("+"))),
}


def parse_fault(text: str) -> Fault:
    """Parse `KIND` or `KIND=VALUE`, with fields of a `Fault` after it. Without `times` it hits all requests.

    The value is the status of `status` and `status_after`, the seconds of `latency` and `event_late`, the
    retry_after of `throttle`, and the fields of `ignored`, with plus signs between them.

    Raises:
        ValueError: the kind or a field is unknown, or a value is wrong or does nothing.
    """
    first, *others = text.split(",")
    kind, _, value = first.partition("=")
    kind = kind.strip().lower().replace("-", "_")
    if kind not in [*FaultKind]:
        raise ValueError(f"there is no fault {kind!r}; {suggestion(kind, FaultKind)}")
    fields: dict[str, Any] = {"times": None}
    if value:
        if kind not in _OWN_FIELDS:
            raise ValueError(f"the fault {kind} takes no value")
        others.insert(0, f"{_OWN_FIELDS[kind]}={value}")
    for each in others:
        name, _, value = each.partition("=")
        name = name.strip().lower()
        if name not in _FIELDS:
            raise ValueError(f"a fault has no {name!r}; {suggestion(name, _FIELDS)}")
        try:
            fields[name] = _FIELDS[name](value.strip())
        except ValueError:
            raise ValueError(f"{name}={value} is not a number") from None
    return Fault(FaultKind(kind), **fields)
