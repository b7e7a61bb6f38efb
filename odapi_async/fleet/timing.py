"""The times of a fleet, in one place because they depend on each other."""

from __future__ import annotations

from typing import Final

import msgspec

from odapi_async import ConfigurationError


class Timing(msgspec.Struct, frozen=True, kw_only=True):
    """The times of a worker, in seconds. All workers of a fleet need the same.

    Attributes:
        slice: after this time a slice ends at its next page, so that other practices get their turn.
        probe: from one proof that the locks are held to the next.
        lease: after this time without a proof nothing is sent any more.
        takeover: after this time without a sign, other workers take the locks and the slices of a worker. It
            is longer than `lease`, so that the last request of the silent worker is over by then. With less
            than 13, a request whose connection a frozen worker was opening may come after a takeover.
        patience: how long a slice waits for a lock that another worker holds.
        tick: from one look for practices that are due to the next; a divisor of 60.
        look: from one look into an empty queue to the next.

    Raises:
        ConfigurationError: the times do not fit together.
    """

    slice: float = 300.0
    probe: float = 3.0
    lease: float = 10.0
    takeover: float = 15.0
    patience: float = 8.0
    tick: int = 10
    look: float = 5.0

    def __post_init__(self) -> None:
        if not 0 < 3 * self.probe <= self.lease < self.takeover:
            raise ConfigurationError(
                "takeover must be longer than lease, and lease three times as long as probe"
            )
        if self.tick < 1 or 60 % self.tick:
            raise ConfigurationError("tick must be a divisor of 60 seconds")
        if not all(each > 0 for each in (self.slice, self.patience, self.look)):
            raise ConfigurationError("slice, patience and look must be positive")

    @property
    def grace(self) -> float:
        """Seconds that the last statements of a worker may take."""
        return self.lease / 2


DEFAULT_TIMING: Final = Timing()
