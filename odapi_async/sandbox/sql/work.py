"""The work of a query: steps of SQLite's machine, and calls of Python, which take as long as many steps."""

from __future__ import annotations

from typing import Final

MAX_STEPS: Final = 20_000_000
"""Steps that a query may take: they last about a second, or a few if they call slow functions."""

CHECKED_EVERY: Final = 10_000
"""Steps after which the work is checked."""

_STEPS_OF_CALL: Final = 20


class Work:
    """Counts the work of one query after the other.

    Attributes:
        calls: the comparisons of texts and calls of functions so far.
    """

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """Begin to count for another query."""
        self.calls = 0
        self._steps = 0

    def checked(self) -> bool:
        """Count steps that passed, and return whether the query has taken too many."""
        self._steps += CHECKED_EVERY
        return self.is_too_much

    @property
    def is_too_much(self) -> bool:
        """Whether the query has taken too many steps."""
        return self._steps + self.calls * _STEPS_OF_CALL > MAX_STEPS
