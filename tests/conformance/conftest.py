"""Counts what agrees with the reference, and says so at the end of the run."""

from typing import Final

import pytest

pytest.register_assert_rewrite("tests.conformance.response_checks", "tests.conformance.request_checks")

from tests.conformance.tally import Tally  # noqa: E402 - after the registration

TALLY: Final = pytest.StashKey[Tally]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[TALLY] = Tally()


@pytest.fixture(scope="session")
def tally(pytestconfig: pytest.Config) -> Tally:
    return pytestconfig.stash[TALLY]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if not config.option.collectonly:
        terminalreporter.write_line(config.stash[TALLY].line())
