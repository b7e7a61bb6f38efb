"""Keeps asyncio's debug mode affordable: it notes where each future, task, callback and coroutine was made.

asyncio walks the whole stack for each of them, about sixty frames below a test, asks the disk about each
frame's file, and reads its lines. A few frames name the place as well, their lines are read if somebody looks
at them, and the files do not change while the tests run.
"""

from __future__ import annotations

import linecache
import sys
import traceback
from asyncio import constants
from collections.abc import Iterable, Iterator
from types import FrameType
from typing import Final

FRAMES: Final = 2


def keep_few_frames() -> None:
    """Let stacks that are noted, rather than raised, have a few frames, and trust the files behind them."""
    traceback.walk_stack = _walk_few
    traceback.StackSummary.extract = staticmethod(_note)  # type: ignore[assignment,method-assign]
    linecache.checkcache = _trust
    # the interpreter notes so many for each coroutine
    constants.DEBUG_STACK_DEPTH = FRAMES  # type: ignore[misc]


def _walk_few(f: FrameType | None = None) -> Iterator[tuple[FrameType, int]]:
    f = f or sys._getframe(1)
    few: list[tuple[FrameType, int]] = []
    while f is not None and len(few) < FRAMES:
        few.append((f, f.f_lineno))
        f = f.f_back
    return iter(few)


def _note(frames: Iterable[tuple[FrameType, int]], **_: object) -> traceback.StackSummary:
    return traceback.StackSummary(
        traceback.FrameSummary(frame.f_code.co_filename, line, frame.f_code.co_name, lookup_line=False)
        for frame, line in frames
    )


def _trust(filename: str | None = None) -> None:
    pass
