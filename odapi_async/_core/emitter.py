"""Where events go: to the caller's hook, and a few of them to the log."""

from __future__ import annotations

import inspect
import logging
import re
from dataclasses import asdict
from functools import lru_cache
from typing import Final

from odapi_async.errors import ConfigurationError
from odapi_async.telemetry import LOGGER, Event, EventName, Hook

_ROW_SEGMENT: Final = re.compile(r"/[^/{}]*\d[^/{}]*")  # a path segment that names a row, not a resource

_LOGGED: Final = {
    EventName.PAUSED: (
        logging.WARNING,
        "%(label)s pauses%(by_way)s for %(pause).1f s: %(operation)s was answered 429",
    ),
    EventName.OPENED: (
        logging.WARNING,
        "no calls are sent to %(label)s%(by_way)s for %(pause).0f s: %(operation)s ended with %(error)s",
    ),
    EventName.CLOSED: (
        logging.INFO,
        "%(label)s is asked again%(by_way)s: %(operation)s was answered %(status)d",
    ),
    EventName.SWITCHED: (
        logging.INFO,
        "%(label)s is reached by %(way)s at %(base_url)s from now on",
    ),
    EventName.RETRIED: (
        logging.DEBUG,
        "%(label)s: %(operation)s is queued again in %(pause).1f s after %(error)s, attempt %(attempt)d",
    ),
    EventName.NOT_KEPT: (
        logging.WARNING,
        "%(label)s: %(operation)s had success, but was not kept%(lost)s; read the row before you go on",
    ),
    EventName.NOT_VERIFIED: (
        logging.WARNING,
        "%(label)s: %(operation)s was executed, but reading it back ended with %(error)s",
    ),
    EventName.UNVERIFIABLE: (
        logging.INFO,
        "%(label)s: %(operation)s had success, and nothing of it can be read back",
    ),
}


class Emitter:
    """Passes events to the hook and the log.

    Args:
        hook: receives each event, if there is one. An exception of the hook breaks no call; only the first
            one is logged.

    Raises:
        ConfigurationError: the hook cannot be called, or is async.
    """

    __slots__ = ("_has_failed", "hook")

    def __init__(self, hook: Hook | None = None) -> None:
        if hook is not None and not _is_plain(hook):
            raise ConfigurationError("on_event has to be a plain function that takes an event; not async")
        self.hook = hook
        self._has_failed = False

    def emit(self, event: Event) -> None:
        """Log an event if everyone should see it, and pass it to the hook."""
        level, text = _LOGGED.get(event.name, (logging.NOTSET, ""))
        if level and LOGGER.isEnabledFor(level):
            label = f"lane {event.lane}" if event.practice is None else f"practice {event.practice}"
            lost = f": {', '.join(event.fields)}" if event.fields else ""
            by_way = f" by {event.way}" if event.way else ""
            LOGGER.log(level, text, asdict(event) | {"label": label, "lost": lost, "by_way": by_way})
        if self.hook is None:
            return
        try:
            self.hook(event)
        except Exception as error:  # noqa: BLE001 - it is the caller's code, and may raise anything
            self._log_failure(error)

    def _log_failure(self, error: Exception) -> None:
        # its text and traceback may quote anything, and one line is enough for a hook that fails each time
        if not self._has_failed:
            self._has_failed = True
            LOGGER.error("on_event raised %s; calls go on, and this is logged once", type(error).__name__)


@lru_cache(maxsize=1024)
def operation_name(method: str, path: str) -> str:
    """Name an operation without the ids of rows, even if its path was written by hand."""
    return f"{method} {_ROW_SEGMENT.sub('/{id}', path)}"


def _is_plain(hook: object) -> bool:
    calls = (hook, getattr(type(hook), "__call__", None))  # noqa: B004 - an object may have an async one
    return callable(hook) and not any(map(inspect.iscoroutinefunction, calls))
