"""The output of a receiver: lines in a pipe, JSON for scripts, problems only if nothing else is wanted."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from odapi_async.cli.events.activity import Note
from odapi_async.cli.events.serve_view import ServeOutput
from odapi_async.events import Received

NOW = dt.datetime(2026, 11, 28, 9, 12, tzinfo=dt.UTC)
OK = Received("harbour", "Appointment", 3, 2, 200)


class Timer:
    """A clock that is set."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def output(timer: Timer, *, quiet: bool = False, as_json: bool = False) -> ServeOutput:
    return ServeOutput(quiet=quiet, as_json=as_json, clock=lambda: NOW, timer=timer)


def test_a_minute_has_one_line_with_its_counts() -> None:
    timer = Timer()
    shown = output(timer)
    shown.received(OK)
    (first,) = shown.lines(shown.activity)
    assert first.endswith(" harbour: the first event was received")
    timer.now = 59.9
    assert list(shown.lines(shown.activity)) == []
    timer.now = 60.0
    (minute,) = shown.lines(shown.activity)
    assert minute.endswith(" in the last minute 1 event, 3 rows (2 new)")
    timer.now = 130.0
    assert list(shown.lines(shown.activity)) == []


def test_json_has_a_line_for_each_post(capsys: pytest.CaptureFixture[str]) -> None:
    timer = Timer()
    shown = output(timer, as_json=True)
    shown.received(OK)
    shown.received(Received(None, "", 0, 0, 401))
    timer.now = 61.0
    lines = [json.loads(line) for line in shown.lines(shown.activity)]
    assert [(line["practice"], line["status"]) for line in lines] == [("harbour", 200), (None, 401)]
    assert capsys.readouterr() == ("", "")


def test_quiet_prints_problems_only(capsys: pytest.CaptureFixture[str]) -> None:
    shown = output(Timer(), quiet=True)
    shown.received(OK)
    shown.tell(Note("something is wrong", is_problem=True))
    assert list(shown.lines(shown.activity)) == []
    assert capsys.readouterr() == ("", "odapi: something is wrong\n")


def test_a_terminal_has_one_line() -> None:
    shown = output(Timer())
    shown.received(OK)
    shown.activity.waiting = 4
    assert str(shown.table(shown.activity, 24)) == "1 event, 3 rows (2 new); 4 wait"
