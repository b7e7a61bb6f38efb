"""Practices of fleets: one with the defaults, and one with a value of its own for each field."""

from __future__ import annotations

from typing import Final

from odapi_async.fleet import FleetPractice
from odapi_async.limits import Mode, Tier

HILL: Final = FleetPractice(name="hill", key_ref="env:HILL_KEY")
HARBOUR: Final = FleetPractice(
    name="harbour",
    key_ref="file:/srv/harbour.key",
    mode=Mode.LOCAL,
    base_url="http://office:30222/api/v1",
    tier=Tier.STANDARD,
    version="24.4",
    tables=("patients", "recalls"),
    every=5_400.0,
)
