"""Which numbers are plausible. Amounts: finite, and of a size that the servers' floating-point numbers have.

Python's Decimal has no such limits, and a few bytes with an exponent become gigabytes when they are written
out.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

MAX_EXPONENT: Final = 308
MIN_EXPONENT: Final = -MAX_EXPONENT - 1
INT_LIMIT: Final = 2**63
"""The database has no integers from here on."""


def is_plausible(amount: Decimal) -> bool:
    """Return whether an amount is finite, and neither larger nor smaller than the servers' numbers."""
    return amount.is_finite() and MIN_EXPONENT <= amount.adjusted() <= MAX_EXPONENT
