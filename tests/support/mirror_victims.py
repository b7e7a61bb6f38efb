"""Starts victims and kills them."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Final

import msgspec

from tests.support.mirror_victim import Order

_STOP: Final = 10.0


class Victims:
    """Runs one victim after the other.

    Args:
        process: the process that forks them.
    """

    def __init__(self, process: Process) -> None:
        self._process = process
        self._pid = 0
        self._running = False

    async def start(self, order: Order) -> asyncio.Task[int]:
        """Start a victim; the task tells how it ended: 0, or the signal that killed it."""
        assert self._process.stdin is not None
        self._process.stdin.write(msgspec.json.encode(order) + b"\n")
        self._pid, self._running = await self._heard(), True
        return asyncio.create_task(self._end())

    def kill(self) -> None:
        """Kill the victim that runs, if one does."""
        if self._running:
            os.kill(self._pid, signal.SIGKILL)

    async def run(self, order: Order) -> int:
        """Let a victim live."""
        return await (await self.start(order))

    async def _end(self) -> int:
        try:
            return await self._heard()
        finally:
            self._running = False

    async def _heard(self) -> int:
        assert self._process.stdout is not None
        return int(await self._process.stdout.readline())


@asynccontextmanager
async def victims() -> AsyncGenerator[Victims]:
    """Start the process that forks victims, and end it and them."""
    module = "tests.support.mirror_victim"
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", module, stdin=PIPE, stdout=PIPE)
    found = Victims(process)
    try:
        yield found
    finally:
        found.kill()
        assert process.stdin is not None
        process.stdin.close()
        await asyncio.wait_for(process.wait(), _STOP)
