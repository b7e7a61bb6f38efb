"""A sandbox in a second process, and clients with a shorter interval."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from odapi_async import Mode, OpenDental, Practice, Tier
from odapi_async.limits import INTERVALS
from odapi_async.sandbox import Office, SandboxProcess, Throttle

DEVELOPER: Final = "sandbox-developer"
MARGIN: Final = 0.005
"""Seconds that the client adds to the interval: its default. It does not shrink with a scaled interval."""


@contextmanager
def scaled(interval: float) -> Iterator[None]:
    """Change the API's intervals to another one, in seconds, inside a `with` block.

    The real ones are seconds long and would only make the run longer. The server gets the shorter interval as
    an option; for the client, the table of the API's intervals is changed.
    """
    real = dict(INTERVALS)
    INTERVALS.update(dict.fromkeys(real, interval))
    try:
        yield
    finally:
        INTERVALS.update(real)


def sandbox(
    keys: Sequence[str], interval: float, *, employers: int, throttle: Throttle = Throttle.HOLD
) -> SandboxProcess:
    """Make a sandbox process with these customer keys, this interval in seconds, and rows of employers.

    Employers have the shortest rows, which keeps the server fast. Each call should read another row, because
    identical reads that wait are coalesced. The server holds a request that comes too early, unless
    `throttle` says otherwise.
    """
    offices = [
        Office(
            customer_key=key,
            permissions=frozenset({"ReadAll", "Setup"}),
            interval=interval,
            rows={"employers": employers},
        )
        for key in keys
    ]
    return SandboxProcess(offices, developer_key=DEVELOPER, throttle=throttle, retry_after=interval)


def remote(client: OpenDental, key: str, url: str) -> Practice:
    """Return a practice that is throttled."""
    return client.practice(key, tier=Tier.STANDARD, mode=Mode.REMOTE, base_url=url)


def pace(starts: Sequence[float], interval: float) -> float:
    """Return how much of the allowed pace was used, in percent.

    Args:
        starts: moments at which requests started, in order, in seconds.
        interval: the shortest allowed time between two of them, in seconds.
    """
    return 100 * (len(starts) - 1) * interval / (starts[-1] - starts[0])


def longest_gap(starts: Sequence[float]) -> float:
    """Return the longest time between two starts, in seconds."""
    return max(later - earlier for earlier, later in itertools.pairwise(starts))
