"""The throttle, measured where a request arrives."""

import math
from collections.abc import Collection
from dataclasses import dataclass, field

from tests.opponent.reference import permissions


def interval_of(held: Collection[str]) -> float:
    """Return the seconds from start to start that the permissions of a key give in remote mode."""
    rates = permissions().throttle.rates
    if "Enterprise" in held:
        return next(rate.per_seconds for rate in rates if "Enterprise" in rate.when)
    rest = "only" if set(held) <= {"ReadAll"} else "any other"
    return next(rate.per_seconds for rate in rates if rest in rate.when)


@dataclass
class Throttle:
    """The requests of each customer key at one server.

    A request may start one interval after the start of the one before, and not before the end of that.
    """

    started: dict[str, float] = field(default_factory=dict[str, float])
    running: set[str] = field(default_factory=set[str])

    def arrive(self, key: str, now: float, interval: float) -> int | None:
        """Start a request; return the seconds to wait as a whole number if it is too early."""
        due = self.started.get(key, -math.inf) + interval
        if key in self.running or now < due:
            return max(1, math.ceil(due - now))
        self.started[key] = now
        self.running.add(key)
        return None

    def finish(self, key: str) -> None:
        self.running.discard(key)
