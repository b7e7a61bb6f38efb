"""A throttled opponent in a process of its own: `python -m tests.opponent.process`.

It prints its base URL when it listens. When its standard input closes, it prints what it counted, as JSON,
and ends.
"""

import asyncio
import gc
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path
from typing import Final, Self

import msgspec

from tests.opponent.raw import send
from tests.opponent.refusal import Refused
from tests.opponent.server import Opponent

ROOT: Final = Path(__file__).parents[2]
START: Final = 30.0
STOP: Final = 10.0


class Counted(msgspec.Struct):
    """What an opponent counted.

    Attributes:
        too_early: Number of requests that the throttle refused.
        refused: The refused requests, in their order.
        arrivals: When the requests of each customer key arrived, in seconds of the clock that all processes
            of a machine share.
    """

    too_early: int
    refused: list[Refused]
    arrivals: dict[str, list[float]]


class OpponentProcess:
    """An opponent in another process, to be used as an async context manager.

    Its measurements are not delayed by the event loop under test.

    Attributes:
        base_url: The base URL of its API.
        counted: What it counted, after the block.
    """

    base_url: str
    counted: Counted
    process: Process

    async def __aenter__(self) -> Self:
        self.process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.opponent.process", cwd=ROOT, stdin=PIPE, stdout=PIPE
        )
        assert self.process.stdout is not None
        try:
            line = await asyncio.wait_for(self.process.stdout.readline(), START)
            assert line, "the process of the opponent ended before it listened"
        except BaseException:
            await self.kill()
            raise
        self.base_url = line.decode().strip()
        return self

    async def __aexit__(self, *_: object) -> None:
        try:
            printed, _errors = await asyncio.wait_for(self.process.communicate(b""), STOP)
        except BaseException:
            await self.kill()
            raise
        self.counted = msgspec.json.decode(printed, type=Counted)

    async def kill(self) -> None:
        if self.process.returncode is None:
            self.process.kill()
        await self.process.wait()


async def serve() -> None:
    async with Opponent(mode="remote") as server:
        await send(
            server, "GET", "/patients/1", authorization=None
        )  # the first request takes milliseconds more
        server.refused.clear()
        gc.collect()
        gc.freeze()  # a full collection would stop the loop that measures
        sys.stdout.write(f"{server.base_url}\n")
        sys.stdout.flush()
        await asyncio.to_thread(sys.stdin.buffer.read)
        counted = Counted(server.too_early, server.refused, server.arrivals)
    sys.stdout.buffer.write(msgspec.json.encode(counted))


if __name__ == "__main__":
    asyncio.run(serve())
