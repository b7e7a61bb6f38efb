"""Circuits as callers meet them: faults E13 (after the client's own outage), C2 and C3 (shared errors)."""

from __future__ import annotations

import asyncio
import gc
import weakref
from collections.abc import Callable

import pytest

from odapi_async import (
    APIError,
    ConnectFailed,
    Event,
    EventName,
    KeyRefused,
    Mode,
    OfficeOffline,
    OpenDental,
    Practice,
    Request,
    Response,
    RetryPolicy,
    Tier,
    Unauthorized,
)
from tests.support.clock import virtual_time

ONCE = RetryPolicy(max_attempts=1)
ROW = Response(200, {}, b'{"PatNum": 1}')
OFFLINE = Response(400, {}, b'"The office\'s eConnector is not running."')
REFUSED = Response(401, {}, b'"No."')


class Rows:
    """Rows of a patient in a local variable of a caller."""


class Network:
    """A transport whose connections fail while it is down, and that responds per customer key otherwise."""

    def __init__(self, **responses: Response) -> None:
        self.is_down = False
        self.sent = 0
        self.responses = responses

    async def send(self, request: Request, on_sent: Callable[[], object]) -> Response:
        await asyncio.sleep(0.01)
        if self.is_down:
            raise ConnectFailed(request.method, request.path, "no network")
        on_sent()
        self.sent += 1
        return self.responses.get(request.authorization.rpartition("/")[2], ROW)

    async def close(self) -> None:
        """Nothing is open."""


async def fail(practice: Practice, kind: type[Exception], times: int = 1) -> None:
    for _ in range(times):
        with pytest.raises(kind):
            await practice.patients.get(1)


@virtual_time
async def test_e13_the_first_response_after_an_outage_closes_the_circuits_of_all_practices_there() -> None:
    network, events = Network(offline=OFFLINE), list[Event]()
    async with OpenDental("developer", transport=network, retries=ONCE, on_event=events.append) as od:
        names = ("first", "second", "offline")
        first, second, offline = (od.practice(each, tier=Tier.STANDARD, name=each.title()) for each in names)
        local = od.practice("local", mode=Mode.LOCAL)
        network.is_down = True
        for practice in (first, second, local):
            await fail(practice, ConnectFailed, 5)
        network.is_down = False
        await fail(second, ConnectFailed)  # its circuit is open
        await fail(offline, OfficeOffline)  # any response shows that the network is back
        assert (await second.patients.get(1)).PatNum == 1
        await fail(local, ConnectFailed)
    closed = [(each.lane, each.practice) for each in events if each.name is EventName.CLOSED]
    assert closed == [(first.lane, "First"), (second.lane, "Second")]


@virtual_time
async def test_e13_a_refused_key_stays_refused_until_its_circuit_is_reset() -> None:
    network = Network(refused=REFUSED)
    async with OpenDental("developer", transport=network, retries=ONCE) as od:
        good, refused = (od.practice(each, tier=Tier.STANDARD) for each in ("good", "refused"))
        await fail(refused, KeyRefused, 2)
        await good.patients.get(1)
        sent = network.sent
        await fail(refused, Unauthorized)
        assert network.sent == sent
        network.responses.clear()
        await good.patients.get(1)
        await fail(refused, Unauthorized)
        assert refused.reset_circuit()
        assert not refused.reset_circuit()
        assert (await refused.patients.get(1)).PatNum == 1


@virtual_time
async def test_a_refused_read_that_needs_another_kind_of_key_says_nothing_about_this_one() -> None:
    network = Network(key=REFUSED)
    async with OpenDental("developer", transport=network, retries=ONCE) as od:
        practice = od.practice("key", tier=Tier.STANDARD)
        for _ in range(5):
            with pytest.raises(Unauthorized) as refused:
                await practice.api_keys.list()
            assert refused.value.sent
        assert network.sent == 5
        network.responses.clear()
        assert (await practice.patients.get(1)).PatNum == 1


@virtual_time
async def test_c3_an_open_circuit_frees_what_the_first_caller_had_in_its_variables() -> None:
    seen: list[weakref.ref[Rows]] = []

    async def caller(practice: Practice) -> None:
        rows = Rows()
        seen.append(weakref.ref(rows))
        await practice.patients.get(1)

    async with OpenDental("developer", transport=Network(key=OFFLINE)) as od:
        practice = od.practice("key", tier=Tier.STANDARD)
        for _ in range(3):
            with pytest.raises(OfficeOffline):
                await caller(practice)
        gc.collect()
        assert [rows() for rows in seen] == [None] * 3


@virtual_time
async def test_c2_callers_that_share_a_failure_do_not_see_the_notes_of_others() -> None:
    notes: list[int] = []

    async def caller(practice: Practice) -> None:
        try:
            await practice.patients.get(1)
        except (OfficeOffline, KeyRefused) as error:
            notes.append(len([each for each in getattr(error, "__notes__", ()) if each == "mine"]))
            error.add_note("mine")

    async with OpenDental("developer", transport=Network(offline=OFFLINE, refused=REFUSED)) as od:
        for key in ("offline", "refused"):  # without a tier: the look-up of permissions is shared, too
            practice = od.practice(key)
            await asyncio.gather(*(caller(practice) for _ in range(5)))
            await caller(practice)
    assert notes == [0] * 12


@virtual_time
@pytest.mark.parametrize(
    ("response", "kind", "failures", "text"),
    [
        (
            OFFLINE,
            OfficeOffline,
            1,
            ", because an earlier request failed with status 400: The office's eConn",
        ),
        (
            REFUSED,
            KeyRefused,
            3,
            ", because an earlier request failed with status 401: No. [check both keys ",
        ),
        (None, ConnectFailed, 5, " (no network)"),
    ],
    ids=["offline", "refused", "unreachable"],
)
async def test_a_request_that_an_open_circuit_refuses_has_an_error_of_its_own(
    response: Response | None, kind: type[APIError | ConnectFailed], failures: int, text: str
) -> None:
    network = Network(**({} if response is None else {"key": response}))
    network.is_down = response is None
    async with OpenDental("developer", transport=network, retries=ONCE) as od:
        practice = od.practice("key", tier=Tier.STANDARD, name="Main St")
        await fail(practice, kind, failures)
        with pytest.raises(kind) as refused:
            await practice.recalls.list().first()
    error = refused.value
    assert isinstance(error, APIError | ConnectFailed)
    assert str(error).startswith(f"Main St: GET /recalls was not sent{text}")
    assert (error.method, error.path, error.sent) == ("GET", "/recalls", False)
    assert len(error.__notes__) == 1


@virtual_time
async def test_a_request_that_waits_while_the_circuit_opens_has_an_error_of_its_own() -> None:
    async with OpenDental("developer", transport=Network(key=OFFLINE), retries=ONCE) as od:
        practice = od.practice("key", tier=Tier.STANDARD)
        errors = await asyncio.gather(
            *(each.list().first() for each in (practice.claims, practice.recalls)), return_exceptions=True
        )
    first, second = errors
    assert str(first).startswith("GET /claims failed with status 400: ")
    assert str(second).startswith(
        "GET /recalls was not sent, because an earlier request failed with status 400: "
    )
