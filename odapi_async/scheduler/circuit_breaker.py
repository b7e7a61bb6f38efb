"""Stops asking a practice that cannot be reached, and tells its callers at once why.

The error stays what it was (the eConnector is not running, the key is refused, nothing listens); what changes
is that it costs no request. Once in a while one request is let through as a probe, to see whether the
practice is back. Probes are requests that somebody wants anyway, and while they fail they become rarer.
"""

from __future__ import annotations

from typing import Final

from odapi_async.scheduler.pristine import pristine

FIRST_PROBE_DELAY: Final = 30.0
"""Seconds from the opening to the first probe; each failed probe doubles the delay."""
MAX_PROBE_DELAY: Final = 600.0
"""Seconds between two probes at most."""


class CircuitBreaker:
    """The consecutive failures of one practice: it opens at a threshold, and the first success resets it.

    Attributes:
        server: the server to which no connection could be opened, if that is why the circuit is open.
    """

    __slots__ = ("_delay", "_error", "_failures", "_probe_at", "server")

    def __init__(self) -> None:
        self._error = Exception()
        self._failures = 0
        self._probe_at = 0.0
        self._delay = 0.0
        self.server: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether requests are refused."""
        return self._delay > 0

    def record_failure(
        self, error: Exception, now: float, *, threshold: int, server: str | None = None
    ) -> bool:
        """Record a failure; return whether the circuit opens with it.

        Args:
            error: what happened.
            now: the current time.
            threshold: consecutive failures of this type that open the circuit.
            server: the server to which no connection could be opened, if that is what happened.
        """
        self._failures = self._failures + 1 if type(error) is type(self._error) else 1
        self._error = pristine(error)
        if self._failures < threshold and not self.is_open:
            return False
        was_open = self.is_open
        if server is None or not was_open:  # a failure of another kind is a reason of its own
            self.server = server
        self._delay = min(self._delay * 2 or FIRST_PROBE_DELAY, MAX_PROBE_DELAY)
        self._probe_at = now + self._delay
        return not was_open

    def refusal(self, now: float) -> Exception | None:
        """Return the error for a request that comes now; None lets it through, perhaps as a probe."""
        if not self.is_open:
            return None
        if now >= self._probe_at:
            self._probe_at = now + self._delay  # one probe at a time; a cancelled one is replaced by the next
            return None
        return self.error(now)

    def allow_probe(self, now: float) -> None:
        """Let the next request through as a probe, because somebody wants to know now."""
        self._probe_at = min(self._probe_at, now)

    def error(self, now: float) -> Exception:
        """Return a copy of the last failure, with a note that says when the practice is tried again."""
        error = pristine(self._error)
        error.add_note(f"not sent: this practice is tried again in {self._probe_at - now:.0f} s")
        return error
