"""What is going on in this event loop, apart from the servers that run in it too."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

_SERVERS: Final = ("aiohttp/web_", "odapi_async/sandbox/", "tests/support/")
_STEP: Final = 0.001
_STEPS: Final = 10_000


async def until(condition: Callable[[], object]) -> None:
    """Wait until something is so. Loopback traffic needs real time to pass, and how much nobody knows."""
    for _ in range(_STEPS):
        if condition():
            return
        await asyncio.sleep(_STEP)
    raise TimeoutError("it never came to be so")


async def passes(count: int) -> None:
    """Let the loop go round, without waiting for time."""
    for _ in range(count):
        await asyncio.sleep(0)


def pending() -> list[asyncio.Task[Any]]:
    """All tasks but the one that asks and those of the servers."""
    return [
        task for task in asyncio.all_tasks() if task is not asyncio.current_task() and not _is_server(task)
    ]


def _is_server(task: asyncio.Task[Any]) -> bool:
    code = getattr(task.get_coro(), "cr_code", None)
    place = Path(code.co_filename).as_posix() if code else ""
    return any(part in place for part in _SERVERS)
