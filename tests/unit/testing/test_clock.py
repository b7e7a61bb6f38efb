"""Virtual time: timers expire in order and at once, and hours of throttled work take a second."""

from __future__ import annotations

import asyncio
import time

import pytest

from odapi_async import OpenDental, Tier
from odapi_async.sandbox import Office, Sandbox
from odapi_async.testing import SandboxTransport, VirtualTimeLoop, run_in_virtual_time, virtual_time


async def elapsed(seconds: float) -> float:
    start = asyncio.get_running_loop().time()
    await asyncio.sleep(seconds)
    return asyncio.get_running_loop().time() - start


def test_a_day_of_sleep_passes_at_once_and_the_clock_shows_it() -> None:
    start = time.monotonic()
    assert run_in_virtual_time(elapsed(86_400.0)) == 86_400.0
    assert time.monotonic() - start < 10.0


def test_timers_expire_in_their_order() -> None:
    async def main() -> list[float]:
        expired: list[float] = []

        async def sleep(seconds: float) -> None:
            await asyncio.sleep(seconds)
            expired.append(seconds)

        await asyncio.gather(*(sleep(seconds) for seconds in (30.0, 0.0, 3600.0, 0.5)))
        return expired

    assert run_in_virtual_time(main()) == [0.0, 0.5, 30.0, 3600.0]


def test_a_timeout_expires_before_a_longer_sleep() -> None:
    async def main() -> float:
        start = asyncio.get_running_loop().time()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(10.0):
                await asyncio.sleep(11.0)
        return asyncio.get_running_loop().time() - start

    assert run_in_virtual_time(main()) == 10.0


def test_without_a_timer_the_loop_waits_for_a_thread() -> None:
    async def main() -> tuple[str, float]:
        start = asyncio.get_running_loop().time()
        result = await asyncio.to_thread(work)
        return result, asyncio.get_running_loop().time() - start

    def work() -> str:
        time.sleep(0.05)
        return "done"

    assert run_in_virtual_time(main()) == ("done", 0.0)


@virtual_time
async def test_a_decorated_test_runs_in_a_virtual_loop() -> None:
    assert isinstance(asyncio.get_running_loop(), VirtualTimeLoop)
    assert await elapsed(60.0) == 60.0


def test_the_decorator_passes_arguments_and_the_result_on() -> None:
    @virtual_time
    async def double(number: int, *, plus: int) -> int:
        await asyncio.sleep(1.0)
        return 2 * number + plus

    assert double(3, plus=4) == 10
    assert double.__name__ == "double"


@pytest.mark.parametrize("debug", [True, False])
def test_debug_mode_is_that_of_the_caller(debug: bool) -> None:
    async def main() -> bool:
        return asyncio.get_running_loop().get_debug()

    assert run_in_virtual_time(main(), debug=debug) is debug


@pytest.mark.unmeasured
def test_an_hour_of_throttled_work_runs_at_once() -> None:
    office = Office(customer_key="office", permissions=frozenset({"ReadAll"}), rows={"patients": 720})
    sandbox = Sandbox([office])

    async def main() -> None:
        async with OpenDental(sandbox.developer_key, transport=SandboxTransport(sandbox)) as client:
            practice = client.practice("office", tier=Tier.READ_ALL)
            await asyncio.gather(*(practice.patients.get(number) for number in range(1, 721)))

    run_in_virtual_time(main(), debug=False)
    stats = sandbox.stats("office")
    assert stats.starts[-1] - stats.starts[0] > 719 * 5.0
    assert (stats.executed, stats.violations) == (720, 0)


@pytest.mark.parametrize("seconds", [2.0**24, 2.0**31])
def test_timers_run_however_much_time_has_passed(seconds: float) -> None:
    async def main() -> float:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, VirtualTimeLoop)
        loop.advance(seconds)
        start = loop.time()
        for _ in range(3):
            await asyncio.sleep(0.7)
        return loop.time() - start

    assert run_in_virtual_time(main()) == pytest.approx(2.1, abs=1e-5)


def test_threads_end_before_the_loop_does() -> None:
    async def main() -> int:
        return sum(await asyncio.gather(*(asyncio.to_thread(int, "1") for _ in range(20))))

    assert run_in_virtual_time(main()) == 20
