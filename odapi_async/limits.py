"""The API's own rules as data: how often a key may ask, how many rows a page has, where each mode listens."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum
from typing import Final


class Tier(StrEnum):
    """What the developer's permissions at an office allow; it sets the pace of all requests of that key."""

    READ_ALL = "ReadAll"
    """ReadAll is the only permission: one request per 5 seconds."""
    STANDARD = "Standard"
    """Any further permission: one request per second."""
    ENTERPRISE = "Enterprise"
    """The special Enterprise permission (23.3): one request per 0.5 seconds and longer pages."""

    @classmethod
    def from_permissions(cls, permissions: Collection[str]) -> Tier:
        """Return the tier of a developer who has these permissions, such as `ReadAll` and `Comm`."""
        if "Enterprise" in permissions:
            return cls.ENTERPRISE
        return cls.STANDARD if set(permissions) - {"ReadAll"} else cls.READ_ALL


class Mode(StrEnum):
    """How the office is reached."""

    REMOTE = "remote"
    """Through api.opendental.com and the office's eConnector. The only throttled mode."""
    LOCAL = "local"
    """The program itself, on the workstation where it runs (22.1)."""
    SERVICE = "service"
    """The API Service on the office's server (22.2)."""


INTERVALS: Final = {Tier.READ_ALL: 5.0, Tier.STANDARD: 1.0, Tier.ENTERPRISE: 0.5}
"""Seconds from start to start of two requests of one customer key in remote mode."""

BASE_URLS: Final = {
    Mode.REMOTE: "https://api.opendental.com/api/v1",
    Mode.LOCAL: "http://localhost:30222/api/v1",
    Mode.SERVICE: "http://localhost:30223/api/v1",
}

PAGE_LIMITS: Final = frozenset({100, 1_000, 10_000})
"""Lengths at which the server may have cut a page: remote; local or Enterprise; local with Enterprise."""

CERTAIN_LIMIT: Final = 100
"""The largest Limit that every office honours, in rows: a page shorter than it is surely the last."""

MAX_BODY: Final = 16_800_000
"""Characters that a request body may have."""

SERVER_TIMEOUT: Final = 60.0
"""Seconds after which the API itself gives up and answers 504."""


def interval(mode: Mode, tier: Tier) -> float:
    """Return the seconds between two requests of one key; 0 where the API does not throttle."""
    return INTERVALS[tier] if mode == Mode.REMOTE else 0.0
