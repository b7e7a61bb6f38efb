"""The deadline of a run, in virtual time."""

from __future__ import annotations

import asyncio

import pytest

from odapi_async import ConfigurationError
from odapi_async.mirror.deadline import Deadline
from tests.support.clock import virtual_time


@virtual_time
async def test_it_expires_after_its_seconds_and_not_before() -> None:
    async with Deadline(300) as deadline:
        await asyncio.sleep(299)
        assert not deadline.expired
        await asyncio.sleep(1.5)
        assert deadline.expired


@virtual_time
async def test_without_seconds_it_expires_when_it_is_told_to() -> None:
    async with Deadline(None) as deadline:
        await asyncio.sleep(1_000_000)
        assert not deadline.expired
        deadline.expire()
        assert deadline.expired


@virtual_time
async def test_it_leaves_no_timer_behind() -> None:
    async with Deadline(300) as deadline:
        pass
    await asyncio.sleep(1_000)
    assert not deadline.expired


@pytest.mark.parametrize("seconds", [0, -1, float("nan")])
def test_a_number_that_is_not_positive_is_refused(seconds: float) -> None:
    with pytest.raises(ConfigurationError, match="deadline must be a positive number of seconds"):
        Deadline(seconds)
