"""D2: an error reporter that sends every local variable of every frame finds no key, query, body or row.

It follows causes and contexts, suppressed ones too, iterates over what can be iterated over, and looks for
keys in the attributes of objects as well.
"""

from __future__ import annotations

import asyncio
import pickle
from collections.abc import Awaitable, Callable
from typing import Any, Final

import pytest

from odapi_async import (
    ConfigurationError,
    Mode,
    NotKept,
    NotVerified,
    OpenDental,
    OpenDentalError,
    Practice,
    Remote,
    RetryPolicy,
    Verify,
    network_transport,
)
from odapi_async.scheduler.redis import RedisBuckets
from tests.support.reporter import chain, frames, leaks, texts
from tests.support.watch import until
from tests.support.wire import Heard, RawServer, ok

DEVELOPER: Final = "Dvl0perK3y"
CUSTOMER: Final = "Cst0merK3y"
NAME: Final = "Quinzelburg"
KEYS: Final = (DEVELOPER, CUSTOMER)
_OURS: Final = ("/odapi_async/", "/aiohttp/", "/msgspec/", "/asyncio/", "/yarl/")
SOMEONE: Any = NAME
WRONG: Any = object()

Call = Callable[[Practice], Awaitable[Any]]


async def streamed(practice: Practice) -> None:
    async for _ in practice.patients.simple(LName=NAME):
        pass


CALLS: Final[dict[str, Call]] = {
    "get": lambda practice: practice.patients.get(1),
    "list": lambda practice: practice.patients.simple(LName=NAME),
    "stream": streamed,
    "create": lambda practice: practice.patients.create(LName=NAME, FName=NAME),
    "update": lambda practice: practice.patients.update(1, LName=NAME),
    "note": lambda practice: practice.appointments.update_note(1, Note=NAME),
    "request": lambda practice: practice.request("POST", "/patients", body={"LName": NAME}),
    "rows": lambda practice: practice.rows("/patients", query={"LName": NAME}),
    "thumbnails": lambda practice: practice.documents.thumbnails(
        PatNum=12, SftpAddress=NAME, SftpUsername=NAME, SftpPassword=NAME
    ),
}
BODY: Final = f'[{{"PatNum": "{NAME}", "LName": "{NAME}"}}, '.encode()
RESPONSES: Final[dict[str, bytes | None]] = {
    "lost": None,
    "late": b"",
    "no HTTP": NAME.encode() + b"\r\n\r\n",
    "half": b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\nConnection: close\r\n\r\n" + BODY,
    "garbage": ok(BODY),
    "wrong rows": ok(BODY[:-2] + b"]"),
    "another row": ok(f'{{"PatNum": 5, "LName": "{NAME}"}}'.encode()),
    "400": ok(b'"No."', status="400 Bad Request"),
    "401": ok(b'"No."', status="401 Unauthorized"),
    "404": ok(b'"No."', status="404 Not Found"),
    "429": ok(b'"No."', status="429 Too Many Requests", Retry_After="0"),
    "500": ok(b'"No."', status="500 Error"),
    "302": ok(b"", status="302 Found", Location=f"/login?{NAME}"),
    "too large": ok(b" " * 5000),
    "not gzip": ok(BODY, Content_Encoding="gzip"),
}
# the server keeps these connections open, and nothing more comes
TIMEOUTS: Final[dict[bytes | None, float]] = {RESPONSES["late"]: 0.05, RESPONSES["half"]: 0.2}


def found(error: BaseException, *more: str) -> list[str]:
    """Where a reporter finds a secret: in the variables of all frames but those of this module."""
    keys = (*KEYS, *more)
    places: list[str] = []
    for each in chain(error):
        said = f"{each!r} {each}"
        places += [f"text of {type(each).__name__}" for secret in (*keys, NAME) if secret in said]
        for file, variables in frames(each.__traceback__):
            if not any(part in file for part in _OURS):
                continue
            if leaks(variables, deep=True, secrets=keys) or leaks(variables, deep=False, secrets=(NAME,)):
                places += [
                    f"{name} in {file} ({type(each).__name__})"
                    for name, value in variables.items()
                    if leaks(value, deep=True, secrets=keys) or leaks(value, deep=False, secrets=(NAME,))
                ]
    return places


async def caught_at(reply: bytes | None, call: Call) -> BaseException | None:
    policy = RetryPolicy(max_attempts=2, max_throttled=1, base_delay=0.001)
    async with (
        RawServer(lambda _: reply) as server,
        OpenDental(DEVELOPER, retries=policy, max_response=4096) as od,
    ):
        practice = od.practice(CUSTOMER, mode=Mode.LOCAL, base_url=server.url, name="harbor").with_options(
            timeout=TIMEOUTS.get(reply, 5.0)
        )
        try:
            await call(practice)
        except Exception as error:  # noqa: BLE001 - any
            return error
        return None


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
@pytest.mark.parametrize("reply", RESPONSES.values(), ids=RESPONSES)
async def test_d2_a_reporter_finds_nothing_after_a_failure(reply: bytes | None, call: Call) -> None:
    error = await caught_at(reply, call)
    if error is not None:  # not every response fails every call
        assert found(error) == []


