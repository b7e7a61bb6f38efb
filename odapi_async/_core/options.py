"""Where one practice is, and how its requests are sent."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final, Literal

from odapi_async._core.secret import Secret
from odapi_async._wire.values import whole_number
from odapi_async.errors import ConfigurationError, suggestion
from odapi_async.facts import Auto
from odapi_async.limits import CERTAIN_LIMIT, INTERVALS, SERVER_TIMEOUT, Mode, Tier
from odapi_async.scheduler import Pace, Priority


class Verify(StrEnum):
    """What happens if an office answers a write with success and does not keep what was sent."""

    OFF = "off"
    """Nothing is compared."""
    WARN = "warn"
    """The log and `on_event` are told; the call returns as usual."""
    RAISE = "raise"
    """The call raises `NotKept`."""


@dataclass(frozen=True, kw_only=True)
class RequestOptions:
    """How the requests of a practice are sent.

    Attributes:
        priority: how urgent they are.
        flow: a label; inside a priority, flows take turns.
        max_wait: seconds that a request may wait for its slot; None for no limit.
        deadline: seconds that a whole call may take; None for no limit.
        timeout: seconds from the slot to the end of the response. The API itself gives up after 60.
        check: whether parameters are checked against the reference before a request is sent, and the rows of
            a list against its filters: True for the first and the last row of each page, "rows" for all.
        max_age: seconds since the request of a response that may answer a read once more; None for never.
        verify: whether a write is compared with what the office has afterwards.
    """

    priority: Priority = Priority.NORMAL
    flow: Hashable = None
    max_wait: float | None = None
    deadline: float | None = None
    timeout: float = SERVER_TIMEOUT + 5.0
    check: bool | Literal["rows"] = True
    max_age: float | None = None
    verify: Verify = Verify.OFF


@dataclass(frozen=True, kw_only=True)
class PracticeSettings:
    """Where one practice is, and how fast it may be asked. Its repr shows no key.

    Attributes:
        base_url: the URL of the API.
        lane: the name of the practice's lane.
        pace: how fast it may be asked; None if its tier has to be looked up first.
        authorization: the header that carries the keys.
        version: the version of Open Dental that the office runs; None if unknown, AUTO to look it up.
        page_limit: the number of rows in a full page.
        name: the practice's name for people; None if it has none.
        server: scheme, host and port of the URL.
        url_hint: how the URL should look, if it looks wrong; else empty.
        way: mode and URL, if there are several ways to the office; else empty.
        mode: how the office is reached.
    """

    base_url: str
    lane: str
    pace: Pace | None
    authorization: Secret[str]
    version: str | Auto | None = None
    page_limit: int = CERTAIN_LIMIT
    name: str | None = None
    server: str = ""
    url_hint: str = ""
    way: str = ""
    mode: Mode = Mode.REMOTE

    @property
    def way_mode(self) -> str | None:
        """The mode of the way, for events; None if there is only one way to the office."""
        return self.mode.value if self.way else None

    @property
    def prefetch(self) -> int:
        """Pages to fetch ahead: one hides the caller's own work; without a throttle several hide latency."""
        return 1 if self.pace is None or self.pace.interval else self.pace.in_flight


def pace_of(tier: Tier) -> Pace:
    """Return the pace of a tier in remote mode."""
    return Pace(INTERVALS[tier], tier=tier)


def changed_options(options: RequestOptions, changes: Mapping[str, object]) -> RequestOptions:
    """Return options with some changes.

    Raises:
        ConfigurationError: a value cannot be used.
        TypeError: there is no such option.
    """
    for name in changes:
        if name not in _CHECKS:
            raise TypeError(f"with_options() has no option {name!r}; {suggestion(name, _CHECKS)}")
    checked: dict[str, Any] = {name: _CHECKS[name](name, value) for name, value in changes.items()}
    return replace(options, **checked)


