"""Where one practice is, and how its requests are sent."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field

from odapi_async.facts import Auto
from odapi_async.limits import CERTAIN_LIMIT, INTERVALS, SERVER_TIMEOUT, Tier
from odapi_async.scheduler import Pace, Priority


@dataclass(frozen=True, kw_only=True)
class RequestOptions:
    """How the requests of a practice are sent.

    Attributes:
        priority: how urgent they are.
        flow: a label; inside a priority, flows take turns.
        max_wait: seconds that a request may wait for its slot; None for no limit.
        timeout: seconds from the slot to the end of the response. The API itself gives up after 60.
        check: whether parameters are checked against the reference before a request is sent.
    """

    priority: Priority = Priority.NORMAL
    flow: Hashable = None
    max_wait: float | None = None
    timeout: float = SERVER_TIMEOUT + 5.0
    check: bool = True


@dataclass(frozen=True, kw_only=True)
class PracticeSettings:
    """Where one practice is, and how fast it may be asked. Its repr shows no key.

    Attributes:
        base_url: the URL of the API.
        lane: the name of the practice's lane.
        pace: how fast it may be asked; None if its tier has to be looked up first.
        authorization: the header that carries the keys.
        version: the version of Open Dental that the office runs; None if unknown, AUTO to look it up.
        page_limit: the number of rows in a full page.
    """

    base_url: str
    lane: str
    pace: Pace | None
    authorization: str = field(repr=False)
    version: str | Auto | None = None
    page_limit: int = CERTAIN_LIMIT

    @property
    def prefetch(self) -> int:
        """Pages to fetch ahead: one hides the caller's own work; without a throttle several hide latency."""
        return 1 if self.pace is None or self.pace.interval else self.pace.in_flight


def pace_of(tier: Tier) -> Pace:
    """Return the pace of a tier in remote mode."""
    return Pace(INTERVALS[tier], tier=tier)
