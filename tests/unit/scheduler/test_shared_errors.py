"""Faults C2 and C3: errors that are kept or shared are copies, and keep nothing of their first caller."""

import asyncio
import gc
import weakref
from collections.abc import Awaitable, Callable

import pytest

from odapi_async.errors import OfficeOffline
from odapi_async.scheduler import Scheduler, SharedResult, Slot
from tests.support.clock import virtual_time
from tests.support.lanes import REMOTE, Caller, settle


class Rows:
    """Rows of a patient in a local variable of a caller."""


def offline() -> OfficeOffline:
    return OfficeOffline(400, "GET", "/patients", "The office's eConnector is not running.")


async def fail(scheduler: Scheduler, seen: list[weakref.ref[Rows]], error: Exception) -> None:
    """Meet an error as a caller does that has rows in a local variable, and add a note to it."""
    rows = Rows()
    seen.append(weakref.ref(rows))
    scheduler.record_failure("lane", error, threshold=1)
    error.add_note("mine")
    raise error


async def note_of(action: Callable[[], Awaitable[object]]) -> list[str]:
    with pytest.raises(Exception, match=r".") as caught:
        await action()
    notes = [*getattr(caught.value, "__notes__", [])]
    caught.value.add_note("mine")
    return notes


@virtual_time
@pytest.mark.parametrize("error", [offline, lambda: ValueError("any")], ids=["ours", "any"])
async def test_c2_an_open_circuit_has_an_error_for_each_caller(error: Callable[[], Exception]) -> None:
    scheduler = Scheduler(margin=0)
    met = error()
    met.add_note("before")
    scheduler.record_failure("lane", met, threshold=1)
    met.add_note("after")
    for _ in range(3):
        notes = await note_of(lambda: scheduler.acquire("lane", REMOTE))
        assert notes == ["before", "not sent: this practice is tried again in 30 s"]


@virtual_time
async def test_c2_the_waiters_that_an_opening_circuit_fails_have_an_error_each() -> None:
    scheduler = Scheduler(margin=0)
    caller = Caller(scheduler)
    with await scheduler.acquire("lane", REMOTE) as slot:
        waiting = [caller.task(str(index)) for index in range(3)]
        await settle()
        slot.sent()
        scheduler.record_failure("lane", offline(), threshold=1)
    for task in waiting:
        assert len(await note_of(lambda task=task: task)) == 1  # type: ignore[misc]


@virtual_time
async def test_c2_a_shared_error_is_a_copy_for_each_follower() -> None:
    scheduler = Scheduler(margin=0)
    waiting = [asyncio.create_task(scheduler.acquire("lane", REMOTE, coalesce_key="same")) for _ in range(3)]
    await settle()
    error = offline()
    leader = waiting[0].result()
    assert isinstance(leader, Slot)
    with leader:
        leader.sent()
        leader.share(error)
    error.add_note("of the leader")
    outcomes: list[object] = []
    for task in waiting[1:]:
        shared = await task
        assert isinstance(shared, SharedResult)
        outcomes += [shared.outcome, shared.outcome]
    assert len({id(each) for each in (error, *outcomes)}) == 5
    for each in outcomes:
        assert isinstance(each, OfficeOffline)
        assert str(each) == str(error)
        assert not hasattr(each, "__notes__")
        each.add_note("of a follower")


@virtual_time
async def test_c3_an_open_circuit_keeps_no_frame_of_the_first_caller() -> None:
    scheduler, seen = Scheduler(margin=0), list[weakref.ref[Rows]]()
    try:
        try:
            await fail(scheduler, seen, ValueError("before"))
        except ValueError as error:
            raise offline() from error
    except OfficeOffline as error:
        scheduler.record_failure("lane", error, threshold=1)
    gc.collect()
    assert [rows() for rows in seen] == [None]
    with pytest.raises(OfficeOffline) as refused:
        await scheduler.acquire("lane", REMOTE)
    assert refused.value.__cause__ is refused.value.__context__ is None
    assert not scheduler._breakers["lane"]._error.__traceback__


@virtual_time
async def test_c3_a_shared_result_keeps_no_frame_of_the_first_caller() -> None:
    scheduler, seen = Scheduler(margin=0), list[weakref.ref[Rows]]()
    results: list[SharedResult] = []
    try:
        await fail(scheduler, seen, offline())
    except OfficeOffline as error:
        results.append(SharedResult(error))
    gc.collect()
    assert [rows() for rows in seen] == [None]
    outcome = results[0].outcome
    assert isinstance(outcome, OfficeOffline)
    assert outcome.__traceback__ is None
