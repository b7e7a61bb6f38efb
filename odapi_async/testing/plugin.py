"""The pytest plugin: an office, a client and a practice in this process, fresh for each test.

The fixtures are not async, so they work with every plugin for async tests, and with `virtual_time`. Nothing
is imported before a test uses one of them.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from odapi_async import OpenDental, Practice
    from odapi_async.sandbox import Sandbox
    from odapi_async.testing._setup import Setup
    from odapi_async.testing.transport import SandboxTransport

_MARKER = (
    "odapi(tier=None, permissions=None, rows=None, throttle='hold', **office): the office of odapi_sandbox. "
    "With a tier ('ReadAll', 'Standard', 'Enterprise') it is reached in remote mode and throttled, without "
    "one in local mode; other options are those of odapi_async.sandbox.Office."
)


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker `odapi`."""
    config.addinivalue_line("markers", _MARKER)


@pytest.fixture(scope="session")
def _odapi_sandboxes() -> dict[str, Sandbox]:
    """Sandboxes by their options, because resetting one is cheaper than making its rows again."""
    return {}


@pytest.fixture
def _odapi_setup(request: pytest.FixtureRequest) -> Setup:
    from odapi_async.testing._setup import read_setup  # noqa: PLC0415 - see above

    node: pytest.Item = request.node
    return read_setup([(mark.args, mark.kwargs) for mark in reversed([*node.iter_markers("odapi")])])


@pytest.fixture
def odapi_sandbox(_odapi_setup: Setup, _odapi_sandboxes: dict[str, Sandbox]) -> Sandbox:
    """A sandbox with one office, at its start. The marker `odapi` sets the office's options.

    The customer key is `odapi_sandbox.keys[0]`.
    """
    sandbox = _odapi_sandboxes.get(_odapi_setup.label)
    if sandbox is None:
        sandbox = _odapi_sandboxes[_odapi_setup.label] = _odapi_setup.sandbox()
    sandbox.reset()
    return sandbox


@pytest.fixture
def odapi_transport(odapi_sandbox: Sandbox) -> Generator[SandboxTransport]:
    """The transport of `odapi_client`. After the test it sends nothing, whatever tasks the test has left."""
    from odapi_async.testing.transport import SandboxTransport  # noqa: PLC0415 - see above

    transport = SandboxTransport(odapi_sandbox)
    yield transport
    transport.refuse_connections = True


@pytest.fixture
def odapi_client(odapi_sandbox: Sandbox, odapi_transport: SandboxTransport) -> OpenDental:
    """A client of the sandbox in this process. It retries as always, but within hundredths of a second.

    It need not be closed: it has no connections.
    """
    from odapi_async import OpenDental, RetryPolicy  # noqa: PLC0415 - see above

    return OpenDental(
        odapi_sandbox.developer_key,
        transport=odapi_transport,
        retries=RetryPolicy(base_delay=0.01, max_delay=0.02),
    )


@pytest.fixture
def odapi_practice(odapi_client: OpenDental, odapi_sandbox: Sandbox, _odapi_setup: Setup) -> Practice:
    """The practice of the sandbox's office."""
    return odapi_client.practice(odapi_sandbox.keys[0], mode=_odapi_setup.mode, tier=_odapi_setup.tier)
