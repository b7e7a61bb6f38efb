"""What coverage measures: the workers of a parallel run, and no process that tests start."""

from __future__ import annotations

import os
import sys
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, Final

import pytest

START: Final = "COVERAGE_PROCESS_START"


def measure_workers_only(config: pytest.Config) -> None:
    """Let workers measure themselves and nothing that they start; the controller runs no test."""
    if hasattr(config, "workerinput"):
        os.environ.pop(START, None)
    elif (running := _running()) is not None and config.getoption("tx", None):
        running.stop()


@contextmanager
def unmeasured() -> Generator[None]:
    """Measure nothing for a while, if anything is measured at all."""
    running = _running()
    if running is None:
        yield
        return
    running.stop()
    try:
        yield
    finally:
        running.start()


def _running() -> Any:
    coverage: Any = sys.modules.get("coverage")
    return coverage and coverage.Coverage.current()
