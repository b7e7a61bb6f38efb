"""When a request may be sent: one lane per customer key, fair, paced and safe to cancel.

The scheduler knows keys and time, and nothing of HTTP, so it can be used alone: `acquire` a slot, report when
the request was `sent` and whether it was `throttled`, and leave the slot.
"""

from odapi_async.scheduler.bucket import Bucket, BucketFactory, LocalBuckets
from odapi_async.scheduler.budget import Budget
from odapi_async.scheduler.pacing import Pace
from odapi_async.scheduler.queue import Priority
from odapi_async.scheduler.scheduler import Scheduler
from odapi_async.scheduler.slot import Slot
from odapi_async.scheduler.snapshot import Counts, LaneSnapshot, Snapshot
from odapi_async.scheduler.waiter import SharedResult

__all__ = [
    "Bucket",
    "BucketFactory",
    "Budget",
    "Counts",
    "LaneSnapshot",
    "LocalBuckets",
    "Pace",
    "Priority",
    "Scheduler",
    "SharedResult",
    "Slot",
    "Snapshot",
]
