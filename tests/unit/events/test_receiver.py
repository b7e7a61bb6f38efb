"""Only what is stored is answered with 200; strangers learn nothing, and nothing is read for them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterable
from contextlib import aclosing
from functools import partial
from typing import Any

import pytest

from odapi_async import ConfigurationError
from odapi_async.events import Delivery, Received, Receiver, Reply
from odapi_async.mirror import StoreError
from tests.support.clock import virtual_time
from tests.support.posts import (
    BODY,
    HEADERS,
    KEY,
    NAME,
    OTHER_KEY,
    TOKEN,
    MemoryStore,
    chunks,
    sections,
    untouchable,
    without,
)
from tests.support.reporter import chain, frames, leaks, texts
from tests.support.watch import passes, pending

KEYS = {"harbour": KEY, "hill": OTHER_KEY}
SECRETS = (KEY, OTHER_KEY, TOKEN, NAME)
OFFICE_GIVES_UP = 60.0


class World:
    """A receiver, its store, and what it told of each POST."""

    def __init__(self, store: Any = None, **options: Any) -> None:
        self.store: Any = store or MemoryStore()
        self.received: list[Received] = []
        options = {"keys": KEYS, "on_received": self.received.append, **options}
        self.receiver = Receiver(self.store, **options)

    async def post(
        self, body: AsyncIterable[bytes] | bytes = BODY, headers: dict[str, str] = HEADERS, **options: Any
    ) -> Reply:
        return await self.receiver.receive(
            headers, chunks(body) if isinstance(body, bytes) else body, **options
        )


class Gate(MemoryStore):
    """A store that waits, and knows how many wait."""

    def __init__(self) -> None:
        super().__init__()
        self.open = asyncio.Event()
        self.waiting = 0

    async def store(self, delivery: Delivery) -> int:
        self.waiting += 1
        try:
            await self.open.wait()
        finally:
            self.waiting -= 1
        return await super().store(delivery)


class Broken(MemoryStore):
    def __init__(self, error: BaseException) -> None:
        super().__init__()
        self.error = error

    async def store(self, delivery: Delivery) -> int:
        raise self.error


async def slow(pause: float, *parts: bytes) -> AsyncGenerator[bytes]:
    for part in parts:
        await asyncio.sleep(pause)
        yield part


async def test_an_event_is_stored_and_then_answered() -> None:
    world = World()
    assert await world.post() == Reply(200)
    (delivery,) = world.store.deliveries
    assert (delivery.practice, delivery.kind, delivery.workstation) == ("harbour", "Appointment", "FRONTDESK")
    assert world.received == [Received("harbour", "Appointment", 1, 1, 200)]
    assert await world.post(headers={**HEADERS, "authorization": OTHER_KEY}) == Reply(200)
    assert world.store.deliveries[1].practice == "hill"


async def test_a_body_in_many_chunks_is_one_body() -> None:
    world = World()
    assert (await world.post(chunks(*sections(BODY, 1), b""))).status == 200
    assert world.store.bodies == [[BODY[1:-1]]]


@pytest.mark.parametrize(
    "key",
    [
        None,
        "",
        "wr0ng",
        f"{KEY}, {KEY}",
        f"{KEY},{OTHER_KEY}",
        f"ODFHIR d3v/{KEY}",
        f"Bearer {KEY}",
        "\udc80",
    ],
)
async def test_strangers_are_sent_away_before_a_byte_is_read(key: str | None) -> None:
    world = World()
    headers = without(HEADERS, "authorization") | ({} if key is None else {"authorization": key})
    for extra in ({}, {"content-length": "99999999999"}, {"content-length": "x"}):
        for method in ("POST", "GET", "DELETE"):
            async with aclosing(untouchable()) as body:
                assert await world.post(body, headers | extra, method=method) == Reply(401)
    assert set(world.received) == {Received(None, "", 0, 0, 401)}
    assert world.store.deliveries == []


@pytest.mark.parametrize(
    "query",
    [
        *("", "token=", "token", "token=wr0ng", f"token={TOKEN}x", f"Token={TOKEN}", f"token= {TOKEN}"),
        *(f"token={TOKEN}&token={TOKEN}", f"token={TOKEN}&token=wr0ng", f"token=&token={TOKEN}"),
        *(f"?token={TOKEN}", f"token%20={TOKEN}", f"a=token={TOKEN}", f"token={TOKEN}%00", "&" * 10_000),
    ],
)
async def test_a_wrong_token_is_as_bad_as_a_wrong_key(query: str) -> None:
    world = World(token=TOKEN)
    async with aclosing(untouchable()) as body:
        assert await world.post(body, query=query) == Reply(401)
    assert world.received == [Received(None, "", 0, 0, 401)]


async def test_the_right_token_is_not_enough() -> None:
    world = World(token=TOKEN)
    query = f"table=Appointment&token={TOKEN}"
    for headers in (without(HEADERS, "authorization"), {**HEADERS, "authorization": TOKEN}):
        async with aclosing(untouchable()) as body:
            assert await world.post(body, headers, query=query) == Reply(401)
    assert (await world.post(query=query)).status == 200
    assert (await World(token="a b&c+d").post(query="token=a%20b%26c%2Bd")).status == 200


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "post", ""])
async def test_other_methods(method: str) -> None:
    async with aclosing(untouchable()) as body:
        reply = await World().post(body, method=method)
    assert reply.status == 405
    assert ("Allow", "POST") in reply.headers


@pytest.mark.parametrize(
    ("length", "status"),
    [
        *(("101", 413), ("9" * 5000, 413), ("100", 200), ("0100", 200), ("0" * 5000, 200)),
        *((bad, 400) for bad in ("", "-1", "+5", "1e9", "5, 5", "0x10", "1_000", "\u0665", " 5")),
    ],
)
async def test_lengths(length: str, status: int) -> None:
    headers = {**HEADERS, "content-length": length}
    world = World(max_body=100)
    if status == 200:
        assert (await world.post(b"[]", headers)).status == 200
        return
    async with aclosing(untouchable()) as body:
        assert (await world.post(body, headers)).status == status


async def test_a_body_without_a_length_is_bounded() -> None:
    world = World(max_body=100)
    assert (await world.post(chunks(b"[", b" " * 98, b"]"))).status == 200

    async def endless() -> AsyncGenerator[bytes]:
        yield b"["
        yield b" " * 99
        yield b" "
        pytest.fail("it was read on")

    async with aclosing(endless()) as body:
        assert (await world.post(body)).status == 413
    assert (await world.post(chunks(b" " * 1000))).status == 413
    assert len(world.store.deliveries) == 1


async def test_the_usual_bound_lets_a_thousand_long_notes_through() -> None:
    world = World()
    body = b"[%b]" % b",".join(
        b'{"AptNum":%d,"Note":"%b"}' % (each, b"\xc3\xa9" * 5000) for each in range(1, 1001)
    )
    assert (await world.post(chunks(*sections(body, 1 << 16)))).status == 200
    assert world.received == [Received("harbour", "Appointment", 1000, 1000, 200)]


@virtual_time
async def test_a_body_that_is_too_slow() -> None:
    world = World()
    body = slow(9.0, b"[", b" ", b" ", b"]")
    before = asyncio.get_running_loop().time()
    reply = await world.post(body)
    assert reply.status == 408
    assert asyncio.get_running_loop().time() - before == 20.0 < OFFICE_GIVES_UP
    assert world.store.deliveries == []
    assert (await world.post(slow(9.0, b"[", b"]"))).status == 200
    assert pending() == []


@pytest.mark.parametrize("error", [ConnectionResetError(NAME), asyncio.CancelledError()])
async def test_a_torn_body_is_not_stored_and_not_answered(error: BaseException) -> None:
    world = World()

    async def torn() -> AsyncGenerator[bytes]:
        yield BODY
        raise error

    for _ in range(20):  # nobody waits for its place
        with pytest.raises(type(error)) as raised:
            await world.post(torn())
        assert raised.value is error
    assert world.store.deliveries == []
    assert world.received == []
    assert pending() == []
    assert (await world.post()).status == 200


async def test_a_server_that_gives_up_on_a_body_itself() -> None:
    async def torn() -> AsyncGenerator[bytes]:
        yield BODY
        raise TimeoutError(NAME)

    assert (await World().post(torn())).status == 408


async def test_a_bad_body_is_refused_without_quoting_it() -> None:
    world = World()
    reply = await world.post(NAME.encode())
    assert reply.status == 400
    assert b"JSON" in reply.body
    assert NAME.encode() not in reply.body
    assert world.received == [Received("harbour", "", 0, 0, 400)]


@pytest.mark.parametrize("kind", ["Recall", "Patient", ""])
async def test_what_nobody_asked_for_is_stored_too(kind: str) -> None:
    world = World()
    headers = {**HEADERS, "event-type": f"WatchTable: {kind}"}
    assert (await world.post(headers=headers)).status == 200
    assert world.store.deliveries[0].kind == kind
    assert (await world.post(b"[]", without(HEADERS, "event-type"), query="table=Patient")).status == 200
    assert world.store.deliveries[1].kind == "Patient"


@pytest.mark.parametrize("error", [StoreError(NAME), OSError(NAME), ValueError(NAME), TimeoutError(NAME)])
async def test_a_store_that_is_down(error: Exception, caplog: pytest.LogCaptureFixture) -> None:
    world = World(Broken(error))
    reply = await world.post()
    assert (reply.status, dict(reply.headers)["Retry-After"]) == (503, "60")
    assert world.received == [Received("harbour", "Appointment", 1, 0, 503)]
    assert f"an event of harbour was not stored: {type(error).__name__}" in caplog.text
    assert NAME not in caplog.text


@virtual_time
async def test_a_store_that_is_too_slow() -> None:
    world = World(Gate())
    before = asyncio.get_running_loop().time()
    reply = await world.post(slow(9.0, b"[", b"]"))
    assert (reply.status, dict(reply.headers)["Retry-After"]) == (503, "60")
    assert asyncio.get_running_loop().time() - before == 20.0
    assert (world.store.waiting, world.store.deliveries) == (0, [])
    assert pending() == []


async def test_a_request_that_is_cancelled_at_every_step() -> None:
    for step in range(1, 12):
        world = World(Gate())
        task = asyncio.create_task(world.post())
        await passes(step)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert (world.store.waiting, world.store.deliveries, world.received) == (0, [], [])
        world.store.open.set()
        assert [(await world.post()).status for _ in range(3)] == [200, 200, 200]
        assert pending() == []


async def test_two_bodies_of_a_practice_are_in_memory_at_once() -> None:
    world = World(Gate())
    first = [asyncio.create_task(world.post()) for _ in range(2)]
    await passes(5)
    touched: list[str] = []

    async def body() -> AsyncGenerator[bytes]:
        touched.append("read")
        yield BODY

    third = asyncio.create_task(world.post(body()))
    other = asyncio.create_task(world.post(headers={**HEADERS, "authorization": OTHER_KEY}))
    await passes(10)
    assert touched == []
    assert world.store.waiting == 3  # the other practice is not held up
    world.store.open.set()
    assert [(await task).status for task in (*first, third, other)] == [200] * 4
    assert touched == ["read"]


@virtual_time
async def test_a_third_body_gets_503_if_no_place_becomes_free() -> None:
    world = World(budget=5.0)

    async def held() -> AsyncGenerator[bytes]:
        await asyncio.sleep(4.9)
        yield BODY

    first = [asyncio.create_task(world.post(held())) for _ in range(4)]
    assert [(await task).status for task in first] == [200, 200, 408, 408]
    world = World(Gate(), budget=5.0)
    others = [asyncio.create_task(world.post()) for _ in range(2)]
    await asyncio.sleep(0)
    async with aclosing(untouchable()) as body:
        world.receiver._budget = 1.0
        assert (await world.post(body)).status == 503
    assert [(await task).status for task in others] == [503, 503]


async def test_sixteen_bodies_of_all_are_in_memory_at_once() -> None:
    keys = {f"p{number}": f"{KEY}{number}" for number in range(20)}
    world = World(Gate(), keys=keys)
    tasks = [
        asyncio.create_task(world.post(headers={**HEADERS, "authorization": key}))
        for key in keys.values()
        for _ in range(3)
    ]
    await passes(30)
    assert world.store.waiting == 16
    world.store.open.set()
    assert {(await task).status for task in tasks} == {200}
    assert len(world.store.deliveries) == 60


async def test_a_callback_that_fails_changes_nothing(caplog: pytest.LogCaptureFixture) -> None:
    def fail(received: Received) -> None:
        raise RuntimeError(f"{NAME} {received}")

    world = World(on_received=fail)
    assert (await world.post()).status == 200
    assert (await world.post(headers={})).status == 401
    assert (await world.post(b"x")).status == 400
    assert "on_received raised RuntimeError" in caplog.text
    assert NAME not in caplog.text


async def test_new_keys_are_taken_whole_or_not_at_all() -> None:
    world = World()
    for bad in ({}, {"a": ""}, {"a": KEY, "b": KEY}, {"a": "n3w", "b": "  "}):
        with pytest.raises(ConfigurationError):
            world.receiver.replace_keys(bad)
        assert (await world.post()).status == 200
        assert (await world.post(headers={**HEADERS, "authorization": "n3w"})).status == 401
    world.receiver.replace_keys({"harbour": "n3w"})
    assert (await world.post()).status == 401
    assert (await world.post(headers={**HEADERS, "authorization": "n3w"})).status == 200
    assert world.store.deliveries[-1].practice == "harbour"


@pytest.mark.parametrize(
    "options",
    [{"keys": {}}, {"keys": {"a": KEY, "b": KEY}}, {"keys": KEYS, "token": ""}, {"keys": {"a": " "}}],
)
def test_a_receiver_that_could_not_tell_anybody(options: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError) as raised:
        Receiver(MemoryStore(), **options)
    assert found(raised.value) == []


def found(error: BaseException) -> list[str]:
    """Where an error reporter finds a secret in an error that leaves."""
    places: list[str] = []
    for each in chain(error):
        if any(secret in f"{each!r} {each}" for secret in SECRETS):
            places.append(f"text of {type(each).__name__}")
        for file, variables in frames(each.__traceback__):
            if any(part in file for part in ("/odapi_async/", "/msgspec/", "/asyncio/")) and leaks(
                variables, deep=True, secrets=SECRETS
            ):
                places.append(file)
    return places


class Cancelled(MemoryStore):
    async def store(self, delivery: Delivery) -> int:
        try:
            raw = delivery.items[0].raw
            int(raw)
        except ValueError as error:
            raise asyncio.CancelledError from error
        return 1


async def torn(error: BaseException) -> AsyncGenerator[bytes]:
    yield BODY
    raise error


def lost() -> AsyncGenerator[bytes]:
    return torn(ConnectionResetError("lost"))


def cancelled() -> AsyncGenerator[bytes]:
    return torn(asyncio.CancelledError())


WRONG = [
    *(partial(chunks, body) for body in (BODY, BODY[:-1], b"[" * 100_000, NAME.encode(), BODY * 9)),
    *(partial(chunks, f'[{{"AptNum":"{NAME}"{end}'.encode()) for end in ("}]", "", ',"a":1e999}]')),
    *(lost, cancelled),
]


async def overheard(world: World, body: AsyncGenerator[bytes], key: str) -> tuple[object, list[str]]:
    """What a POST ends with, and where an error reporter finds a secret in it."""
    try:
        reply = await world.post(body, {**HEADERS, "authorization": key}, query=f"token={TOKEN}")
    except (ConnectionResetError, asyncio.CancelledError) as error:
        return error, found(error)
    finally:
        await body.aclose()
    return reply, []


@pytest.mark.parametrize("make_body", WRONG)
async def test_nothing_shows_a_secret(make_body: Any, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    stores = [MemoryStore(), Broken(StoreError(NAME)), Broken(RuntimeError(NAME)), Cancelled()]
    for store in stores:
        world = World(store, token=TOKEN, max_body=4 * len(BODY) + 100_000)
        said: list[object] = []
        for key in (KEY, "wr0ng"):
            end, places = await overheard(world, make_body(), key)
            assert places == []
            said.append(end)
        said += [world.received, world.receiver, vars(world.receiver)]
        said += texts([world.receiver._credentials, world.receiver._token], deep=True)
        shown = f"{caplog.text}\n{said!r}"
        assert not any(secret in shown for secret in SECRETS)
