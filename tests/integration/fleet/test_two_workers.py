"""Two workers of one fleet: what one of them lacks, and practices that are disabled or removed while read."""

from __future__ import annotations

import asyncio
import os
import socket
import threading

import pytest

from odapi_async.fleet import Fleet, KeyNotFound
from odapi_async.fleet import fleet as fleet_module
from odapi_async.mirror import Store
from odapi_async.sandbox import Sandbox
from tests.integration.fleet.databases import fleet, fleet_url, installed
from tests.integration.fleet.working import are_read, practices, rows, sandbox, until, working
from tests.support.mirror import Arrivals, execute
from tests.support.postgres import is_there

__all__ = ["fleet", "fleet_url", "installed"]

pytestmark = [
    pytest.mark.unmeasured,
    pytest.mark.skipif(not is_there(), reason="no PostgreSQL in a wheel for this machine"),
]

ROW = "SELECT practice, outcome, error, failures FROM fleet_practices"


async def no_key(practice: str, _: str) -> str:
    raise KeyNotFound(f"the variable of {practice} is not set; set it where this worker runs")


async def test_a_key_that_one_worker_lacks_is_found_by_the_other_one(fleet: Store, fleet_url: str) -> None:
    await Fleet(fleet).load(practices("hill"))
    box = sandbox("hill")
    async with working(fleet_url, box, key_for=no_key) as without:

        async def has_failed() -> bool:
            return bool((await rows(fleet, ROW))[0][1] == "failed")

        await until(has_failed)
        found = await rows(fleet, ROW)
        here = f"(at {socket.gethostname()}, process {os.getpid()})"
        error = f"KeyNotFound: the variable of hill is not set; set it where this worker runs {here}"
        assert found == [("hill", "failed", error, 1)]
        (delay,) = (await rows(fleet, "SELECT next_due - ended_at FROM fleet_practices"))[0]
        assert delay.total_seconds() == 10, "another worker may have it"
        assert without.lines[1:] == [f"hill: {error}"], "its own log says so, too"
        assert not box.arrivals
        async with working(fleet_url, box):
            # either of them may get it: the one without the key fails again, and the other one reads it
            async def is_read() -> bool:
                await execute(fleet, "UPDATE fleet_practices SET next_due = least(next_due, now())")
                return await are_read(fleet)

            try:
                async with asyncio.timeout(3):
                    await until(is_read)
            except TimeoutError:  # in one process, the first one that listens may get it each time
                await without.end()
                await until(is_read)
            await without.end()
    assert await rows(fleet, ROW) == [("hill", "done", "", 0)]
    assert await rows(fleet, "SELECT failing_since FROM fleet_practices") == [(None,)]


@pytest.mark.parametrize(
    "removal",
    [
        "UPDATE fleet_practices SET enabled = false WHERE practice = 'hill'",
        "DELETE FROM fleet_practices WHERE practice = 'hill'",
    ],
)
async def test_a_practice_that_is_removed_while_it_is_read_ends_quietly(
    fleet: Store, fleet_url: str, removal: str
) -> None:
    await Fleet(fleet).load(practices("hill", every=0.2))
    box = sandbox("hill", patients=1_500)
    reading = first_request(box)
    async with working(fleet_url, box) as one, working(fleet_url, box) as other:
        await reading.wait()
        await execute(fleet, removal)

        async def is_free() -> bool:
            return not (one.worker.reading or other.worker.reading)

        await until(is_free)
        after, requests = await rows(fleet, "SELECT f::text FROM fleet_practices f"), len(box.arrivals)
        await asyncio.sleep(1.2)  # a tick and more
        assert await rows(fleet, "SELECT f::text FROM fleet_practices f") == after
        assert len(box.arrivals) == requests
        assert await rows(fleet, "SELECT dedupe_key FROM odapi_pgqueuer") == []
        for each in (one, other):
            await each.end()
            await each.task
            assert len(each.lines) == 1
    assert await rows(fleet, "SELECT worker FROM fleet_practices") == [(None,)] * len(after)


def first_request(box: Sandbox) -> asyncio.Event:
    """An event that is set when the first request arrives, before it is answered."""
    arrived = asyncio.Event()
    box.arrivals = arrivals = Arrivals()
    arrivals.told = lambda _: arrived.set()
    return arrived


async def test_the_usual_look_up_of_a_key_runs_in_a_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    def find(practice: str, key_ref: str) -> str:
        assert threading.current_thread() is not threading.main_thread()
        if key_ref == "name:":
            raise KeyNotFound("it is not there")
        return practice

    monkeypatch.setattr(fleet_module, "find_key", find)
    assert await fleet_module._from_its_place("hill", "keyring:") == "hill"
    with pytest.raises(KeyNotFound, match="it is not there"):
        await fleet_module._from_its_place("hill", "name:")
