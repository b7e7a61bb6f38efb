"""Bad and good POSTs on real connections to real servers."""

from __future__ import annotations

import asyncio
import gzip
import json
import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, Final

import pytest

from tests.support.post_servers import SERVERS, Answer, Line, line_to
from tests.support.posts import APPOINTMENT, BODY, KEY, OTHER_KEY, QUERY, TOKEN, Desk, full, head, patients
from tests.support.watch import passes, until

EARLY: Final = ("aiohttp", "uvicorn")
"""Django reads a body before it calls a view."""


class Reception(Desk):
    """A receiver behind a server."""

    port = 0
    server = ""

    def line(self) -> AbstractAsyncContextManager[Line]:
        return line_to(self.port)

    async def exchange(self, *pieces: bytes, wait: float = 0.0) -> Answer:
        async with self.line() as line:
            await line.send(*pieces, wait=wait)
            return await line.answer()


Open = Callable[..., AbstractAsyncContextManager[Reception]]


@pytest.fixture(params=[name for name in SERVERS if name != "fastapi"])
def opened(request: pytest.FixtureRequest) -> Open:
    """Open a reception behind one of the servers; then see that it works to the end and left nothing."""

    @asynccontextmanager
    async def open_(**options: Any) -> AsyncGenerator[Reception]:
        desk = Reception(**options)
        desk.server = request.param
        async with SERVERS[request.param](desk.receiver) as desk.port:
            yield desk
            desk.inbox.error = None
            desk.inbox.is_open.set()
            stored = len(desk.inbox.deliveries)
            assert (await desk.exchange(post(path=f"/od?{QUERY}"))).status == 200
            assert len(desk.inbox.deliveries) == stored + 1
        await until(lambda: asyncio.all_tasks() == {asyncio.current_task()})

    return open_


def fields(
    *more: tuple[str, str], key: str | None = KEY, length: int | None = len(BODY)
) -> list[tuple[str, str]]:
    found = [("Content-Type", "application/json"), ("Event-Type", "WatchTable: Appointment")]
    found += [("Authorization", key)] if key is not None else []
    found += [("Content-Length", str(length))] if length is not None else []
    return [*found, *more]


def post(body: bytes = BODY, *more: tuple[str, str], path: str = "/od", key: str | None = KEY) -> bytes:
    return head(path, fields=fields(*more, key=key, length=len(body))) + body


def chunked(body: bytes, size: int) -> list[bytes]:
    cut = [body[at : at + size] for at in range(0, len(body), size)]
    return [b"%x\r\n%b\r\n" % (len(each), each) for each in cut] + [b"0\r\n\r\n"]


CHUNKED: Final = ("Transfer-Encoding", "chunked")


@pytest.mark.parametrize("opened", SERVERS, indirect=True)
async def test_an_event_is_stored_and_the_connection_stays(opened: Open) -> None:
    async with opened() as desk, desk.line() as line:
        for _ in range(3):
            await line.send(post())
            assert (await line.answer())[0] == 200
        assert desk.inbox.ids == [18, 18, 18]
        assert json.loads(desk.inbox.deliveries[0].items[0].raw) == APPOINTMENT


async def test_a_request_may_come_in_crumbs(opened: Open) -> None:
    request = post()
    async with opened() as desk:
        cuts = [request[at : at + 11] for at in range(0, len(request), 11)]
        assert (await desk.exchange(*cuts)).status == 200
        assert desk.inbox.ids == [18]


@pytest.mark.parametrize("size", [1, 100, 10_000])
async def test_a_body_may_be_chunked(opened: Open, size: int) -> None:
    async with opened() as desk:
        request = head("/od", fields=fields(CHUNKED, length=None))
        assert (await desk.exchange(request, b"".join(chunked(BODY, size)))).status == 200
        assert desk.inbox.ids == [18]


async def test_a_request_without_a_length_has_no_body(opened: Open) -> None:
    async with opened() as desk:
        answer = await desk.exchange(head("/od", fields=fields(length=None)))
        assert (answer.status, desk.inbox.deliveries) == (400, [])


async def test_the_largest_legal_event_fits(opened: Open) -> None:
    async with opened() as desk:
        request = post(patients(1000, note=3000)).replace(b"WatchTable: Appointment", b"WatchTable: Patient")
        assert (await desk.exchange(request)).status == 200
        assert desk.inbox.ids == list(range(1, 1001))


async def test_the_windows_client_waits_for_leave_to_send_its_body(opened: Open) -> None:
    """.NET Framework sends `Expect: 100-continue` with each POST, and its body after 100."""
    async with opened() as desk, desk.line() as line:
        await line.send(head("/od", fields=fields(("Expect", "100-continue"))))
        assert (await line.answer()).status == 100
        await line.send(BODY)
        assert (await line.answer()).status == 200
        assert desk.inbox.ids == [18]


@pytest.mark.parametrize(
    "keys",
    [(), ("",), ("wrong",), (f"Bearer {KEY}",), (f"ODFHIR developer/{KEY}",), (KEY, KEY), (KEY, OTHER_KEY)],
    ids=["none", "empty", "wrong", "Bearer", "ODFHIR", "twice", "two"],
)
async def test_any_other_key_is_401_without_a_word(opened: Open, keys: tuple[str, ...]) -> None:
    async with opened() as desk:
        answer = await desk.exchange(post(BODY, *(("Authorization", key) for key in keys), key=None))
        assert (answer.status, answer.body, desk.inbox.deliveries) == (401, b"", [])
        assert not {"www-authenticate", "content-type"} & {
            name for name, value in answer.headers.items() if "text/plain" in value
        }


