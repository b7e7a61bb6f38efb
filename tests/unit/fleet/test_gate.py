"""The gate in front of the network: shut unless the locks were proven a moment ago."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from odapi_async import ConnectFailed, Request, Response
from odapi_async.fleet.gate import Gate, GatedTransport

LEASE = 10.0


class Clocks:
    """Two clocks that only the test moves."""

    def __init__(self) -> None:
        self.monotonic = 1_000.0
        self.time_of_day = 1_790_000_000.0

    def move(self, seconds: float) -> None:
        self.monotonic += seconds
        self.time_of_day += seconds


@pytest.fixture
def clocks() -> Clocks:
    return Clocks()


@pytest.fixture
def gate(clocks: Clocks) -> Gate:
    return Gate(LEASE, lambda: clocks.monotonic, lambda: clocks.time_of_day)


def test_it_is_shut_until_the_locks_are_proven(gate: Gate) -> None:
    assert not gate.is_open
    gate.open(gate.now())
    assert gate.is_open


def test_a_proof_counts_from_the_moment_before_it_was_asked_for(gate: Gate, clocks: Clocks) -> None:
    since = gate.now()
    clocks.move(6)  # the database took so long
    gate.open(since)
    assert gate.is_open
    clocks.move(3.9)
    assert gate.is_open
    clocks.move(0.1)
    assert not gate.is_open


def test_a_frozen_process_finds_it_shut(gate: Gate, clocks: Clocks) -> None:
    gate.open(gate.now())
    clocks.move(3_600)
    assert not gate.is_open


def test_a_suspended_machine_finds_it_shut_although_its_monotonic_clock_stood_still(
    gate: Gate, clocks: Clocks
) -> None:
    gate.open(gate.now())
    clocks.time_of_day += 3_600
    assert not gate.is_open


def test_a_clock_that_is_set_back_does_not_keep_it_open(gate: Gate, clocks: Clocks) -> None:
    gate.open(gate.now())
    clocks.time_of_day -= 3_600
    clocks.monotonic += LEASE
    assert not gate.is_open


def test_lost_locks_shut_it_at_once(gate: Gate) -> None:
    gate.open(gate.now())
    gate.shut()
    assert not gate.is_open


class Recorder:
    """A transport that answers every request."""

    def __init__(self) -> None:
        self.sent = 0
        self.closed = False

    async def send(self, request: Request, on_sent: Callable[[], object]) -> Response:
        self.sent += 1
        on_sent()
        return Response(200, {}, b"[]")

    async def close(self) -> None:
        self.closed = True


async def test_nothing_passes_a_shut_gate(gate: Gate) -> None:
    network = Recorder()
    transport = GatedTransport(gate, network)
    request = Request("GET", "/patients", "https://office.example/patients", "ODFHIR a/b", None, 5)
    with pytest.raises(ConnectFailed, match="cannot prove that it holds the lock"):
        await transport.send(request, lambda: pytest.fail("nothing was sent"))
    assert network.sent == 0
    gate.open(gate.now())
    assert (await transport.send(request, lambda: None)).status == 200
    await transport.close()
    assert (network.sent, network.closed) == (1, True)
