"""The progress of the demo at one moment."""

from __future__ import annotations

from typing import NamedTuple


class StreamProgress(NamedTuple):
    """The progress of one practice.

    Attributes:
        practice: its name.
        rows: rows that arrived.
        rows_expected: rows that it has.
        responses: calls that have their response.
        queued: calls that wait for their slot.
        in_flight: calls that are in flight.
        next_slot: seconds until the next call may start.
    """

    practice: str
    rows: int
    rows_expected: int
    responses: int
    queued: int
    in_flight: int
    next_slot: float


class DemoProgress(NamedTuple):
    """The progress of all practices, `seconds` after the start."""

    seconds: float
    practices: tuple[StreamProgress, ...]
