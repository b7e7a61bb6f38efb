"""C5, F6, E6 and C4: an office that cannot be reached, and when it is tried again."""

from __future__ import annotations

import errno
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any, Final

import aiohttp
import pytest
from aiohttp.client_reqrep import ConnectionKey

from odapi_async import (
    ConnectFailed,
    Mode,
    OpenDental,
    OpenDentalError,
    OutcomeUnknown,
    Practice,
    RetryPolicy,
    ServerError,
)
from odapi_async._core import calls
from odapi_async._core.aiohttp_transport import translate
from odapi_async.errors import APIError
from tests.support.lookup import delay_lookups
from tests.support.wire import RawServer, ok

FAST: Final = RetryPolicy(max_attempts=2, base_delay=0.01, max_delay=0.02)

NO_FILES: Final = """
import asyncio, os, resource
from odapi_async import OpenDental, Mode, RetryPolicy

async def main():
    policy = RetryPolicy(max_attempts=2, base_delay=0.01)
    async with OpenDental("developer", retries=policy) as od:
        practice = od.practice("office", mode=Mode.LOCAL, base_url="http://127.0.0.1:9/api/v1")
        patients = practice.patients
        resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
        taken = []
        try:
            while True:
                taken.append(os.dup(1))
        except OSError:
            pass
        try:
            await patients.get(1)
        except BaseException as error:
            for each in taken:
                os.close(each)
            print(type(error).__name__, error)

asyncio.run(main())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
def test_c5_without_a_file_descriptor_the_error_is_the_packages_own_and_says_so() -> None:
    said = subprocess.run([sys.executable, "-c", NO_FILES], capture_output=True, text=True, check=True).stdout
    assert said.startswith("ConnectFailed GET /patients/1 was not sent")
    assert "EMFILE" in said
    assert "file" in said


class NoMoreFiles:
    """Finds some modules, and cannot open their files."""

    def __init__(self, *names: str) -> None:
        self._names = names

    def find_spec(self, name: str, _path: object, _target: object = None) -> None:
        if name in self._names:
            raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))


CALLS: Final[dict[str, tuple[str, Callable[[Practice], object], str]]] = {
    "resource": (
        "odapi_async.resources.recalls",
        lambda practice: practice.recalls.list(),
        "practice.recalls cannot be",
    ),
    "suggestion": (
        "difflib",
        lambda practice: practice.patients.list(**WRONG),
        "LNam: is not a parameter",
    ),
    "type": (
        "msgspec.inspect",
        lambda practice: practice.patients.list().into(dict[str, bytes]),
        "into: cannot be",
    ),
}
WRONG: Final[Any] = {"LNam": "Smith"}


@pytest.mark.parametrize(("module", "call", "message"), CALLS.values(), ids=CALLS)
async def test_c5_a_module_that_cannot_be_read_just_then_is_an_error_of_the_package(
    monkeypatch: pytest.MonkeyPatch, module: str, call: Callable[[Practice], object], message: str
) -> None:
    monkeypatch.delitem(sys.modules, module, raising=False)
    monkeypatch.setattr(sys, "meta_path", [NoMoreFiles(module), *sys.meta_path])
    async with OpenDental("developer") as od:
        practice = od.practice("office", mode=Mode.LOCAL, base_url="http://127.0.0.1:9/api/v1")
        with pytest.raises(OpenDentalError, match=message):
            call(practice)


async def unused_port() -> str:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{taken.getsockname()[1]}/api/v1"


async def test_c5_a_refused_connection_is_named() -> None:
    url = await unused_port()
    async with OpenDental("developer", retries=FAST) as od:
        with pytest.raises(ConnectFailed) as caught:
            await od.practice("office", mode=Mode.LOCAL, base_url=url).patients.get(1)
    assert "ECONNREFUSED" in str(caught.value)
    assert f"127.0.0.1:{url.rpartition(':')[2].partition('/')[0]}" in str(caught.value)
    assert "check that" in str(caught.value)


async def test_f6_without_a_network_the_error_names_the_host_and_what_to_check(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def unknown() -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    delay_lookups(monkeypatch, unknown)
    async with OpenDental("developer", retries=FAST) as od:
        practice = od.practice("office", mode=Mode.LOCAL, base_url="http://office-server:30222/api/v1")
        with pytest.raises(ConnectFailed) as caught:
            await practice.patients.get(1)
    for said in ("office-server:30222", "EAI_NONAME", "base_url", "network"):
        assert said in str(caught.value)


@pytest.mark.parametrize("number", [errno.EMFILE, errno.ENFILE])
def test_c5_a_name_that_was_not_looked_up_for_lack_of_files_is_not_called_unknown(number: int) -> None:
    error = aiohttp.ClientConnectorDNSError(KEY, OSError(number, "Smith"))
    said = str(translate(error, "GET", "/patients", sent=False, host="office.lan"))
    assert errno.errorcode[number] in said
    assert "files" in said
    assert "not found" not in said


KEY: Final = ConnectionKey("h", 443, True, True, None, None, None)


@pytest.mark.parametrize(
    ("number", "name", "advice"),
    [
        (errno.ECONNREFUSED, "ECONNREFUSED", "listens"),
        (errno.ENETUNREACH, "ENETUNREACH", "network"),
        (errno.EHOSTUNREACH, "EHOSTUNREACH", "network"),
        (errno.EMFILE, "EMFILE", "files"),
        (errno.ENFILE, "ENFILE", "files"),
        (errno.ETIMEDOUT, "ETIMEDOUT", "network"),
        (errno.ECONNRESET, "ECONNRESET", "office.lan"),
        (None, "", "office.lan"),
    ],
)
def test_c5_the_name_of_the_errno_and_an_advice_are_in_the_text(
    number: int | None, name: str, advice: str
) -> None:
    cause = OSError(number, "Smith") if number else OSError("Smith")
    for error in (cause, aiohttp.ClientConnectorError(KEY, cause)):
        said = str(translate(error, "GET", "/patients", sent=False, host="office.lan"))
        assert type(error).__name__ in said
        assert name in said
        assert advice in said
        assert "Smith" not in said


@pytest.mark.parametrize(("asked", "waited"), [("0.3", 0.3), ("3600", 0.5), ("nonsense", 0.0)])
async def test_e6_the_retry_after_of_a_503_is_honored_up_to_the_longest_backoff(
    asked: str, waited: float
) -> None:
    times: list[float] = []
    policy = RetryPolicy(max_attempts=2, base_delay=0.01, max_delay=0.5)

    def reply(_: object) -> bytes:
        times.append(time.monotonic())
        return ok(b'"Busy."', status="503 Unavailable", Retry_After=asked)

    async with RawServer(reply) as server, OpenDental("developer", retries=policy) as od:
        practice = od.practice("office", mode=Mode.LOCAL, base_url=server.url)
        with pytest.raises(ServerError) as caught:
            await practice.patients.get(1)
        assert times[1] - times[0] >= waited
        assert caught.value.retry_after == (None if asked == "nonsense" else float(asked))
        with pytest.raises(OutcomeUnknown) as unknown:
            await practice.patients.create(LName="Smith", FName="Jane")
        assert isinstance(unknown.value.__cause__, ServerError)
        assert len(times) == 3


def test_e6_other_errors_have_no_such_attribute_by_accident() -> None:
    assert ServerError(503, "GET", "/x", "").retry_after is None
    assert not hasattr(APIError(418, "GET", "/x", ""), "retry_after")


def drawn_in_a_child(draw: Callable[[], float]) -> bytes:
    read, write = os.pipe()
    child = os.fork()
    if not child:  # pragma: no cover - in the child
        os.write(write, repr([draw() for _ in range(4)]).encode())
        os._exit(0)
    os.waitpid(child, 0)
    os.close(write)
    with os.fdopen(read, "rb") as drawn:
        return drawn.read()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="Windows has no fork")
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")
def test_c4_forked_workers_have_jitter_of_their_own() -> None:
    assert len({drawn_in_a_child(calls.jitter) for _ in range(3)}) == 3
