"""The ASGI app, driven by hand as the specification says (https://asgi.readthedocs.io/en/latest/specs/)."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any, Final

import pytest

from tests.support.posts import BODY, KEY, QUERY, TOKEN, Desk
from tests.support.watch import passes

HEADERS: Final = ((b"authorization", KEY.encode()), (b"event-type", b"WatchTable: Appointment"))


class Call:
    """One call of the app: what the server gives, and what it gets."""

    def __init__(self, *messages: Mapping[str, Any]) -> None:
        self._messages = list(messages)
        self.received = 0
        self.sent: list[dict[str, Any]] = []

    async def receive(self) -> dict[str, Any]:
        await asyncio.sleep(0)
        self.received += 1
        return dict(self._messages.pop(0)) if self._messages else {"type": "http.disconnect"}

    async def send(self, message: Any) -> None:
        await asyncio.sleep(0)
        self.sent.append(message)

    @property
    def status(self) -> int:
        start, body = self.sent
        assert (start["type"], body["type"]) == ("http.response.start", "http.response.body")
        assert all(isinstance(part, bytes) for pair in start["headers"] for part in pair)
        assert all(name == name.lower() for name, _ in start["headers"])
        assert dict(start["headers"])[b"content-length"] == str(len(body["body"])).encode()
        return int(start["status"])


def scope(headers: Iterable[tuple[bytes, bytes]] = HEADERS, **more: Any) -> dict[str, Any]:
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": "POST",
        "path": "/od",
        "headers": headers,
        **more,
    }


def part(body: bytes, *, more: bool = False) -> dict[str, Any]:
    return {"type": "http.request", "body": body, "more_body": more}


async def test_a_body_in_one_message() -> None:
    desk, call = Desk(), Call(part(BODY))
    await desk.receiver.asgi(scope(), call.receive, call.send)
    assert call.status == 200
    assert desk.inbox.ids == [18]
    assert call.received == 1, "what comes after the body is not waited for"


async def test_a_body_in_many_messages_some_of_them_empty() -> None:
    desk = Desk()
    call = Call(
        {"type": "http.request", "more_body": True},
        *[part(BODY[at : at + 7], more=True) for at in range(0, len(BODY), 7)],
        {"type": "http.request"},
    )
    await desk.receiver.asgi(scope(), call.receive, call.send)
    assert call.status == 200
    assert desk.inbox.ids == [18]


async def test_a_client_that_is_gone_gets_no_response_and_nothing_is_stored() -> None:
    desk, call = Desk(), Call(part(BODY, more=True), {"type": "http.disconnect"})
    await desk.receiver.asgi(scope(), call.receive, call.send)
    assert (call.sent, desk.inbox.deliveries, desk.statuses) == ([], [], [400])


async def test_strangers_hear_401_before_a_message_is_received() -> None:
    call = Call(part(BODY))
    await Desk().receiver.asgi(scope([(b"authorization", b"wrong")]), call.receive, call.send)
    assert (call.status, call.received, call.sent[1]["body"]) == (401, 0, b"")


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [(b"Authorization", KEY.encode()), (b"authorization", KEY.encode())],
        [(b"authorization", KEY.encode()), (b"authorization", b"wrong")],
        [(b"authorization", "é".encode())],
        [(b"authorization", b"\xff\x00")],
    ],
)
async def test_two_keys_or_no_text_are_no_key(headers: list[tuple[bytes, bytes]]) -> None:
    call = Call(part(BODY))
    await Desk().receiver.asgi(scope(headers), call.receive, call.send)
    assert call.status == 401


@pytest.mark.parametrize(("query", "status"), [(f"{QUERY}&x=%FF".encode(), 200), (b"\xff", 401)])
async def test_the_query_is_bytes(query: bytes, status: int) -> None:
    call = Call(part(BODY))
    await Desk(token=TOKEN).receiver.asgi(scope(query_string=query), call.receive, call.send)
    assert call.status == status


async def test_the_response_says_why() -> None:
    call = Call(part(b"hello"))
    await Desk().receiver.asgi(scope(), call.receive, call.send)
    assert call.status == 400
    assert call.sent[1]["body"] == b"the body is no JSON array and no JSON object"
    assert (b"content-type", b"text/plain; charset=utf-8") in call.sent[0]["headers"]


async def test_a_server_may_start_and_stop_it() -> None:
    call = Call({"type": "lifespan.startup"}, {"type": "lifespan.shutdown"})
    await Desk().receiver.asgi({"type": "lifespan"}, call.receive, call.send)
    assert call.sent == [{"type": "lifespan.startup.complete"}, {"type": "lifespan.shutdown.complete"}]


async def test_a_websocket_is_refused() -> None:
    call = Call({"type": "websocket.connect"})
    await Desk().receiver.asgi({"type": "websocket", "headers": []}, call.receive, call.send)
    assert [message["type"] for message in call.sent] == ["websocket.close"]


async def test_an_unknown_protocol_is_an_error_as_the_specification_says() -> None:
    call = Call()
    with pytest.raises(ValueError, match="HTTP alone"):
        await Desk().receiver.asgi({"type": "telnet"}, call.receive, call.send)


@pytest.mark.parametrize("messages", [[], [part(BODY)]], ids=["receiving", "storing"])
async def test_a_cancelled_call_stores_nothing_and_leaves_no_task(messages: list[dict[str, Any]]) -> None:
    desk, call = Desk(), Call(*messages)
    desk.inbox.is_open.clear()

    async def receive() -> dict[str, Any]:
        if call.received == len(messages):
            await asyncio.Event().wait()
        return await call.receive()

    async def run() -> None:
        await desk.receiver.asgi(scope(), receive, call.send)

    task = asyncio.create_task(run())
    await passes(20)
    assert desk.inbox.waiting == len(messages)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (call.sent, desk.inbox.deliveries, desk.inbox.waiting) == ([], [], 0)
    assert asyncio.all_tasks() == {asyncio.current_task()}
