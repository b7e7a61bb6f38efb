"""Several ways over real sockets: servers that stop, come back, hang or belong to somebody else."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest

from odapi_async import (
    ConnectFailed,
    KeyRefused,
    Local,
    OpenDental,
    OpenDentalError,
    OutcomeUnknown,
    Practice,
    RetryPolicy,
    Service,
)
from odapi_async.sandbox import Fault, Sandbox
from tests.support.bench import KEY, local
from tests.support.watch import until
from tests.support.wire import Heard, RawServer, ScriptedServer, ok

DEVELOPER = "Dvl0perK3y"
ONCE = RetryPolicy(max_attempts=1)


class Ways:
    """Two servers of one office, and a practice that prefers the first."""

    def __init__(self, near: Sandbox, far: Sandbox, od: OpenDental) -> None:
        self.near, self.far, self.od = near, far, od
        self.urls = near.url, far.url

    def practice(self, key: str = KEY, interval: float = 60.0) -> Practice:
        near, far = self.urls
        return self.od.practice(key, via=[Service(near), Local(far)], probe_interval=interval, name="harbour")


@asynccontextmanager
async def two_servers(retries: RetryPolicy = ONCE) -> AsyncGenerator[Ways]:
    offices = [local(seed=7)]
    async with (
        Sandbox(offices, developer_key=DEVELOPER) as near,
        Sandbox(offices, developer_key=DEVELOPER) as far,
        OpenDental(DEVELOPER, retries=retries) as od,
    ):
        yield Ways(near, far, od)


def taken(practice: Practice) -> type:
    assert practice.way is not None
    return type(practice.way.way)


async def test_a_server_that_stops_and_comes_back() -> None:
    async with two_servers() as ways:
        practice = ways.practice(interval=0.05)
        await practice.patients.get(1)
        assert taken(practice) is Service
        await ways.near.close()
        with pytest.raises(OpenDentalError):
            await practice.patients.get(1)
        await practice.patients.get(1)
        assert taken(practice) is Local
        port = int(ways.urls[0].rpartition(":")[2].partition("/")[0])
        async with Sandbox([local(seed=7)], developer_key=DEVELOPER, port=port):
            for _ in range(1_000):
                await practice.patients.get(1)
                if taken(practice) is Service:
                    break
                await asyncio.sleep(0.01)
            assert taken(practice) is Service
            await practice.patients.get(1)


async def test_a_server_that_accepts_connections_and_says_nothing() -> None:
    ended = asyncio.Event()

    async def say_nothing(_: Heard, __: asyncio.StreamWriter) -> None:
        await ended.wait()

    async with two_servers() as ways, ScriptedServer(say_nothing) as mute:
        practice = ways.od.practice(KEY, via=[Service(mute.url), Local(ways.urls[1])])
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("odapi_async._core.ways._PROBE_TIMEOUTS", dict.fromkeys(("service", "local"), 0.1))
            await practice.patients.get(1)
        assert taken(practice) is Local
        assert len(mute.heard) == 1
        ended.set()


async def test_a_write_with_a_lost_response_is_executed_once() -> None:
    async with two_servers() as ways:
        practice = ways.practice()
        await practice.patients.get(1)
        ways.near.add_fault(Fault("drop_after", method="POST"))
        before = len(ways.near.rows(KEY, "patients"))
        with pytest.raises(OutcomeUnknown, match="harbour by service at"):
            await practice.patients.create(LName="Smith", FName="Jane")
        assert len(ways.near.rows(KEY, "patients")) == before + 1
        assert len(ways.far.rows(KEY, "patients")) == before


async def test_a_stranger_gets_one_request_and_no_key_is_told_anywhere(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    async with (
        two_servers() as ways,
        RawServer(lambda _: ok(b'"No."', status="401 Unauthorized")) as stranger,
    ):
        key = "Cst0merK3y"
        practice = ways.od.practice(key, via=[Service(stranger.url), Local(ways.urls[1])])
        said: list[str] = []
        for _ in range(3):
            with pytest.raises(KeyRefused) as caught:
                await practice.patients.get(1)
            said += [str(caught.value), repr(caught.value), *caught.value.__notes__]
        assert len(stranger.heard) == 1
        said += [repr(practice), repr(practice.ways), repr(ways.od.scheduler.snapshot()), caplog.text]
        assert [each for each in said if key in each or DEVELOPER in each] == []
        assert any(stranger.url in each for each in said)


async def test_no_task_is_left_behind() -> None:
    before = asyncio.all_tasks()
    async with two_servers() as ways:
        practice = ways.practice(interval=0.001)
        await ways.near.close()
        await asyncio.gather(*(practice.patients.get(1 + each) for each in range(8)))
        with pytest.raises(ConnectFailed):
            await ways.od.practice(KEY, via=[Service(ways.urls[0])]).patients.get(1)
        await practice.patients.get(1)
        await ways.od.aclose()
        await until(
            lambda: {task.get_name() for task in asyncio.all_tasks() - before} & {"odapi-ways"} == set()
        )
