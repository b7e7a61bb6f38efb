"""Which fault hits which request."""

from __future__ import annotations

from typing import Any, cast

import pytest

from odapi_async.sandbox import Fault, FaultKind
from odapi_async.sandbox.faults import Faults


def test_a_fault_hits_as_often_as_it_says_and_the_first_match_wins() -> None:
    faults = Faults()
    faults.add(Fault("drop", times=2))
    faults.add(Fault("status", times=None, status=503))
    kinds = [faults.hit("k", "GET", "/patients").kind for _ in range(4)]
    assert kinds == [FaultKind.DROP, FaultKind.DROP, FaultKind.STATUS, FaultKind.STATUS]


def test_a_fault_hits_only_its_method_path_and_key() -> None:
    faults = Faults()
    faults.add(Fault("drop", times=None, method="GET", path="/patients", customer_key="k"))
    assert faults.hit("k", "POST", "/patients").kind is None
    assert faults.hit("k", "GET", "/appointments").kind is None
    assert faults.hit("other", "GET", "/patients").kind is None
    assert faults.hit("k", "GET", "/patients/Simple").kind is FaultKind.DROP


def test_a_latency_combines_with_the_next_fault() -> None:
    faults = Faults()
    faults.add(Fault("latency", seconds=0.5))
    faults.add(Fault("torn"))
    hit = faults.hit("k", "GET", "/patients")
    assert (hit.seconds, hit.kind) == (0.5, FaultKind.TORN)
    after = faults.hit("k", "GET", "/patients")
    assert (after.seconds, after.kind) == (0.0, None)


def test_a_rate_is_a_share_that_the_seed_repeats() -> None:
    def run(seed: int) -> list[bool]:
        faults = Faults(seed)
        faults.add(Fault("drop", times=None, rate=0.3))
        return [faults.hit("k", "GET", "/").kind is not None for _ in range(1000)]

    assert 250 < sum(run(1)) < 350
    assert run(1) == run(1)
    assert run(1) != run(2)


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="earthquake"):
        Faults().add(Fault(cast("Any", "earthquake")))
