"""The API's limits as data: request intervals, page limits, and the URL of each mode."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum
from typing import Final


class Tier(StrEnum):
    """The developer's level of permissions at a practice. It sets the pace of all requests with that key."""

    READ_ALL = "ReadAll"
    """ReadAll is the only permission: one request per 5 seconds."""
    STANDARD = "Standard"
    """Any further permission: one request per second."""
    ENTERPRISE = "Enterprise"
    """The special Enterprise permission (23.3): one request per 0.5 seconds and longer pages."""

    @classmethod
    def from_permissions(cls, permissions: Collection[str]) -> Tier:
        """Return the tier that follows from permissions such as `ReadAll` and `Comm`."""
        if "Enterprise" in permissions:
            return cls.ENTERPRISE
        return cls.STANDARD if set(permissions) - {"ReadAll"} else cls.READ_ALL


class Mode(StrEnum):
    """How the office is reached."""

    REMOTE = "remote"
    """Through api.opendental.com and the office's eConnector. The only throttled mode."""
    LOCAL = "local"
    """Through the Open Dental program on the same workstation (22.1)."""
    SERVICE = "service"
    """Through the API Service on the office's server (22.2)."""


INTERVALS: Final = {Tier.READ_ALL: 5.0, Tier.STANDARD: 1.0, Tier.ENTERPRISE: 0.5}
"""Seconds from the start of one request to the start of the next with the same key, in remote mode."""

BASE_URLS: Final = {
    Mode.REMOTE: "https://api.opendental.com/api/v1",
    Mode.LOCAL: "http://localhost:30222/api/v1",
    Mode.SERVICE: "http://localhost:30223/api/v1",
}

PAGE_LIMITS: Final = frozenset({100, 1_000, 10_000})
"""Page limits in rows: remote; local or Enterprise; local with Enterprise."""

_ENTERPRISE_PAGES: Final = 10  # pages with Enterprise are longer by this factor

CERTAIN_LIMIT: Final = 100
"""The largest Limit that every server honors, in rows: a shorter page is certainly the last one."""

MAX_BODY: Final = 16_800_000
"""The maximum length of a request body, in characters."""

MAX_NAME: Final = 64
"""The maximum length of a practice's name, in characters."""

SERVER_TIMEOUT: Final = 60.0
"""Seconds after which the API gives up and responds with 504."""


def page_limit(mode: Mode, tier: Tier | None) -> int:
    """Return the number of rows in a full page. Without a tier, it is that of every tier but Enterprise."""
    limit = 100 if mode == Mode.REMOTE else 1_000
    return limit * _ENTERPRISE_PAGES if tier == Tier.ENTERPRISE else limit


def interval(mode: Mode, tier: Tier) -> float:
    """Return the seconds between two requests with one key; 0 if the mode is not throttled."""
    return INTERVALS[tier] if mode == Mode.REMOTE else 0.0
