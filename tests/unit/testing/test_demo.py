"""The demo practice: rows without keys and without a socket, and nothing left when it ends."""

from __future__ import annotations

import asyncio
import gc
import socket
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import pytest

from odapi_async import Mode, SchedulerClosed
from odapi_async.testing import demo, virtual_time


@contextmanager
def no_sockets() -> Generator[None]:
    """Refuse sockets and look-ups of hosts; the running event loop has its own sockets already."""

    def refuse(*_: Any, **__: Any) -> Any:
        pytest.fail("the demo opens a socket")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "socket", refuse)
        patch.setattr(socket, "getaddrinfo", refuse)
        yield


def others() -> set[asyncio.Task[Any]]:
    return asyncio.all_tasks() - {asyncio.current_task()}


async def test_rows_come_without_keys_and_without_a_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENDENTAL_DEVELOPER_KEY", raising=False)
    with no_sockets():
        async with demo() as practice:
            first = await practice.patients.get(1)
            names = [apt.ProcDescript async for apt in practice.appointments.list()]
    assert first.PatNum == 1
    assert first.LName
    assert first.Birthdate is not None
    assert len(names) == 250
    assert practice.name == "demo"


async def test_the_same_seed_gives_the_same_rows_and_another_one_gives_others() -> None:
    async def names(seed: int) -> list[str]:
        async with demo(seed=seed, rows={"patients": 20}) as practice:
            return [f"{each.LName}, {each.FName}" for each in await practice.patients.simple()]

    assert await names(1) == await names(1)
    assert await names(1) != await names(2)
    assert len(await names(1)) == 20


async def test_other_numbers_of_rows_stay() -> None:
    async with demo(rows={"Recalls": 3, "appointments": 1}) as practice:
        assert len(await practice.recalls.list()) == 3
        assert len(await practice.appointments.list()) == 1
        assert len(await practice.patients.simple()) == 250


@pytest.mark.parametrize("mode", [*Mode])
async def test_it_says_that_it_is_a_sandbox(mode: Mode) -> None:
    async with demo(mode=mode) as practice:
        assert repr(practice) == "<Practice demo at https://sandbox.invalid/api/v1>"
        assert (await practice.patients.get(3)).PatNum == 3


async def test_what_is_written_is_kept() -> None:
    async with demo() as practice:
        jane = await practice.patients.create(LName="Smith", FName="Jane")
        assert (await practice.patients.get(jane.PatNum)).LName == "Smith"
    async with demo() as practice:
        assert len(await practice.patients.simple()) == 250


@virtual_time
async def test_in_remote_mode_it_has_the_pace_of_the_api() -> None:
    async with demo(mode=Mode.REMOTE) as practice:
        start = asyncio.get_running_loop().time()
        await asyncio.gather(*(practice.patients.get(number) for number in range(1, 11)))
        assert 9.0 <= asyncio.get_running_loop().time() - start < 10.0


@virtual_time
async def test_a_cancelled_demo_leaves_no_task() -> None:
    async def work() -> None:
        async with demo(mode=Mode.REMOTE) as practice:
            await asyncio.gather(*(practice.patients.get(number) for number in range(1, 11)))

    task = asyncio.create_task(work())
    await asyncio.sleep(3.5)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert others() == set()


@virtual_time
async def test_a_failing_block_leaves_no_task_and_fails_with_its_own_error() -> None:
    waiting: list[asyncio.Task[Any]] = []

    async def work() -> None:
        async with demo(mode=Mode.REMOTE) as practice:
            waiting.extend(asyncio.create_task(practice.patients.get(number)) for number in (1, 2, 3))
            await asyncio.sleep(0.5)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await work()
    ended = await asyncio.gather(*waiting, return_exceptions=True)
    assert [type(each) for each in ended[1:]] == [SchedulerClosed, SchedulerClosed]
    assert others() == set()


async def test_after_the_block_it_is_closed() -> None:
    async with demo() as practice:
        await practice.patients.get(1)
    with pytest.raises(SchedulerClosed):
        await practice.patients.get(1)


async def test_a_notebook_keeps_it_open_from_cell_to_cell() -> None:
    with no_sockets():
        practice = await demo()
        gc.collect()
        assert (await practice.patients.get(2)).PatNum == 2
    assert others() == set()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"rows": {"patient": 3}}, "patients"),
        ({"rows": {"patients": -1}}, "patients"),
        ({"rows": "patients"}, "rows"),
        ({"seed": "1"}, "seed"),
        ({"mode": "locale"}, "mode.*local"),
    ],
    ids=["resource", "number", "rows", "seed", "mode"],
)
def test_a_wrong_option_fails_at_once_and_is_named(options: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        demo(**options)
