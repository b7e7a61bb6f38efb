"""What coverage measures: the workers of a parallel run, and no process that tests start."""

from __future__ import annotations

import os
import sys
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, Final

import pytest

START: Final = "COVERAGE_PROCESS_START"
MARK: Final = "unmeasured"


class Measurement:
    """Measures imports and tests, and not what pytest does around them, which would double its time.

    Tests that are marked `unmeasured` are left out: their repetitions would cost more than all the rest.
    """

    def __init__(self, coverage: Any) -> None:
        self._coverage = coverage

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self) -> Generator[None, object, object]:
        """Pause from one test to the next."""
        self._coverage.stop()
        try:
            return (yield)
        finally:
            self._coverage.start()

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> Generator[None]:
        """Measure the fixtures of a test."""
        with self._measuring(item):
            return (yield)

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None]:
        """Measure a test."""
        with self._measuring(item):
            return (yield)

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> Generator[None]:
        """Measure how the fixtures of a test end."""
        with self._measuring(item):
            return (yield)

    @contextmanager
    def _measuring(self, item: pytest.Item) -> Generator[None]:
        if item.get_closest_marker(MARK) is not None:
            yield
            return
        self._coverage.start()
        try:
            yield
        finally:
            self._coverage.stop()


def measure_workers_only(config: pytest.Config) -> None:
    """Let workers measure themselves and nothing that they start; the controller runs no test."""
    coverage: Any = sys.modules.get("coverage")
    running = coverage and coverage.Coverage.current()
    if hasattr(config, "workerinput"):
        os.environ.pop(START, None)
    elif running is not None and config.getoption("tx", None):
        running.stop()
        return
    if running is not None:
        config.pluginmanager.register(Measurement(running))
