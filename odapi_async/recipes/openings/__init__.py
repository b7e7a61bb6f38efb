"""Openings of an office, and appointments in them that nobody books twice.

openings = Openings(practice)                       # keep it: one for each practice
found = await openings.find(start, end, minutes=30)
booked = await openings.take(found[0], PatNum=48)   # or Taken: somebody was faster
"""

from odapi_async.recipes.openings.booking import BookingFields
from odapi_async.recipes.openings.errors import Taken, Unsettled
from odapi_async.recipes.openings.finder import Openings
from odapi_async.recipes.openings.opening import Opening

__all__ = ["BookingFields", "Opening", "Openings", "Taken", "Unsettled"]
