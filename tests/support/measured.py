"""What coverage measures: the workers of a parallel run, and no process that tests start."""

from __future__ import annotations

import os
import sys
from collections.abc import Generator
from contextlib import contextmanager, nullcontext
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import Any, Final

import pytest
from hypothesis.strategies import text

import odapi_async

START: Final = "COVERAGE_PROCESS_START"
MARK: Final = "unmeasured"
OURS: Final = ("tests.", f"{odapi_async.__name__}.")
TESTS: Final = Path(__file__).parents[1]
REPEATING: Final = frozenset(
    {
        "architecture/test_breaks.py",
        "architecture/test_docstrings.py",
        "architecture/test_functions.py",
        "architecture/test_habits.py",
        "architecture/test_imports.py",
        "architecture/test_layers.py",
        "architecture/test_surface.py",
        "architecture/test_texts.py",
        "conformance/test_docstrings.py",
        "conformance/test_examples.py",
        "conformance/test_mirror_plans.py",
        "conformance/test_operations.py",
        "conformance/test_parameters.py",
        "conformance/test_quirks.py",
        "docs/test_commands.py",
        "docs/test_examples.py",
        "docs/test_fleet_page.py",
        "docs/test_recipes.py",
        "integration/mirror/test_backup.py",
        "integration/mirror/test_changed_keys.py",
        "integration/mirror/test_changes.py",
        "integration/mirror/test_deadline.py",
        "integration/mirror/test_export_since.py",
        "integration/mirror/test_forget.py",
        "integration/mirror/test_freshness.py",
        "integration/mirror/test_growing.py",
        "integration/mirror/test_outages.py",
        "integration/mirror/test_stores.py",
        "integration/mirror/test_sweeps.py",
        "integration/test_cancel.py",
        "integration/test_cancel_at_timeout.py",
        "integration/test_cli_terminal.py",
        "integration/test_errors_end_to_end.py",
        "integration/test_events.py",
        "integration/test_hostile_reporter.py",
        "integration/test_mirror_cli.py",
        "integration/test_modes.py",
        "integration/test_outcomes.py",
        "integration/test_pacing.py",
        "integration/test_quoted_keys.py",
        "integration/test_redis.py",
        "integration/test_unreadable_writes.py",
        "integration/watch/test_in_browser.py",
        "opponent/test_sdk.py",
        "opponent/test_sdk_pace.py",
        "typing/test_at_run_time.py",
        "unit/cli/test_endpoints.py",
        "unit/core/test_aiohttp_transport.py",
        "unit/core/test_responses.py",
        "unit/mirror/database/test_descriptions.py",
        "unit/mirror/test_plans.py",
        "unit/paging/test_pager.py",
        "unit/paging/test_repeated_pages.py",
        "unit/sandbox/test_bounds.py",
        "unit/sandbox/test_coherence.py",
        "unit/sandbox/test_rows.py",
        "unit/sandbox/test_sql_texts.py",
        "unit/scheduler/test_slot.py",
        "unit/test_errors.py",
        "unit/wire/test_damaged_texts.py",
        "unit/wire/test_names.py",
        "unit/wire/test_round_trips.py",
        "unit/wire/test_secrecy.py",
    }
)
"""Modules whose tests take long, and run almost no line that others do not run."""


class Measurement:
    """Measures imports, tests and their fixtures, and not what pytest does around them.

    Tracing makes all code several times slower, pytest's own as well. Tests that are marked `unmeasured`, or
    are in `REPEATING`, are left out, too.
    """

    def __init__(self, coverage: Any) -> None:
        self._coverage = coverage
        self._wanted = False
        self._depth = 0

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_collection(self, session: pytest.Session) -> Generator[None, object, object]:
        """Measure the imports of the package, in one worker, and not how tests are found."""
        names = [each.name for each in walk_packages(odapi_async.__path__, f"{odapi_async.__name__}.")]
        # each worker begins elsewhere, so that it finds compiled what another one has imported
        worker = getattr(session.config, "workerinput", {"workerid": "gw0", "workercount": 1})
        number = int(worker["workerid"].removeprefix("gw"))
        start = len(names) * number // worker["workercount"]
        with nullcontext() if number == 0 else self._resting():
            for name in names[start:] + names[:start]:
                import_module(name)
        with self._resting():
            return (yield)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> Generator[None, object, object]:
        """Rest between tests, and let one worker make Hypothesis's table of characters: it takes seconds."""
        with self._resting():
            if getattr(session.config, "workerinput", {}).get("workerid") == "gw0":
                text().validate()
            return (yield)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """Decide whether this test and its fixtures are measured."""
        self._wanted = item.get_closest_marker(MARK) is None and not _is_repeating(item)
        return (yield)

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_pyfunc_call(self) -> Generator[None, object, object]:
        """Measure a test."""
        self._start()
        try:
            return (yield)
        finally:
            self._stop()

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[Any]) -> Generator[None, object, object]:
        """Measure a fixture of these tests or of the package, and its end."""
        if not fixturedef.func.__module__.startswith(OURS):
            return (yield)
        # the last finalizer runs first, and the fixture adds its own between these two
        fixturedef.addfinalizer(self._stop)
        self._start()
        try:
            return (yield)
        finally:
            self._stop()
            fixturedef.addfinalizer(self._start)

    @contextmanager
    def _resting(self) -> Generator[None]:
        self._coverage.stop()
        try:
            yield
        finally:
            self._coverage.start()

    def _start(self) -> None:
        self._depth += 1
        if self._depth == 1 and self._wanted:
            self._coverage.start()

    def _stop(self) -> None:
        self._depth -= 1
        if self._depth == 0 and self._wanted:
            self._coverage.stop()


def _is_repeating(item: pytest.Item) -> bool:
    if not item.path.is_relative_to(TESTS):
        return True  # an example of the documentation: it uses the package as any program does
    return item.path.relative_to(TESTS).as_posix() in REPEATING


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
