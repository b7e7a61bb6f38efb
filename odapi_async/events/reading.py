"""What a follower reads besides the events."""

from __future__ import annotations

import logging
from collections.abc import Callable
from enum import StrEnum
from typing import Final, NamedTuple

_LOG: Final = logging.getLogger("odapi_async.events")


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


def guarded(on_reading: Callable[[Reading], object]) -> Callable[[Reading], None]:
    """Return a hook that ends no follower: what it raises is logged by its type."""

    def tell(reading: Reading) -> None:
        try:
            on_reading(reading)
        except Exception as error:  # noqa: BLE001 - of the caller's own code
            _LOG.warning("on_reading raised %s", type(error).__name__)

    return tell