@pytest.mark.parametrize("opened", EARLY, indirect=True)
async def test_a_stranger_is_answered_before_a_body_comes(opened: Open) -> None:
    async with opened() as desk:
        assert (await desk.exchange(head("/od", fields=fields(key="wrong", length=5_000_000)))).status == 401


@pytest.mark.parametrize("opened", EARLY, indirect=True)
async def test_a_length_that_is_too_large_is_answered_before_a_body_comes(opened: Open) -> None:
    async with opened() as desk:
        assert (await desk.exchange(head("/od", fields=fields(length=(16 << 20) + 1)))).status == 413


async def test_a_body_of_unknown_length_is_bounded(opened: Open) -> None:
    async with opened(max_body=1 << 20) as desk, desk.line() as line:
        await line.send(head("/od", fields=fields(CHUNKED, length=None)))
        sending = asyncio.create_task(line.send(*chunked(b" " * (4 << 20), 1 << 16)))
        assert (await line.answer()).status == 413
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
        assert desk.inbox.deliveries == []


@pytest.mark.parametrize("opened", EARLY, indirect=True)
async def test_a_body_that_is_too_slow_is_given_up(opened: Open) -> None:
    async with opened(timeout=0.1) as desk, desk.line() as line:
        await line.send(head("/od", fields=fields()), BODY[:10])
        assert (await line.answer()).status == 408
        assert desk.inbox.deliveries == []


async def test_a_compressed_body_is_bounded_too(opened: Open) -> None:
    """No office compresses; some servers decompress."""
    bomb = gzip.compress(b" " * (32 << 20))
    async with opened(max_body=1 << 20) as desk:
        answer = await desk.exchange(post(bomb, ("Content-Encoding", "gzip")))
        assert (answer.status in {400, 413}, desk.inbox.deliveries) == (True, [])


@pytest.mark.parametrize("end", [0, 1, 100, len(BODY) - 1])
async def test_a_client_that_goes_in_the_middle_leaves_nothing(
    opened: Open, end: int, caplog: pytest.LogCaptureFixture
) -> None:
    async with opened() as desk:
        for aborts in (True, False):
            async with desk.line() as line:
                await line.send(head("/od", fields=fields()), BODY[:end])
                await passes(20)
                if aborts:
                    line.abort()
        await until(lambda: len(desk.statuses) == (2 if desk.server in EARLY else 0))
        assert desk.inbox.deliveries == []
        assert set(desk.statuses) <= {400}
    # asyncio warns of slow steps, as on a busy machine; tasks whose error nobody took are its errors
    levels = {"asyncio": logging.ERROR}
    told = [each for each in caplog.records if each.levelno >= levels.get(each.name, logging.WARNING)]
    assert told == []


async def test_a_chunked_body_that_breaks_off_is_not_stored(opened: Open) -> None:
    async with opened() as desk:
        async with desk.line() as line:
            await line.send(
                head("/od", fields=fields(CHUNKED, length=None)), b"".join(chunked(BODY, 500)[:-1])
            )
            await passes(20)
            line.abort()
        await passes(20)
        assert desk.inbox.deliveries == [], "it is whole as JSON, but its end was not sent"


async def test_a_client_that_goes_while_it_is_stored_leaves_nothing_half(opened: Open) -> None:
    async with opened() as desk:
        desk.inbox.is_open.clear()
        async with desk.line() as line:
            await line.send(post())
            await until(lambda: desk.inbox.waiting)
            line.abort()
        await passes(50)
        desk.inbox.is_open.set()
        await until(lambda: not desk.inbox.waiting)
        assert desk.inbox.ids in ([18], []), "the office sends it again, and it is told as a repeat"


async def test_a_full_store_is_503_and_it_comes_again(opened: Open) -> None:
    async with opened() as desk:
        desk.inbox.error = full()
        answer = await desk.exchange(post())
        assert (answer.status, answer.headers["retry-after"]) == (503, "60")
        desk.inbox.error = None
        assert (await desk.exchange(post())).status == 200


@pytest.mark.parametrize("body", [b"hello", BODY[:-1], b"null"])
async def test_a_body_that_is_no_json_is_400_with_a_reason(opened: Open, body: bytes) -> None:
    async with opened() as desk:
        answer = await desk.exchange(post(body))
        assert (answer.status, answer.body) == (400, b"the body is no JSON array and no JSON object")
        assert answer.headers["content-type"] == "text/plain; charset=utf-8"


async def test_another_method_is_405(opened: Open) -> None:
    async with opened() as desk:
        answer = await desk.exchange(head("/od", fields=fields(length=None), method="GET"))
        assert (answer.status, answer.headers["allow"]) == (405, "POST")


async def test_the_query_arrives_as_it_was_sent(opened: Open) -> None:
    async with opened(token=TOKEN) as desk:
        request = post(path=f"/od?table=Patient&{QUERY}").replace(b"Event-Type", b"Other")
        assert (await desk.exchange(request)).status == 200
        assert desk.inbox.deliveries[0].kind == "Patient"
        assert (await desk.exchange(post(path=f"/od?{QUERY}x"))).status == 401


async def test_many_at_once_are_all_stored(opened: Open) -> None:
    async with opened() as desk:
        rows = [json.dumps([{"AptNum": number}]).encode() for number in range(1, 61)]
        keys = [KEY, OTHER_KEY]
        requests = [post(row, key=keys[at % 2]) for at, row in enumerate(rows)]
        answers = await asyncio.gather(*(desk.exchange(request) for request in requests))
        assert [answer.status for answer in answers] == [200] * 60
        assert sorted(each or 0 for each in desk.inbox.ids) == list(range(1, 61))
