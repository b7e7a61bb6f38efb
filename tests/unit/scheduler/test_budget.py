"""The time of a call as a limit of what the call waits for."""

import asyncio

import pytest

from odapi_async.errors import RequestTimeout, WaitTooLong
from odapi_async.scheduler import Budget
from tests.support.clock import virtual_time


@virtual_time
async def test_the_end_of_a_budget_ends_what_was_awaited() -> None:
    budget = Budget.start(4.0)
    assert await budget.wait_for(asyncio.sleep(1.0, "found")) == "found"
    waiting = asyncio.create_task(asyncio.sleep(10.0))
    with pytest.raises(WaitTooLong, match=r"^4\.0 s are over, all of deadline; increase deadline"):
        await budget.wait_for(waiting)
    assert waiting.cancelled()
    assert budget.left == pytest.approx(0.0)


@virtual_time
@pytest.mark.parametrize(
    "error", [TimeoutError("of somebody else"), RequestTimeout("GET", "/x", "no response")]
)
async def test_a_timeout_of_something_else_is_not_the_end_of_the_budget(error: TimeoutError) -> None:
    async def fail() -> None:
        raise error

    with pytest.raises(TimeoutError) as raised:
        await Budget.start(4.0).wait_for(fail())
    assert raised.value is error