VERIFIED: Final[dict[str, bytes | None]] = {
    "not kept": ok(b'{"PatNum": 1, "AptNum": 1, "LName": "Other", "FName": "Other"}'),
    "read fails": None,
    "read is garbage": ok(BODY),
}


@pytest.mark.parametrize("reply", VERIFIED.values(), ids=VERIFIED)
async def test_d2_a_reporter_finds_nothing_if_a_write_is_not_kept(reply: bytes | None) -> None:
    def respond(heard: Heard) -> bytes | None:
        return ok(b"") if heard.method != "GET" and reply != VERIFIED["not kept"] else reply

    policy = RetryPolicy(max_attempts=2, base_delay=0.001)
    async with RawServer(respond) as server, OpenDental(DEVELOPER, retries=policy) as od:
        practice = od.practice(CUSTOMER, mode=Mode.LOCAL, base_url=server.url, name="harbor")
        practice = practice.with_options(verify=Verify.RAISE)
        with pytest.raises((NotKept, NotVerified)) as caught:
            await CALLS["update"](practice)
        assert isinstance(caught.value, NotKept) is (reply == VERIFIED["not kept"])
        assert found(caught.value) == []


async def test_d2_a_reporter_finds_nothing_if_nothing_was_sent() -> None:
    policy = RetryPolicy(max_attempts=2, base_delay=0.001)
    async with OpenDental(DEVELOPER, retries=policy) as od:
        practice = od.practice(CUSTOMER, mode=Mode.LOCAL, base_url="http://127.0.0.1:9/api/v1")
        for call in CALLS.values():
            with pytest.raises(ConnectionError) as caught:
                await call(practice)
            assert found(caught.value) == []


async def test_d2_a_reporter_finds_nothing_after_a_deadline_or_a_full_queue() -> None:
    async with RawServer(lambda _: b"") as server, OpenDental(DEVELOPER) as od:
        practice = od.practice(CUSTOMER, mode=Mode.LOCAL, base_url=server.url, concurrency=1)
        for call in CALLS.values():
            with pytest.raises(Exception) as late:  # noqa: PT011 - any
                await call(practice.with_options(deadline=0.03))
            assert found(late.value) == []
        before = len(server.heard)
        running = asyncio.ensure_future(CALLS["get"](practice))
        await until(lambda: len(server.heard) > before)
        for call in CALLS.values():
            with pytest.raises(Exception) as waited:  # noqa: PT011 - any
                await call(practice.with_options(max_wait=0.01))
            assert found(waited.value) == []
        running.cancel()


async def test_d2_a_reporter_finds_nothing_after_a_cancellation() -> None:
    async with RawServer(lambda _: b"") as server, OpenDental(DEVELOPER) as od:
        practice = od.practice(CUSTOMER, mode=Mode.LOCAL, base_url=server.url)
        for number, call in enumerate(CALLS.values(), 1):

            async def made(call: Call = call) -> None:
                await call(practice)

            running = asyncio.create_task(made())
            await until(lambda number=number: len(server.heard) == number)  # type: ignore[misc]
            running.cancel()
            with pytest.raises(asyncio.CancelledError) as caught:
                await running
            assert found(caught.value) == []


async def test_d2_a_reporter_finds_nothing_if_a_parameter_is_wrong() -> None:
    async with OpenDental(DEVELOPER) as od:
        practice = od.practice(CUSTOMER)
        wrong: list[Call] = [
            lambda practice: practice.patients.create(LName=NAME, FName=NAME, Birthdate=SOMEONE),
            lambda practice: practice.patients.update(1, LName=NAME, Nonsense=NAME),  # type: ignore[call-arg]
            lambda practice: practice.patients.list(LName=NAME, Nonsense=NAME),  # type: ignore[call-arg]
            lambda practice: practice.request("POST", "patients", body={"LName": NAME}),
        ]
        for call in wrong:
            with pytest.raises(ValueError, match=r".") as caught:
                await call(practice)
            assert found(caught.value) == []


