"""Faults on demand: what goes wrong, how often, and with which requests."""

from __future__ import annotations

import random
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal

from odapi_async.sandbox.catalogue import body_fields
from odapi_async.sandbox.spelling import suggestion


class FaultKind(StrEnum):
    """What goes wrong.

    LATENCY executes the request and responds late; a remote request gets 504 after 60 seconds. STATUS
    responds with an error instead of executing it, STATUS_AFTER after executing it. THROTTLE responds 429.
    OFFLINE responds that the office's eConnector is not running. DROP closes the connection without executing
    it, DROP_AFTER after executing it. TORN executes it and sends half of the response. GARBAGE executes it
    and responds with something that is not JSON. IGNORED responds to a write as usual, and keeps nothing of
    what was sent, or not the `fields`: an update changes nothing, a delete removes nothing, and a new row has
    default values alone.

    Three hit the events that the office posts instead of requests. EVENT_TWICE posts an event twice.
    EVENT_LATE posts it late. EVENT_OUT_OF_ORDER holds it back until after the next event of its subscription,
    which has the rows as they are then.
    """

    LATENCY = "latency"
    STATUS = "status"
    THROTTLE = "throttle"
    OFFLINE = "offline"
    DROP = "drop"
    DROP_AFTER = "drop_after"
    TORN = "torn"
    GARBAGE = "garbage"
    STATUS_AFTER = "status_after"
    IGNORED = "ignored"
    EVENT_TWICE = "event_twice"
    EVENT_LATE = "event_late"
    EVENT_OUT_OF_ORDER = "event_out_of_order"


KindName = Literal[
    "latency", "status", "throttle", "offline", "drop", "drop_after", "torn", "garbage", "status_after",
    "ignored",
    "event_twice", "event_late", "event_out_of_order",
]  # fmt: skip

UNEXECUTED: Final = frozenset({FaultKind.STATUS, FaultKind.THROTTLE, FaultKind.OFFLINE, FaultKind.DROP})
"""Faults after which a request has not been executed."""

OF_EVENTS: Final = frozenset({FaultKind.EVENT_TWICE, FaultKind.EVENT_LATE, FaultKind.EVENT_OUT_OF_ORDER})
"""Faults that hit the events that an office posts, and no requests."""

_ONLY_FOR: Final = {
    "seconds": frozenset({FaultKind.LATENCY, FaultKind.EVENT_LATE}),
    "retry_after": frozenset({FaultKind.THROTTLE}),
    "status": frozenset({FaultKind.STATUS, FaultKind.STATUS_AFTER}),
    "fields": frozenset({FaultKind.IGNORED}),
}
"""Fields that only some kinds have."""

