"""Lets tests count what agrees with the reference; tests/conftest.py says how much at the end of the run."""

import pytest

pytest.register_assert_rewrite("tests.conformance.response_checks", "tests.conformance.request_checks")

from tests.conformance.tally import Tally  # noqa: E402 - after the registration


@pytest.fixture
def tally(request: pytest.FixtureRequest) -> Tally:
    return Tally(request.node.user_properties)