PASSWORD: Final = "Pr0xyPassw0rd"
PROXY: Final = f"http://user:{PASSWORD}@proxy.example"
WRONG_CLIENTS: Final[dict[str, Callable[[], object]]] = {
    "key of two lines": lambda: OpenDental(f"{DEVELOPER}\n"),
    "both keys": lambda: OpenDental(f"{DEVELOPER}/{CUSTOMER}"),
    "a list of keys": lambda: OpenDental([DEVELOPER]),  # type: ignore[arg-type]
    "margin": lambda: OpenDental(DEVELOPER, margin=-1),
    "hook": lambda: OpenDental(DEVELOPER, on_event=WRONG),
    "ssl": lambda: OpenDental(DEVELOPER, proxy=PROXY, ssl=WRONG),
    "ssl of a transport": lambda: network_transport(proxy=PROXY, ssl=WRONG),
    "proxy with a path": lambda: OpenDental(DEVELOPER, proxy=f"{PROXY}/path"),
    "proxy with a wrong port": lambda: OpenDental(DEVELOPER, proxy=f"{PROXY}:port"),
    "proxy of another kind": lambda: network_transport(proxy=PROXY.replace("http", "socks5")),
    "no proxy": lambda: network_transport(proxy=[PROXY]),  # type: ignore[arg-type]
    "a proxy that transports exclude": lambda: OpenDental(
        DEVELOPER, proxy=PROXY, transport=network_transport()
    ),
    "option of Redis": lambda: RedisBuckets(f"redis://:{PASSWORD}@host?decode_responses=true"),
    "host of Redis": lambda: RedisBuckets(f"redis://:{PASSWORD}@[::1"),
    "margin of Redis": lambda: RedisBuckets(f"redis://:{PASSWORD}@host", margin=-1),
}
WRONG_PRACTICES: Final[dict[str, Callable[[OpenDental], object]]] = {
    "key of two lines": lambda od: od.practice(f"{CUSTOMER}\n"),
    "both keys": lambda od: od.practice(f"{DEVELOPER}/{CUSTOMER}"),
    "a list of keys": lambda od: od.practice([CUSTOMER]),  # type: ignore[arg-type]
    "concurrency": lambda od: od.practice(CUSTOMER, concurrency=0),
    "URL": lambda od: od.practice(CUSTOMER, base_url="http://[]@"),
    "name": lambda od: od.practice(CUSTOMER, name=""),
    "a key as the name": lambda od: od.practice(CUSTOMER, name=CUSTOMER),
    "version": lambda od: od.practice(CUSTOMER, version="new"),
    "ways": lambda od: od.practice(CUSTOMER, via=[WRONG]),
    "ways and a URL": lambda od: od.practice(CUSTOMER, via=[Remote()], base_url="https://host/api/v1"),
    "no ways": lambda od: od.practice(CUSTOMER, probe_interval=5.0),
}


@pytest.mark.parametrize("make", WRONG_CLIENTS.values(), ids=WRONG_CLIENTS)
def test_d2_a_reporter_finds_nothing_if_a_client_cannot_be_made(make: Callable[[], object]) -> None:
    with pytest.raises(ConfigurationError) as caught:
        make()
    assert found(caught.value, PASSWORD) == []


@pytest.mark.parametrize("url", [f"{PROXY}/path", f"{PROXY}:port", f"user:{PASSWORD}@proxy.example/path"])
def test_d2_a_reporter_finds_nothing_of_a_proxy_in_the_environment(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", url)
    with pytest.raises(ConfigurationError) as caught:
        OpenDental(DEVELOPER, proxy="environment")
    assert found(caught.value, PASSWORD) == []


@pytest.mark.parametrize("make", WRONG_PRACTICES.values(), ids=WRONG_PRACTICES)
async def test_d2_a_reporter_finds_nothing_if_a_practice_cannot_be_made(
    make: Callable[[OpenDental], object],
) -> None:
    async with OpenDental(DEVELOPER) as od:
        with pytest.raises(ConfigurationError) as caught:
            make(od)
        assert found(caught.value) == []


async def test_d2_neither_a_client_nor_a_practice_shows_or_pickles_its_keys() -> None:
    async with OpenDental(DEVELOPER) as od:
        practice = od.practice(CUSTOMER)
        for each in (od, practice, practice._calls, practice._calls.settings):
            shown = "\n".join(texts(each, deep=True))
            assert not any(key in shown for key in KEYS)
        for each in (practice, practice._calls.settings):
            with pytest.raises(TypeError, match=r"not pickled|has keys"):
                pickle.dumps(each)


def test_d2_the_reporter_finds_what_is_there() -> None:
    """Otherwise the tests above could not fail."""

    class Holder:
        __slots__ = ("header",)
        header: object

    Holder.__module__ = "odapi_async"
    holder = Holder()
    holder.header = {"Authorization": CUSTOMER}
    assert any(CUSTOMER in each for each in texts([holder], deep=True))
    assert not any(CUSTOMER in each for each in texts([holder], deep=False))
    assert any(NAME in each for each in texts({"query": ({"LName": NAME},)}, deep=False))


async def test_a_reporter_finds_nothing_of_the_responses_that_are_kept() -> None:
    replies = iter([ok(f'{{"PatNum": 1, "LName": "{NAME}"}}'.encode()), ok(BODY)])
    async with RawServer(lambda _: next(replies)) as server, OpenDental(DEVELOPER) as od:
        practice = od.practice(CUSTOMER, mode=Mode.LOCAL, base_url=server.url).with_options(max_age=60.0)
        await practice.patients.get(1)
        await practice.patients.get(1)
        with pytest.raises(OpenDentalError) as caught:
            await practice.patients.get(2)
        assert found(caught.value) == []
        assert len(od._context.cache) == 1
        assert not leaks(od._context.cache, deep=True, secrets=(NAME, *KEYS))
