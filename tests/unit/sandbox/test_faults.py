"""Which fault hits which request."""

from __future__ import annotations

import re
from typing import Any, cast

import pytest

from odapi_async.sandbox import Fault, FaultKind, Office, Sandbox
from odapi_async.sandbox.fault_texts import parse_fault
from odapi_async.sandbox.faults import Faults
from odapi_async.sandbox.spelling import parse_rows


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


@pytest.mark.parametrize(
    ("kind", "fields", "message"),
    [
        ("ofline", {}, "there is no fault 'ofline'; did you mean offline?"),
        ("drop", {"seconds": 1.0}, "seconds does nothing in a fault drop; it is for event_late and latency"),
        ("status", {"retry_after": 1.0}, "retry_after does nothing in a fault status; it is for throttle"),
        (
            "offline",
            {"status": 503},
            "status does nothing in a fault offline; it is for status and status_after",
        ),
        ("latency", {}, "a fault latency needs seconds above 0"),
        ("drop", {"fields": ("City",)}, "fields does nothing in a fault drop; it is for ignored"),
        ("ignored", {"fields": "City"}, "fields has to be a tuple of names, such as ('City',)"),
        ("ignored", {"fields": ("Cty",)}, "no write has a field 'Cty'; did you mean City?"),
        ("ignored", {"fields": ("Wxyzzy",)}, "no write has a field 'Wxyzzy'; none is like it"),
        ("ignored", {"method": "GET"}, "a fault ignored is for writes, and GET is none"),
        ("event_late", {}, "a fault event_late needs seconds above 0"),
        ("drop", {"times": 0}, "times must be at least 1"),
        ("drop", {"rate": 0.0}, "rate must be above 0"),
        ("status", {"status": 200}, "status must be from 300 to 599"),
        ("drop", {"method": "post"}, "there is no method 'post'; did you mean POST?"),
        ("drop", {"path": "patients"}, "a path begins with /; did you mean /patients?"),
    ],
)
def test_a_fault_that_does_nothing_is_refused(kind: Any, fields: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        Fault(kind, **fields)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("offline", Fault("offline", times=None)),
        ("status=503,times=3,path=/patients", Fault("status", times=3, status=503, path="/patients")),
        ("latency=0.5,times=all,rate=0.1", Fault("latency", times=None, seconds=0.5, rate=0.1)),
        ("throttle=3,customer_key=acme", Fault("throttle", times=None, retry_after=3.0, customer_key="acme")),
        ("ignored", Fault("ignored", times=None)),
        ("ignored=City+Note,times=1", Fault("ignored", fields=("City", "Note"))),
        ("Drop-After,method=post", Fault("drop_after", times=None, method="POST")),
    ],
)
def test_a_fault_is_parsed_from_text(text: str, fault: Fault) -> None:
    assert parse_fault(text) == fault


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "there is no fault ''"),
        ("ofline", "did you mean offline?"),
        ("drop=3", "the fault drop takes no value"),
        ("drop,tims=3", "a fault has no 'tims'; did you mean times?"),
        ("drop,times=many", "times=many is not a number"),
        ("drop,seconds=3", "seconds does nothing in a fault drop"),
    ],
)
def test_a_fault_that_is_written_wrong_is_refused(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        parse_fault(text)


def test_rows_are_counted_by_resource_in_either_spelling() -> None:
    assert parse_rows(["appointments=500", "procedure_logs=3"]) == {"appointments": 500, "procedurelogs": 3}
    assert dict(Office(customer_key="k", rows={"procedure_logs": 3}).rows) == {"procedurelogs": 3}
    with pytest.raises(ValueError, match=r"there is no resource 'apointments'; did you mean appointments\?"):
        Office(customer_key="k", rows={"apointments": 3})
    with pytest.raises(ValueError, match="is not RESOURCE=NUMBER"):
        parse_rows(["appointments"])
    with pytest.raises(KeyError, match="did you mean patients"):
        Sandbox([Office(customer_key="k")]).rows("k", "patient")


def test_faults_of_events_and_of_requests_do_not_hit_each_other() -> None:
    faults = Faults()
    for fault in (Fault("event_twice"), Fault("status"), Fault("event_late", seconds=2)):
        faults.add(fault)
    assert faults.hit("k", "POST", "/od").kind is FaultKind.STATUS
    assert faults.hit("k", "POST", "/od").kind is None
    assert faults.hit_event("k", "/od").kind is FaultKind.EVENT_TWICE
    assert (faults.hit_event("k", "/od").seconds, faults.hit_event("k", "/od").seconds) == (2, 0)
