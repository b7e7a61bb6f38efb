"""Keeps asyncio's debug mode affordable: it notes where each future, task and callback was made.

asyncio walks the whole stack for each of them, about sixty frames below a test, and asks the disk about each
frame's file. A few frames name the place as well, and the files do not change while the tests run.
"""

from __future__ import annotations

import linecache
import traceback
from collections.abc import Iterator
from itertools import islice
from types import FrameType
from typing import Final

FRAMES: Final = 2

_walk_stack: Final = traceback.walk_stack


def keep_few_frames() -> None:
    """Let stacks that are noted, rather than raised, have a few frames, and trust the files behind them."""
    traceback.walk_stack = _walk_few
    linecache.checkcache = _trust


def _walk_few(f: FrameType | None) -> Iterator[tuple[FrameType, int]]:
    return islice(_walk_stack(f), FRAMES)


def _trust(filename: str | None = None) -> None:
    pass
