"""The hook and the log: which hooks are refused, how errors in hooks are handled, and log levels."""

from __future__ import annotations

import logging
import subprocess
import sys
from dataclasses import FrozenInstanceError, fields, replace
from typing import Any

import pytest

from odapi_async import ConfigurationError, Event, EventName, OpenDental, Tier
from odapi_async._core.emitter import Emitter, operation_name
from odapi_async._core.options import pace_of
from odapi_async.limits import INTERVALS
from odapi_async.scheduler import Pace
from odapi_async.telemetry import LOGGER

SECRET = "Quinzelburg"

WARN_WITHOUT_SETUP = """
import logging
from odapi_async import OpenDental  # the package alone loads nothing that logs
logging.getLogger("odapi_async").warning("lane pauses")
"""


def event(name: EventName, **facts: Any) -> Event:
    given: dict[str, Any] = {
        "lane": "a1b2",
        "base_url": "https://example.org/api/v1",
        "operation": "GET /patients/{PatNum}",
        "priority": "NORMAL",
        "tier": Tier.STANDARD,
        "attempt": 2,
        "status": 429,
        "error": "Throttled",
        "pause": 1.5,
    }
    return Event(name=name, **{**given, **facts})


class AsyncHook:
    async def __call__(self, event: Event) -> None: ...


async def async_hook(event: Event) -> None: ...


@pytest.mark.parametrize("hook", [async_hook, AsyncHook(), "print", 1])
def test_a_hook_that_cannot_be_called_is_refused(hook: Any) -> None:
    with pytest.raises(ConfigurationError, match="plain function"):
        OpenDental("developer", on_event=hook)


def test_a_hook_gets_every_event() -> None:
    heard: list[Event] = []
    telemetry = Emitter(heard.append)
    events = [event(name) for name in EventName]
    for each in events:
        telemetry.emit(each)
    assert heard == events


def test_a_hook_that_raises_is_logged_once_and_still_called(caplog: pytest.LogCaptureFixture) -> None:
    heard: list[Event] = []

    def hook(each: Event) -> None:
        heard.append(each)
        raise KeyError(SECRET)

    telemetry = Emitter(hook)
    for _ in range(3):
        telemetry.emit(event(EventName.STARTED))
    assert len(heard) == 3
    (record,) = caplog.records
    assert (record.name, record.levelno) == ("odapi_async", logging.ERROR)
    assert "KeyError" in record.getMessage()
    assert SECRET not in caplog.text


def test_keyboard_interrupt_is_not_swallowed() -> None:
    def hook(_: Event) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Emitter(hook).emit(event(EventName.STARTED))


@pytest.mark.parametrize(
    ("name", "level", "said"),
    [
        (EventName.PAUSED, logging.WARNING, "lane a1b2 pauses for 1.5 s"),
        (EventName.OPENED, logging.WARNING, "no calls are sent to lane a1b2 for 2 s"),
        (EventName.CLOSED, logging.INFO, "lane a1b2 is asked again"),
        (EventName.RETRIED, logging.DEBUG, "queued again in 1.5 s after Throttled, attempt 2"),
    ],
)
@pytest.mark.parametrize("hook", [None, repr])
def test_important_events_are_logged(
    name: EventName, level: int, said: str, hook: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    Emitter(hook).emit(event(name))
    (record,) = caplog.records
    assert (record.name, record.levelno) == ("odapi_async", level)
    assert said in record.getMessage()
    assert "GET /patients/{PatNum}" in record.getMessage()


def test_a_name_is_logged_instead_of_the_lane(caplog: pytest.LogCaptureFixture) -> None:
    named = replace(event(EventName.PAUSED), practice="harbour")
    assert (named.label, event(EventName.PAUSED).label) == ("harbour", "a1b2")
    Emitter().emit(named)
    assert "practice harbour pauses for 1.5 s" in caplog.text
    assert "a1b2" not in caplog.text


def test_frequent_events_are_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for name in (EventName.STARTED, EventName.FINISHED, EventName.COALESCED, EventName.THROTTLED):
        Emitter().emit(event(name))
    assert caplog.records == []


def test_a_retry_is_not_logged_above_debug(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    Emitter().emit(event(EventName.RETRIED))
    assert caplog.records == []


def test_without_any_logging_set_up_nothing_is_printed() -> None:
    assert any(isinstance(handler, logging.NullHandler) for handler in LOGGER.handlers)
    done = subprocess.run(
        [sys.executable, "-c", WARN_WITHOUT_SETUP], capture_output=True, text=True, timeout=50, check=True
    )
    assert (done.stdout, done.stderr) == ("", "")


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/patients", "/patients"),
        ("/patients/{PatNum}", "/patients/{PatNum}"),
        ("/patients/48", "/patients/{id}"),
        ("/patients/48/Note", "/patients/{id}/Note"),
        ("/patients/48/49", "/patients/{id}/{id}"),
        ("/patients/123-45-6789", "/patients/{id}"),
        ("/queries/ShortQuery", "/queries/ShortQuery"),
    ],
)
def test_the_name_of_an_operation_contains_no_row_id(path: str, shown: str) -> None:
    assert operation_name("GET", path) == f"GET {shown}"


def test_a_pace_has_its_tier() -> None:
    assert [(pace_of(tier).interval, pace_of(tier).tier) for tier in INTERVALS] == [
        (seconds, tier) for tier, seconds in INTERVALS.items()
    ]
    assert Pace(0.0).tier is None


def test_an_event_is_a_value() -> None:
    one = event(EventName.STARTED)
    assert one == event(EventName.STARTED)
    with pytest.raises(FrozenInstanceError):
        one.lane = "other"  # type: ignore[misc]
    assert {field.name for field in fields(Event)} == {
        *("name", "lane", "base_url", "operation", "priority", "tier", "attempt"),
        *("wait", "duration", "status", "error", "pause", "practice", "age", "fields", "way"),
    }


def test_a_log_line_names_the_way(caplog: pytest.LogCaptureFixture) -> None:
    Emitter().emit(replace(event(EventName.OPENED), way="service"))
    assert "no calls are sent to lane a1b2 by service for 2 s" in caplog.text
