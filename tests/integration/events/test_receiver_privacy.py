"""No key, token or value of a body is in a log, a repr, an error, a traceback or a variable of its frames."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import logging
import sys
import traceback
from collections.abc import AsyncGenerator, Iterator
from types import TracebackType
from typing import Any, Final

import pytest

from odapi_async.events import Receiver, Refused, read_delivery, to_event
from tests.support.post_servers import SERVERS, Answer, line_to
from tests.support.posts import (
    KEY,
    KEYS,
    QUERY,
    SELECTED,
    TOKEN,
    Desk,
    MemoryInbox,
    full,
    head,
    headers,
    pieces,
)
from tests.support.watch import passes

NAME: Final = "Quinzelburg"
NUMBER: Final = "734829165"
PERSON: Final = {**SELECTED, "LName": NAME, "SSN": NUMBER, "PatNum": int(NUMBER)}
ROWS: Final = json.dumps([PERSON]).encode()
SECRETS: Final = (KEY, TOKEN, QUERY, NAME, NUMBER)
BODIES: Final = {
    "rows": ROWS,
    "torn": ROWS[:-1],
    "text": f"{NAME} {NUMBER}".encode(),
    "damaged": ROWS.replace(NAME.encode(), NAME.encode() + b"\xe9"),
    "large": ROWS * 100,
    "wrong types": json.dumps([{"PatNum": 1, "Guarantor": NAME, NAME: NUMBER}]).encode(),
    "of another table": json.dumps([{"AptNum": NUMBER, "Note": NAME}]).encode(),
}


def revealed(text: str) -> list[str]:
    """The lines in which a secret stands."""
    return [line for line in text.splitlines() if any(secret in line for secret in SECRETS)]


def ours(error: BaseException | None) -> Iterator[tuple[str, str, str]]:
    """Return the variables of all frames of this package that an error, its cause and its context lead to."""
    while error:
        trace: TracebackType | None = error.__traceback__
        while trace:
            if "odapi_async" in trace.tb_frame.f_code.co_filename:
                for name, value in trace.tb_frame.f_locals.items():
                    yield trace.tb_frame.f_code.co_name, name, deeply(value)
            trace = trace.tb_next
        error = error.__cause__ or error.__context__


def deeply(value: Any) -> str:
    """Return what an error reporter would send of a variable."""
    return f"{value!r} {getattr(value, '__dict__', '')!r}"


@pytest.mark.parametrize("server", ["aiohttp", "uvicorn", "django"])
@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
@pytest.mark.unmeasured
async def test_no_log_of_a_server_says_more_than_a_name(
    server: str, body: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    asyncio.get_running_loop().slow_callback_duration = 0.0
    desk = Desk(token=TOKEN, max_body=20_000)
    answers: list[Answer] = []
    async with SERVERS[server](desk.receiver) as port:
        for error in (None, full(), RuntimeError(f"{NAME} {NUMBER} {KEY}")):
            desk.inbox.error = error
            for key in (KEY, f"Bearer {KEY}"):
                fields = [
                    ("Authorization", key),
                    ("Event-Type", "WatchTable: Patient"),
                    ("Content-Length", str(len(body))),
                ]
                async with line_to(port) as line:
                    await line.send(head(f"/od?{QUERY}", fields=fields), body)
                    answers.append(await line.answer())
    assert {401} < {answer.status for answer in answers}
    assert revealed(f"{caplog.text}\n{answers!r}\n{desk.told!r}") == []
    assert not [record for record in caplog.records if record.exc_info]


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
async def test_no_repr_shows_a_value(body: bytes) -> None:
    shown: list[object] = []
    for kind in ("WatchTable: Patient", "WatchTable: Appointment", "UiEventType: PatientSelected", ""):
        for sent in (body, body[1:-1]):
            try:
                delivery = read_delivery("harbour", headers(kind), QUERY, sent)
            except Refused as refused:
                shown += [refused, str(refused), *traceback.format_exception(refused)]
            else:
                shown += [delivery, delivery.items, to_event(delivery, dt.datetime.now(dt.UTC))]
    desk = Desk(token=TOKEN)
    shown += [desk.receiver, vars(desk.receiver), desk.receiver.asgi, desk.receiver.aiohttp]
    assert revealed(repr(shown)) == []


@pytest.mark.parametrize("where", ["reading", "storing"])
async def test_a_cancelled_request_takes_nothing_along(where: str) -> None:
    desk = Desk(token=TOKEN)
    desk.inbox.is_open.clear()

    async def body() -> AsyncGenerator[bytes]:
        yield ROWS
        if where == "reading":
            await asyncio.Event().wait()

    task = asyncio.create_task(desk.receiver.receive(headers(), body(), query=QUERY))
    await passes(10)
    task.cancel()
    with pytest.raises(asyncio.CancelledError) as cancelled:
        await task
    found = list(ours(cancelled.value))
    assert ("receive", "practice") in {(place, name) for place, name, _ in found}, "a frame is looked at"
    assert [each for each in found if revealed(each[2])] == []


@pytest.mark.parametrize("fault", [None, full(), RuntimeError(NAME), OSError(NAME)], ids=repr)
@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
async def test_no_error_is_in_the_air_when_a_hook_is_told(body: bytes, fault: Exception | None) -> None:
    told: list[object] = []

    def note(received: object) -> None:
        told.extend([received, sys.exc_info()[1]])

    inbox = MemoryInbox()
    inbox.error = fault
    receiver = Receiver(inbox, keys=KEYS, on_received=note, max_body=20_000)

    async def torn() -> AsyncGenerator[bytes]:
        yield body
        raise ValueError(NAME)

    for chunks in (pieces(body), torn()):
        await receiver.receive(headers("WatchTable: Patient"), chunks)
    assert told[1::2] == [None, None], "an error reporter would send the variables of its frames"
    assert revealed(repr(told)) == []
