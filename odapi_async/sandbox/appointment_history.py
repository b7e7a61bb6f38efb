"""The audit trail of appointments: each write adds a copy of the appointment as it is then."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, Literal

from odapi_async.sandbox.rows import Row

Written = Literal["added", "changed", "removed"]
"""What was done with a row."""

Recorder = Callable[[Written, Row, Mapping[str, Any]], object]
"""Is told what was done with a row, the row, and the values that were written."""

APPOINTMENTS: Final = "appointments"
HISTORY: Final = "histappointments"
BREAK_TYPE: Final = "breakType"
"""A value of a write that is no column: why an appointment was broken, `Missed` or `Cancelled`."""

_ACTIONS: Final[Mapping[Written, str]] = {"added": "Created", "changed": "Changed", "removed": "Deleted"}


def copy_of(written: Written, row: Row, values: Mapping[str, Any], now: str) -> Row:
    """Return the copy of an appointment for the audit trail.

    Args:
        written: what was done.
        row: the appointment after it; if it was removed, as it was before.
        values: the values that were written.
        now: the office's time.
    """
    action = values.get(BREAK_TYPE) or _ACTIONS[written]
    return {**row, "HistDateTStamp": now, "HistApptAction": action}