_METHODS: Final = ("GET", "POST", "PUT", "DELETE")
_STATUSES: Final = range(300, 600)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong.

    Attributes:
        kind: what goes wrong.
        times: how many requests it hits; None hits all.
        method: it hits only requests of this HTTP method; events are always posted.
        path: it hits only requests whose path below the base URL starts with this, such as `/patients/12`;
            of events, those to a URL whose path starts with it.
        rate: the share (0 to 1) of the matching requests that it hits.
        seconds: the delay of a latency or of a late event, in seconds.
        retry_after: seconds that the 429 of a throttle fault tells; None tells none.
        customer_key: it hits only requests with this key.
        status: the status of a status fault, 300 to 599.
        fields: the wire names of the fields that an ignored fault drops; empty for all.

    Raises:
        ValueError: the kind is unknown, a value is impossible, or a field does nothing in this kind.
    """

    kind: FaultKind | KindName
    times: int | None = 1
    method: str | None = None
    path: str | None = None
    rate: float = 1.0
    seconds: float = 0.0
    retry_after: float | None = None
    customer_key: str | None = None
    status: int = 500
    fields: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.kind not in [*FaultKind]:
            raise ValueError(f"there is no fault {self.kind!r}; {suggestion(str(self.kind), FaultKind)}")
        kind = FaultKind(self.kind)
        given = {
            "seconds": self.seconds != 0.0,
            "retry_after": self.retry_after is not None,
            "status": self.status != 500,  # noqa: PLR2004 - the default
            "fields": bool(self.fields),
        }
        for name, kinds in _ONLY_FOR.items():
            if given[name] and kind not in kinds:
                raise ValueError(
                    f"{name} does nothing in a fault {kind}; it is for {' and '.join(sorted(kinds))}"
                )
        if kind in _ONLY_FOR["seconds"] and self.seconds <= 0:
            raise ValueError(f"a fault {kind} needs seconds above 0")
        self._check_matching()

    def _check_matching(self) -> None:
        """Refuse a fault that would never hit a request, or whose status is no error."""
        if self.times is not None and self.times < 1:
            raise ValueError("times must be at least 1; None hits all requests")
        if not 0 < self.rate <= 1:
            raise ValueError("rate must be above 0 and at most 1")
        if self.status not in _STATUSES:
            raise ValueError("status must be from 300 to 599")
        if isinstance(self.fields, str):
            raise ValueError(f"fields has to be a tuple of names, such as ({self.fields!r},)")  # noqa: TRY004
        if self.kind == FaultKind.IGNORED and self.method == "GET":
            raise ValueError("a fault ignored is for writes, and GET is none")
        for name in self.fields:
            if name not in body_fields():
                raise ValueError(f"no write has a field {name!r}; {suggestion(name, body_fields())}")
        if self.method is not None and self.method not in _METHODS:
            hint = suggestion(self.method.upper(), _METHODS)
            raise ValueError(f"there is no method {self.method!r}; {hint}")
        if self.path is not None and not self.path.startswith("/"):
            raise ValueError(f"a path begins with /; did you mean /{self.path}?")

    def matches(self, customer_key: str, method: str, path: str) -> bool:
        """Return whether this fault may hit a request."""
        return (
            self.method in (None, method)
            and (self.kind != FaultKind.IGNORED or method != "GET")
            and self.customer_key in (None, customer_key)
            and (self.path is None or path.startswith(self.path))
        )


@dataclass(frozen=True, slots=True)
class Hit:
    """What goes wrong with one request: seconds of latency, and at most one other fault."""

    seconds: float = 0.0
    fault: Fault | None = None

    @property
    def kind(self) -> FaultKind | None:
        """The kind of the fault, if there is one besides the latency."""
        return FaultKind(self.fault.kind) if self.fault is not None else None

    @property
    def ignored(self) -> frozenset[str] | None:
        """The fields that a write does not keep, none of them for all; None if it keeps what is sent."""
        return frozenset(self.fault.fields) if self.fault and self.kind is FaultKind.IGNORED else None


class Faults:
    """The faults of a sandbox in the order in which they were added.

    Args:
        seed: decides on faults with a rate.
    """

    def __init__(self, seed: int = 1) -> None:
        self._seed = seed
        self.reset()

    def reset(self) -> None:
        """Remove all faults, and let chance repeat itself."""
        self._random = random.Random(self._seed)  # noqa: S311 - repeatable chance, no secret
        self._left: list[tuple[Fault, int | None]] = []

    def add(self, fault: Fault) -> None:
        """Add a fault after the others."""
        self._left.append((fault, fault.times))

    def clear(self) -> None:
        """Remove all faults."""
        self._left.clear()

    def hit(self, customer_key: str, method: str, path: str) -> Hit:
        """Return what hits this request: the first match, and after a latency also the first other match."""
        return self._hit(customer_key, method, path, FaultKind.LATENCY, of_events=False)

    def hit_event(self, customer_key: str, path: str) -> Hit:
        """Return what hits an event that is posted to a URL with this path, as `hit` does for a request."""
        return self._hit(customer_key, "POST", path, FaultKind.EVENT_LATE, of_events=True)

    def _hit(self, customer_key: str, method: str, path: str, latency: FaultKind, *, of_events: bool) -> Hit:
        seconds = 0.0
        for position, (fault, _) in enumerate(self._left):
            is_latency = fault.kind == latency
            if (fault.kind in OF_EVENTS) is not of_events or (is_latency and seconds):
                continue
            if not fault.matches(customer_key, method, path):
                continue
            if fault.rate < 1.0 and self._random.random() >= fault.rate:
                continue
            self._spend(position)
            if not is_latency:
                self._drop_spent()
                return Hit(seconds, fault)
            seconds = fault.seconds
        self._drop_spent()
        return Hit(seconds)

    def _spend(self, position: int) -> None:
        fault, left = self._left[position]
        self._left[position] = (fault, None if left is None else left - 1)

    def _drop_spent(self) -> None:
        self._left = [(fault, left) for fault, left in self._left if left is None or left > 0]
