"""The wall clock of the sandbox's offices. It follows the event loop's time, virtual time included."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import Final

_ZONE: Final = dt.timezone(dt.timedelta(hours=-8))


class OfficeClock:
    """Tells the time at the offices, which are eight hours behind UTC. Only `reset` sets it back.

    Args:
        start: the office time at the start; None is the real time.
    """

    def __init__(self, start: dt.datetime | None = None) -> None:
        self._start = None if start is None else start.replace(tzinfo=_ZONE)
        self.reset()

    def reset(self) -> None:
        """Return to the start, or to the real time, if virtual time has moved the clock ahead of it."""
        self._set_at = dt.datetime.now(_ZONE)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._zero = dt.datetime.fromtimestamp(0.0, _ZONE)  # the wall clock when that loop's time was 0
        self._latest = self._zero

    def now(self) -> str:
        """Return the time as yyyy-MM-dd HH:mm:ss."""
        self._latest = max(self._latest, self._read())
        return self._latest.strftime("%Y-%m-%d %H:%M:%S")

    def _read(self) -> dt.datetime:
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return self._wall()
        elapsed = dt.timedelta(seconds=loop.time())
        if loop is not self._loop:
            self._loop = loop
            self._zero = max(self._latest, self._wall()) - elapsed
        return self._zero + elapsed

    def _wall(self) -> dt.datetime:
        """Return the time outside of an event loop."""
        now = dt.datetime.now(_ZONE)
        return now if self._start is None else self._start + (now - self._set_at)
