"""Subscriptions over loopback: events arrive where they should, and no report of an error has a secret."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Any, Final

import pytest

from odapi_async import Mode, OpenDental, Practice, RetryPolicy
from odapi_async.errors import OpenDentalError
from odapi_async.events.subscriptions import Health, check, ensure, remove
from odapi_async.sandbox import Office, Sandbox
from tests.support.reporter import chain, frames, leaks
from tests.support.watch import until
from tests.support.wire import Heard, RawServer, ok

DEVELOPER: Final = "Dvl0perK3y"
CUSTOMER: Final = "Cst0merK3y"
TOKEN: Final = "T0ps3cret"
URL: Final = f"https://example.com/od?token={TOKEN}"
_OURS: Final = ("/odapi_async/", "/aiohttp/", "/msgspec/", "/asyncio/")

Call = Callable[[Practice], Awaitable[Any]]


async def test_events_arrive_at_the_url_and_a_receiver_that_refuses_is_noticed() -> None:
    status = ["200 OK"]
    office = Office(customer_key=CUSTOMER, mode="local")
    async with (
        RawServer(lambda _: ok(b"", status=status[0])) as receiver,
        Sandbox([office], event_polling=0.02) as box,
        OpenDental(box.developer_key) as od,
    ):
        practice = od.practice(CUSTOMER, mode=Mode.LOCAL, base_url=box.url)
        url = f"http://127.0.0.1:{receiver.port}/od?token={TOKEN}"
        await ensure(practice, url, ["Patient"], workstation="SERVER")
        box.change_row(CUSTOMER, "patients", 1, {"FName": "Zora"})
        await until(lambda: receiver.heard)
        assert receiver.heard[0].query == {"token": TOKEN, "table": "Patient"}
        assert [each.state for each in await check(practice, url)] == [Health.ALIVE]
        status[0] = "503 Later"
        box.change_row(CUSTOMER, "patients", 1, {"FName": "Yolanda"})
        await until(lambda: any(each.status == 503 for each in box.sent_events))
        (found,) = await check(practice, url)
        assert (found.state, "The receiver responded 503." in found.why) == (Health.FAILING, True)


def row(**values: object) -> bytes:
    fields = {
        "SubscriptionNum": 7, "EndPointUrl": f"{URL}&table=Provider", "CustomerKey": CUSTOMER,
        "WatchTable": "Provider", "PollingSeconds": 5, "Workstation": "OLD",
    }  # fmt: skip
    pairs = ", ".join(
        f'"{name}": {value if isinstance(value, int) else f"""{chr(34)}{value}{chr(34)}"""}'
        for name, value in (fields | values).items()
    )
    return f"{{{pairs}}}".encode()


ECHO: Final = f'"EndPointUrl {URL} of {CUSTOMER} is invalid."'.encode()
WRITES: Final[dict[str, bytes | None]] = {
    "lost": None,
    "400": ok(ECHO, status="400 Bad Request"),
    "401": ok(ECHO, status="401 Unauthorized"),
    "404": ok(ECHO, status="404 Not Found"),
    "500": ok(ECHO, status="500 Error"),
    "302": ok(b"", status="302 Found", Location=f"/login?{TOKEN}"),
    "garbage": ok(f"<html>{URL}".encode()),
    "half": b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\nConnection: close\r\n\r\n" + row()[:60],
    "another": ok(row(SubscriptionNum=0, DateTimeStart="never")),
}
CALLS: Final[dict[str, Call]] = {
    "create": lambda practice: ensure(practice, URL, ["Patient"], workstation="SERVER"),
    "update": lambda practice: ensure(practice, URL, ["Provider"], workstation="SERVER"),
    "selected": lambda practice: ensure(practice, URL, [], workstation="SERVER", selected=True),
    "check": lambda practice: check(practice, URL),
    "remove": lambda practice: remove(practice, URL),
}


def found_in(error: BaseException) -> list[str]:
    """Where a reporter of all local variables finds the token or the customer key."""
    places: list[str] = []
    for each in chain(error):
        said = f"{each!r} {each}"
        places += [f"text of {type(each).__name__}: {said}"] if TOKEN in said else []
        for file, variables in frames(each.__traceback__):
            if any(part in file for part in _OURS):
                places += [
                    f"{name} in {file} ({type(each).__name__})"
                    for name, value in variables.items()
                    if leaks(value, deep=True, secrets=(CUSTOMER,))
                    or leaks(value, deep=False, secrets=(TOKEN,))
                ]
    return places


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
@pytest.mark.parametrize("listed", [True, False], ids=["writes", "all"])
@pytest.mark.parametrize("reply", WRITES.values(), ids=WRITES)
async def test_a_reporter_finds_neither_the_key_nor_the_token(
    reply: bytes | None, *, listed: bool, call: Call, caplog: pytest.LogCaptureFixture
) -> None:
    def respond(heard: Heard) -> bytes | None:
        return ok(b"[" + row() + b"]") if listed and heard.method == "GET" else reply

    caplog.set_level(logging.DEBUG)
    policy = RetryPolicy(max_attempts=2, base_delay=0.001)
    said: list[str] = []
    places: list[str] = []
    async with RawServer(respond) as server, OpenDental(DEVELOPER, retries=policy) as od:
        practice = od.practice(CUSTOMER, mode=Mode.LOCAL, base_url=server.url, name="harbor").with_options(
            timeout=0.1 if reply == WRITES["half"] else 5.0  # nothing more comes
        )
        try:
            said.append(repr(await call(practice)))
        except OpenDentalError as error:
            places = found_in(error)
    assert places == []
    assert TOKEN not in f"{said} {caplog.text}"
    assert CUSTOMER not in f"{said} {caplog.text}"