def check_count(name: str, value: object, *, least: int = 1) -> int:
    """Return a number of things, such as requests or bytes, as a plain int.

    Args:
        name: the name of the option, for the error.
        value: the number; any integer that is no bool.
        least: the smallest one that makes sense.

    Raises:
        ConfigurationError: it is no integer, or too small.
    """
    number = whole_number(value)
    if number is None:
        raise ConfigurationError(f"{name} has to be a whole number, {least} or more; not {_kind(value)}")
    if number < least:
        raise ConfigurationError(f"{name} has to be {least} or more, not {number}")
    return number


def check_kind(name: str, value: object, kind: type[object], example: str) -> None:
    """Refuse a value that is neither of a type nor None.

    Raises:
        ConfigurationError: it is something else.
    """
    if value is not None and not isinstance(value, kind):
        raise ConfigurationError(f"{name} has to be a {kind.__name__}, such as {example}; not {_kind(value)}")


def check_positive(name: str, value: object, unit: str, *, zero: bool = False) -> float:
    """Return a finite number that is more than zero, or zero if that is allowed.

    Raises:
        ConfigurationError: it is something else.
    """
    rule = "0 or more" if zero else "more than 0"
    return _number(name, value, f"a number of {unit}, {rule}", zero=zero)


def _priority(name: str, value: object) -> Priority:
    if isinstance(value, int) and not isinstance(value, bool) and value in list(Priority):
        return Priority(value)
    known = [f"Priority.{each.name}" for each in Priority]
    advice = (
        suggestion(f"Priority.{value}", known) if isinstance(value, str) else f"there are {', '.join(known)}"
    )
    raise ConfigurationError(f"{name} has to be a Priority; {advice}")


def _flow(name: str, value: object) -> Hashable:
    if isinstance(value, Hashable):
        return value
    raise ConfigurationError(f"{name} has to be a text or a number, not {_kind(value)}")


def _max_wait(name: str, value: object) -> float | None:
    return None if value is None else _seconds(name, value, "0 or more, or None for no limit", zero=True)


def _deadline(name: str, value: object) -> float | None:
    return None if value is None else _seconds(name, value, "more than 0, or None for no limit")


def _timeout(name: str, value: object) -> float:
    return _seconds(name, value, f"more than 0, such as {SERVER_TIMEOUT + 5.0:g}")


def _check(name: str, value: object) -> bool | Literal["rows"]:
    if isinstance(value, bool):
        return value
    if value == "rows":
        return "rows"
    raise ConfigurationError(f'{name} has to be True, False or "rows", not {_kind(value)}')


def _max_age(name: str, value: object) -> float | None:
    if value is None:
        return None
    return _seconds(name, value, "0 or more, or None for never", zero=True) or None  # 0 is never, too


def _verify(name: str, value: object) -> Verify:
    if isinstance(value, str) and value in list(Verify):
        return Verify(value)
    known = [f"Verify.{each.name}" for each in Verify]
    raise ConfigurationError(f"{name} has to be one of {', '.join(known)}; not {_kind(value)}")


_CHECKS: Final[Mapping[str, Callable[[str, object], object]]] = {
    "priority": _priority,
    "flow": _flow,
    "max_wait": _max_wait,
    "deadline": _deadline,
    "timeout": _timeout,
    "check": _check,
    "max_age": _max_age,
    "verify": _verify,
}


def _seconds(name: str, value: object, rule: str, *, zero: bool = False) -> float:
    return _number(name, value, f"a number of seconds, {rule}", zero=zero)


def _number(name: str, value: object, rule: str, *, zero: bool) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ConfigurationError(f"{name} has to be {rule}; not {_kind(value)}")
    if not math.isfinite(value) or value < 0 or not (value or zero):
        raise ConfigurationError(f"{name} has to be {rule}; not {value:g}")
    return value


def _kind(value: object) -> str:
    return "None" if value is None else f"a {type(value).__name__}"
