"""A practice that cannot be reached is asked seldom, and everybody else is told at once why.

The error stays what it was (the office's eConnector is not running, the key is refused, nothing listens);
what changes is that it costs no request. Once in a while one request is let through to see whether the
practice is back. These probes are requests that somebody wants anyway, and while they fail they become rarer.
"""

from __future__ import annotations

from copy import copy
from typing import Final

FIRST_PROBE: Final = 30.0
"""Seconds from the opening to the first probe; each probe that fails doubles them."""
RAREST_PROBE: Final = 600.0
"""Seconds between two probes at most."""


class Circuit:
    """The failures of one practice in a row: open once they are enough, gone with the first success."""

    __slots__ = ("_error", "_failures", "_probe_at", "_wait")

    def __init__(self) -> None:
        self._error = Exception()
        self._failures = 0
        self._probe_at = 0.0
        self._wait = 0.0

    @property
    def is_open(self) -> bool:
        """Whether requests are refused."""
        return self._wait > 0

    def failed(self, error: Exception, now: float, *, enough: int) -> bool:
        """Note a failure; return whether the circuit opens with it.

        Args:
            error: what happened.
            now: when.
            enough: failures of this kind in a row that open it.
        """
        self._failures = self._failures + 1 if type(error) is type(self._error) else 1
        self._error = error
        if self._failures < enough and not self.is_open:
            return False
        was_open = self.is_open
        self._wait = min(self._wait * 2 or FIRST_PROBE, RAREST_PROBE)
        self._probe_at = now + self._wait
        return not was_open

    def refusal(self, now: float) -> Exception | None:
        """Return the error for a request that comes now; None lets it through, perhaps as a probe."""
        if not self.is_open:
            return None
        if now >= self._probe_at:
            self._probe_at = now + self._wait  # one probe at a time; one that is cancelled is not missed
            return None
        return self.error(now)

    def error(self, now: float) -> Exception:
        """Return the last failure, anew for each who is told, with a note on when it is tried again."""
        told = copy(self._error)
        told.add_note(f"not sent: this practice is tried again in {self._probe_at - now:.0f} s")
        return told
