"""Signals end a sandbox, and an event loop that cannot handle them does not keep it from starting."""

from __future__ import annotations

import asyncio
import signal

import pytest

from odapi_async.sandbox.signals import end_on_signals


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_a_signal_ends_a_sandbox(number: signal.Signals) -> None:
    ended = asyncio.Event()
    end_on_signals(ended.set)
    try:
        signal.raise_signal(number)
        await asyncio.wait_for(ended.wait(), 5)
    finally:
        for each in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().remove_signal_handler(each)


async def test_a_loop_without_signal_handlers_starts_a_sandbox_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    loop = asyncio.get_running_loop()
    windows = asyncio.AbstractEventLoop.add_signal_handler  # what an event loop of Windows has
    monkeypatch.setattr(type(loop), "add_signal_handler", windows)
    end_on_signals(lambda: None)
