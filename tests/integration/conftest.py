"""What the tests over loopback share."""

from __future__ import annotations

import pytest

from odapi_async import Tier, limits


@pytest.fixture
def interval(monkeypatch: pytest.MonkeyPatch) -> float:
    """Seconds between two requests of a Standard key.

    The API's own intervals are half a second and more, and an option of the client that shortens them would
    be an invitation to break its rules. So the table itself is changed, and only here: everything else is
    real.
    """
    seconds = 0.05
    monkeypatch.setitem(limits.INTERVALS, Tier.STANDARD, seconds)
    return seconds
