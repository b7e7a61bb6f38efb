"""The order in which a POST is judged, and what an office hears."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncGenerator, Mapping
from typing import Any, Final

import pytest

from odapi_async import ConfigurationError, Response
from odapi_async.events import WATCHED, Received, Receiver, delivery
from tests.support.clock import virtual_time
from tests.support.posts import (
    BODY,
    KEY,
    KEYS,
    OTHER_KEY,
    QUERY,
    TOKEN,
    Desk,
    MemoryInbox,
    full,
    headers,
    patients,
    pieces,
)
from tests.support.watch import passes

_NONE: Final[Mapping[str, str]] = {}


async def untouched() -> AsyncGenerator[bytes]:
    """A body that nobody may read."""
    pytest.fail("the body was read")
    yield b""


async def post(desk: Desk, body: bytes = BODY, *, query: str = "", **more: str) -> Response:
    return await desk.receiver.receive(headers(**more), pieces(body), query=query)


async def test_200_is_answered_when_it_is_stored() -> None:
    desk = Desk()
    desk.inbox.is_open.clear()
    posting = asyncio.create_task(post(desk))
    await passes(5)
    assert not posting.done()
    desk.inbox.is_open.set()
    assert await posting == Response(200, {}, b"")
    assert desk.inbox.ids == [18]
    assert desk.told == [Received("harbour", "Appointment", 1, 1, 200)]


async def test_each_practice_is_told_by_its_key() -> None:
    desk = Desk()
    assert (await post(desk, key=OTHER_KEY)).status == 200
    assert (await post(desk, key=f" {KEY} ")).status == 200
    assert [each.practice for each in desk.inbox.deliveries] == ["quay", "harbour"]


@pytest.mark.parametrize("key", ["", "wrong", f"Bearer {KEY}", f"ODFHIR dev/{KEY}", f"{KEY}, {KEY}"])
@pytest.mark.parametrize("method", ["POST", "GET"])
@pytest.mark.parametrize("more", [_NONE, {"content-length": "99999999"}, {"content-length": "x"}])
async def test_strangers_hear_nothing_but_401_before_their_body_is_read(
    key: str, method: str, more: Mapping[str, str]
) -> None:
    desk = Desk()
    response = await desk.receiver.receive({**headers(key=key), **more}, untouched(), method=method)
    assert response == Response(401, {}, b"")
    assert desk.told == [Received(None, "", 0, 0, 401)]


async def test_a_request_without_a_key_is_one_of_a_stranger() -> None:
    assert (await Desk().receiver.receive({}, untouched())).status == 401


@pytest.mark.parametrize(
    "query", ["", "token=", "token=x", QUERY.title(), f"{QUERY}&{QUERY}", f"x={QUERY}", f"token={TOKEN}"]
)
async def test_a_wrong_token_is_as_bad_as_a_wrong_key(query: str) -> None:
    desk = Desk(token=TOKEN)
    assert await desk.receiver.receive(headers(), untouched(), query=query) == Response(401, {}, b"")


async def test_a_token_is_needed_beside_the_key() -> None:
    desk = Desk(token=TOKEN)
    assert (await post(desk, query=f"table=Appointment&{QUERY}")).status == 200
    assert (await post(desk, key="wrong", query=QUERY)).status == 401


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "post"])
async def test_only_post_is_accepted(method: str) -> None:
    response = await Desk().receiver.receive(headers(), untouched(), method=method)
    assert response.status == 405
    assert response.headers["Allow"] == "POST"


@pytest.mark.parametrize(
    ("length", "status"),
    [("1001", 413), ("9" * 5000, 413), ("-1", 400), ("1e3", 400), ("²", 400), ("5, 5", 400), ("", 400)],
)
async def test_a_length_that_is_wrong_or_too_large_is_refused_before_the_body_is_read(
    length: str, status: int
) -> None:
    desk = Desk(max_body=1000)
    response = await desk.receiver.receive(headers() | {"content-length": length}, untouched())
    assert response.status == status


async def test_a_body_without_a_length_is_read_no_further_than_max_body() -> None:
    desk, given = Desk(max_body=1000), 0

    async def endless() -> AsyncGenerator[bytes]:
        nonlocal given
        while True:
            given += 300
            yield b" " * 300

    response = await desk.receiver.receive(headers(), endless())
    assert (response.status, response.body) == (413, b"the body is larger than 1000 bytes")
    assert given == 1200


async def test_a_body_of_just_max_body_is_accepted() -> None:
    desk = Desk(max_body=len(BODY))
    assert (await post(desk)).status == 200
    assert (await post(desk, BODY + b" ")).status == 413


async def test_a_thousand_patients_with_long_notes_fit_without_an_option() -> None:
    desk = Desk()
    body = patients(1000, note=3000)
    cut = [body[at : at + 65536] for at in range(0, len(body), 65536)]
    response = await desk.receiver.receive(headers("WatchTable: Patient"), pieces(*cut))
    assert response.status == 200
    assert desk.told[0].rows == 1000


@virtual_time
async def test_a_slow_body_is_given_up() -> None:
    desk = Desk(timeout=20.0)
    started = asyncio.get_running_loop().time()
    response = await desk.receiver.receive(headers(), pieces(*[b" "] * 1000, wait=1.0))
    assert response.status == 408
    assert asyncio.get_running_loop().time() - started == pytest.approx(20.0)
    assert desk.inbox.deliveries == []
    assert (await post(desk)).status == 200


@pytest.mark.parametrize("body", [b"", b"[", b"hello", BODY[:-1]])
async def test_a_body_that_is_no_json_has_to_come_again(body: bytes) -> None:
    desk = Desk()
    response = await post(desk, body)
    assert response.status == 400
    assert desk.inbox.deliveries == []
    assert desk.told == [Received("harbour", "", 0, 0, 400)]


async def test_a_body_that_breaks_off_is_not_stored() -> None:
    class OfSomeServer(Exception):
        pass

    async def torn() -> AsyncGenerator[bytes]:
        yield BODY  # whole as JSON, but not to the server
        raise OfSomeServer("the client is gone")

    desk = Desk()
    response = await desk.receiver.receive(headers(), torn())
    assert (response.status, response.body) == (400, b"the body broke off")
    assert desk.inbox.deliveries == []


async def test_tables_that_nobody_asked_for_are_stored_too() -> None:
    desk = Desk()
    assert (await post(desk, b'[{"RecallNum":1}]', kind="WatchTable: Recall")).status == 200
    assert (await post(desk, b'{"x":1}', kind="")).status == 200
    assert [each.kind for each in desk.inbox.deliveries] == ["Recall", ""]


async def test_an_old_office_tells_its_table_in_the_url() -> None:
    desk = Desk()
    assert (await post(desk, kind="", query="table=Appointment")).status == 200
    assert desk.inbox.ids == [18]


# --- the store ---


async def test_a_full_store_answers_503_and_the_event_comes_again(caplog: pytest.LogCaptureFixture) -> None:
    desk = Desk()
    desk.inbox.error = full()
    response = await post(desk)
    assert (response.status, response.body) == (503, b"try again")
    assert response.headers["Retry-After"] == "60"
    assert desk.told == [Received("harbour", "Appointment", 1, 0, 503)]
    assert caplog.messages == ["an event of harbour was not stored: StoreError"]
    desk.inbox.error = None
    assert (await post(desk)).status == 200


@virtual_time
async def test_a_store_that_takes_too_long_answers_503_in_time() -> None:
    desk = Desk(timeout=20.0)
    desk.inbox.is_open.clear()
    started = asyncio.get_running_loop().time()
    assert (await post(desk)).status == 503
    assert asyncio.get_running_loop().time() - started == pytest.approx(20.0)
    assert (desk.inbox.waiting, desk.inbox.deliveries) == (0, [])


async def test_an_unexpected_error_is_no_200_and_says_its_type_alone(
    caplog: pytest.LogCaptureFixture,
) -> None:
    desk = Desk()
    desk.inbox.error = RuntimeError("Harrison cannot be stored")
    response = await post(desk)
    assert (response.status, response.body) == (500, b"it could not be stored")
    assert caplog.messages == ["an event of harbour was not stored: RuntimeError"]
    assert desk.statuses == [500]


@pytest.mark.parametrize("while_reading", [True, False])
async def test_a_cancelled_request_stores_nothing_and_frees_its_place(while_reading: bool) -> None:
    desk = Desk()
    desk.inbox.is_open.clear()
    body = pieces(BODY, wait=1000.0 if while_reading else 0.0)
    for _ in range(5):
        task = asyncio.create_task(desk.receiver.receive(headers(), body))
        await passes(10)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        body = pieces(BODY)
    desk.inbox.is_open.set()
    assert desk.inbox.deliveries == []
    assert (await post(desk)).status == 200


# --- many at once ---


@virtual_time
async def test_two_bodies_of_a_practice_are_read_at_once_and_others_wait() -> None:
    desk, reading = Desk(), list[int]()
    started = asyncio.get_running_loop().time()

    async def body(number: int) -> AsyncGenerator[bytes]:
        reading.append(number)
        await asyncio.sleep(5.0)
        yield BODY

    tasks = [asyncio.create_task(desk.receiver.receive(headers(), body(number))) for number in range(5)]
    tasks.append(asyncio.create_task(desk.receiver.receive(headers(key=OTHER_KEY), body(99))))
    await asyncio.sleep(1.0)
    assert reading == [0, 1, 99], "one practice does not delay another"
    assert [response.status for response in await asyncio.gather(*tasks)] == [200] * 6
    assert asyncio.get_running_loop().time() - started == pytest.approx(15.0)


@virtual_time
async def test_a_request_that_waits_too_long_for_its_turn_hears_503() -> None:
    desk = Desk(timeout=20.0)
    desk.inbox.is_open.clear()
    tasks = [asyncio.create_task(post(desk)) for _ in range(2)]
    await passes(5)
    response = await desk.receiver.receive(headers(), untouched())
    assert response.status == 503
    await asyncio.gather(*tasks)


@virtual_time
async def test_sixteen_bodies_are_in_memory_at_once() -> None:
    keys = {f"practice-{number}": f"key-{number}" for number in range(20)}
    desk = Desk(keys, timeout=10.0)
    desk.inbox.is_open.clear()
    tasks = [asyncio.create_task(post(desk, key=key)) for key in keys.values()]
    await asyncio.sleep(1.0)
    assert desk.inbox.waiting == 16
    desk.inbox.is_open.set()
    assert [response.status for response in await asyncio.gather(*tasks)] == [200] * 20


# --- options ---


async def test_keys_are_replaced_while_it_runs() -> None:
    desk = Desk()
    desk.receiver.replace_keys({"pier": "new-key"})
    assert (await post(desk)).status == 401
    assert (await post(desk, key="new-key")).status == 200
    for wrong in ({}, {"pier": "a", "mole": "a"}, {"pier": ""}):
        with pytest.raises(ConfigurationError):
            desk.receiver.replace_keys(wrong)
    assert (await post(desk, key="new-key")).status == 200


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"keys": {}}, "keys"),
        ({"keys": {"harbour": ""}}, "harbour"),
        ({"token": ""}, "token"),
        ({"token": "x" * 19}, "token is too short: it needs 20"),
        ({"max_body": 0}, "max_body"),
        ({"timeout": 0.0}, "timeout"),
        ({"timeout": math.nan}, "timeout"),
        ({"timeout": math.inf}, "timeout"),
    ],
)
def test_an_option_that_cannot_be_meant_is_named(options: dict[str, Any], named: str) -> None:
    with_keys: dict[str, Any] = {"keys": KEYS, **options}
    with pytest.raises(ConfigurationError, match=named):
        Receiver(MemoryInbox(), **with_keys)


async def test_the_first_event_waits_for_no_import() -> None:
    delivery._ids_of_others.cache_clear()
    desk = Desk()
    loaded = delivery._ids_of_others.cache_info().misses
    for kind in WATCHED:
        assert (await post(desk, b"[{}]", kind=f"WatchTable: {kind}")).status == 200
    assert delivery._ids_of_others.cache_info().misses == loaded


async def test_what_on_received_raises_changes_nothing(caplog: pytest.LogCaptureFixture) -> None:
    def fail(_: Received) -> None:
        raise RuntimeError("Harrison")

    inbox = MemoryInbox()
    receiver = Receiver(inbox, keys=KEYS, on_received=fail)
    assert (await receiver.receive(headers(), pieces(BODY))).status == 200
    assert (await receiver.receive({}, untouched())).status == 401
    assert caplog.messages == ["on_received raised RuntimeError"] * 2
