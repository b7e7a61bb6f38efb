"""What a follower reads besides the events."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Cause(StrEnum):
    """Why tables of a practice are read."""

    START = "start"
    """Nobody listened before."""
    INCOMPLETE = "incomplete"
    """An event told of new rows without all of their fields."""
    SILENCE = "silence"
    """A subscription stands still or is missing, so changes may not be told."""
    GAP = "gap"
    """It stands still for longer than an office catches up: all rows are read, once."""
    DELETION = "deletion"
    """No subscription tells of deleted appointments, so the audit trail is read."""


class Reading(NamedTuple):
    """What was read besides the events, for logs.

    Attributes:
        practice: the name of the practice.
        tables: the tables.
        cause: why.
        error: what failed; empty if nothing did.
    """

    practice: str
    tables: tuple[str, ...]
    cause: Cause
    error: str = ""
