"""Says at the end of a run how much agrees with the reference, and fails if a whole run has left out any."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pytest

_WHOLE: Final = (Path(__file__).parents[1], Path(__file__).parents[1] / "conformance")
_PARTS: Final = ("keyword", "markexpr", "deselect", "ignore", "lf", "stepwise", "maxfail", "collectonly")


class Conformance:
    """Hooks of the process that sees all reports.

    Args:
        config: says whether all tests were asked for.
    """

    def __init__(self, config: pytest.Config) -> None:
        from tests.conformance.tally import Count

        self._count = Count()
        self._whole = not any(config.getoption(name, None) for name in _PARTS) and any(
            (config.invocation_params.dir / each).resolve() in _WHOLE for each in config.args
        )
        self._counted = False

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" and report.passed:
            self._counted |= report.nodeid.startswith("tests/conformance/")
            self._count.add(report.user_properties)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self._whole and not session.testsfailed and not self._count.is_complete():
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        if self._counted:
            terminalreporter.write_line(self._count.line())
