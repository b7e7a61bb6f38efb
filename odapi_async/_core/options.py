"""Where one practice is, and how it is asked."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field

from odapi_async.limits import SERVER_TIMEOUT
from odapi_async.scheduler import Pace, Priority


@dataclass(frozen=True, kw_only=True)
class Manner:
    """How a practice is asked.

    Attributes:
        priority: how urgent the requests are.
        flow: a label; inside a priority, flows take turns.
        max_wait: seconds that a request may wait for its turn; None for as long as it takes.
        timeout: seconds from a request's turn to its whole answer. The API itself gives up after 60.
        check: whether parameters are checked against the reference before they are sent.
    """

    priority: Priority = Priority.NORMAL
    flow: Hashable = None
    max_wait: float | None = None
    timeout: float = SERVER_TIMEOUT + 5.0
    check: bool = True


@dataclass(frozen=True, kw_only=True)
class Office:
    """Where one practice is and how it may be asked. Its repr shows no key.

    Attributes:
        base_url: where the API is.
        lane: the name of its lane.
        pace: how fast it may be asked; None where its tier has to be found out first.
        authorization: the header that carries the keys.
        version: the version of Open Dental that runs there; None if nobody said.
    """

    base_url: str
    lane: str
    pace: Pace | None
    authorization: str = field(repr=False)
    version: str | None = None

    @property
    def ahead(self) -> int:
        """Pages to fetch ahead: where the API throttles one hides our own work, else several hide latency."""
        return 1 if self.pace is None or self.pace.interval else self.pace.in_flight
