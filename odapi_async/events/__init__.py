"""Events of offices: an office posts what changes, and your program hears of it within seconds.

`Changed`, `Deleted`, `PatientSelected` and `Unknown` are what an office tells of.
"""

from odapi_async.events.event import (
    WATCHED,
    Changed,
    Deleted,
    Event,
    PatientSelected,
    Unknown,
    WatchedTable,
)

__all__ = ["WATCHED", "Changed", "Deleted", "Event", "PatientSelected", "Unknown", "WatchedTable"]
