"""Who may send when: one lane per customer key, kept fair, paced and cancel-safe.

It knows keys and time, nothing of HTTP, and can be used alone: `acquire` a slot, say when the request was
`sent`, say if it was `throttled`, and leave the slot.
"""

from odapi_async.scheduler.bucket import Bucket, Buckets, LocalBuckets
from odapi_async.scheduler.queue import Priority
from odapi_async.scheduler.scheduler import Scheduler
from odapi_async.scheduler.slot import Pace, Shared, Slot
from odapi_async.scheduler.snapshot import Counts, LaneSnapshot, Snapshot

__all__ = [
    "Bucket",
    "Buckets",
    "Counts",
    "LaneSnapshot",
    "LocalBuckets",
    "Pace",
    "Priority",
    "Scheduler",
    "Shared",
    "Slot",
    "Snapshot",
]
