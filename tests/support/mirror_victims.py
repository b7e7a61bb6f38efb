"""Starts victims and kills them."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from types import TracebackType
from typing import Final, Self

import msgspec

from tests.support.mirror_victim import Order

_STOP: Final = 10.0


class Victims:
    """Runs one victim after the other, each forked off by one process, which several tests can use.

    Use it in `with`: the process and a victim that still runs end there.
    """

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.support.mirror_victim"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._pid = 0
        self._end: asyncio.Task[int] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.communicate(timeout=_STOP)

    async def start(self, order: Order) -> asyncio.Task[int]:
        """Start a victim; the task tells how it ended: 0, or the signal that killed it."""
        assert self._process.stdin is not None
        self._process.stdin.write(msgspec.json.encode(order) + b"\n")
        self._process.stdin.flush()
        self._pid = await self._heard()
        self._end = asyncio.create_task(self._heard())
        return self._end

    def kill(self) -> None:
        """Kill the victim that runs, if one does."""
        if self._end and not self._end.done():
            os.kill(self._pid, signal.SIGKILL)

    async def run(self, order: Order) -> int:
        """Let a victim live."""
        return await (await self.start(order))

    async def stop(self) -> None:
        """Kill the victim that runs, if one does, and wait for its end."""
        self.kill()
        if self._end:
            await self._end

    async def _heard(self) -> int:
        assert self._process.stdout is not None
        return int(await asyncio.to_thread(self._process.stdout.readline))
