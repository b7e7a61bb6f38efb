"""When an event is tried again: each pause is three times the one before, up to an hour."""

from __future__ import annotations

import datetime as dt

import pytest

from odapi_async.events.backoff import done, failed, pause, released
from odapi_async.events.delivery import Delivery
from odapi_async.events.schema import State
from odapi_async.events.stored import Claimed
from tests.support.inbox import NOON

LATER = NOON + dt.timedelta(days=1)


def claimed(tries: int) -> Claimed:
    return Claimed(7, tries, NOON, Delivery("harbour", "Appointment", "", (), True))


@pytest.mark.parametrize(
    ("tries", "seconds"), [(1, 1), (2, 3), (3, 9), (8, 2187), (9, 3600), (10, 3600), (10**9, 3600)]
)
def test_pauses_grow_up_to_an_hour(tries: int, seconds: int) -> None:
    assert pause(tries) == seconds


def test_a_service_that_is_away_for_an_hour_sets_nothing_aside() -> None:
    assert 3_600 < sum(pause(tries) for tries in range(1, 10)) < 2 * 3_600


def test_a_failed_event_waits_and_is_set_aside_at_last() -> None:
    kept = failed(claimed(2), LATER, "lease", "KeyError", 3)
    assert (kept.state, kept.due_at - LATER) == (State.WAITING, dt.timedelta(seconds=3))
    assert (kept.tries, kept.error, kept.token, kept.done_at) == (2, "KeyError", "lease", None)
    assert failed(claimed(3), LATER, "lease", "KeyError", 3).state is State.SET_ASIDE


def test_a_cancelled_event_is_due_at_once_and_was_not_tried() -> None:
    kept = released(claimed(2), "lease")
    assert (kept.state, kept.due_at, kept.tries, kept.token) == (State.WAITING, NOON, 1, "lease")


def test_an_event_that_was_handled_is_done_whoever_holds_it_now() -> None:
    kept = done(claimed(2), LATER)
    assert (kept.state, kept.done_at, kept.token) == (State.DONE, LATER, None)
