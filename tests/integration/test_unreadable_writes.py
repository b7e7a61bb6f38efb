"""A3: a write whose response cannot be read may have been executed, so its outcome is unknown."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, Final

import pytest

from odapi_async import DecodeError, Mode, OpenDental, OutcomeUnknown, Practice, RetryPolicy
from tests.support.wire import RawServer, ok

FAST: Final = RetryPolicy(base_delay=0.01, max_delay=0.02)
PAGE: Final = b"\r\n<!DOCTYPE html><html><body>Please sign in</body></html>"
UNREADABLE: Final = {
    "garbage": b"\x00\x93\xff\xfe",
    "half an object": b'{"PatNum": 12, "LName": "Qui',
    "half a list": b'[{"PatNum": 12}',
    "half a text": b'"All is',
    "a login page": PAGE,
}
Call = Callable[[Practice], Awaitable[Any]]
WITH_ROW: Final[dict[str, Call]] = {
    "create": lambda practice: practice.patients.create(LName="Smith", FName="Jane"),
    "update": lambda practice: practice.patients.update(12, Preferred="Bee"),
    "request": lambda practice: practice.request("POST", "/patients", body={"LName": "Smith"}),
    "request into": lambda practice: practice.request("PUT", "/patients/12", body={}, into=dict[str, Any]),
    "list": lambda practice: practice.documents.thumbnails(
        PatNum=12, SftpAddress="files.example.com/x", SftpUsername="office", SftpPassword="secret"
    ),
}
WITHOUT_ROW: Final[dict[str, Call]] = {
    "delete": lambda practice: practice.procedure_logs.delete(5),
    "note": lambda practice: practice.appointments.update_note(1, Note="Late."),
}


@asynccontextmanager
async def practice_at(server: RawServer, name: str | None = None) -> AsyncGenerator[Practice]:
    async with OpenDental("developer", retries=FAST) as od:
        yield od.practice("office", mode=Mode.LOCAL, base_url=server.url, name=name)


@pytest.mark.parametrize("status", ["200 OK", "201 Created"])
@pytest.mark.parametrize("body", UNREADABLE.values(), ids=UNREADABLE)
@pytest.mark.parametrize("call", [*WITH_ROW.values(), *WITHOUT_ROW.values()], ids=[*WITH_ROW, *WITHOUT_ROW])
async def test_a3_a_write_whose_response_cannot_be_read_has_an_unknown_outcome(
    call: Call, body: bytes, status: str
) -> None:
    async with RawServer(lambda _: ok(body, status=status)) as server, practice_at(server) as practice:
        with pytest.raises(OutcomeUnknown) as caught:
            await call(practice)
        cause = caught.value.__cause__
        assert isinstance(cause, DecodeError)
        assert cause.raw == body
        assert (caught.value.path, caught.value.attempts) == (server.heard[0].path, 1)
        assert len(server.heard) == 1, "it is not sent again"


async def test_a3_the_attempts_before_are_counted_and_the_practice_is_named() -> None:
    replies = iter([ok(b"", status="500 Error"), ok(PAGE)])
    async with RawServer(lambda _: next(replies)) as server, practice_at(server, "harbor") as practice:
        with pytest.raises(OutcomeUnknown, match=r"^harbor: PUT /patients/12 .*attempts: 2") as caught:
            await practice.patients.update(12, Preferred="Bee")
        assert isinstance(caught.value.__cause__, DecodeError)
        assert caught.value.__cause__.practice == "harbor"


@pytest.mark.parametrize("body", [b"", b"  ", b"null", b"{}", b'"Deleted."', b'{"PatNum": 12}'])
@pytest.mark.parametrize("call", WITHOUT_ROW.values(), ids=WITHOUT_ROW)
async def test_a3_where_nothing_is_expected_an_empty_body_or_json_is_a_success(
    call: Call, body: bytes
) -> None:
    async with RawServer(lambda _: ok(body)) as server, practice_at(server) as practice:
        assert await call(practice) is None


READS: dict[str, Call] = {
    "get": lambda practice: practice.patients.get(12),
    "list": lambda practice: practice.patients.list(),
}


@pytest.mark.parametrize("call", READS.values(), ids=READS)
@pytest.mark.parametrize("body", UNREADABLE.values(), ids=UNREADABLE)
async def test_a3_a_read_stays_a_decode_error(call: Call, body: bytes) -> None:
    async with RawServer(lambda _: ok(body)) as server, practice_at(server) as practice:
        with pytest.raises(DecodeError):
            await call(practice)


@pytest.mark.parametrize(
    "body",
    [
        b"garb",
        b"upstream connect error or disconnect/reset before headers",
        b"Not supported by this proxy.",
        b'{"Message":"An error has occurred."}',
        b'{"Message":"An error has occurred.","ExceptionMessage":"x","ExceptionType":"y","StackTrace":"z"}',
        b'{"type":"about:blank","title":"Bad","status":400,"traceId":"00-1"}',
        b'{"error":"Please sign in"}',
    ],
)
@pytest.mark.parametrize("call", WITHOUT_ROW.values(), ids=WITHOUT_ROW)
async def test_a3_bare_text_and_errors_are_no_success_where_nothing_is_expected(
    call: Call, body: bytes
) -> None:
    async with RawServer(lambda _: ok(body)) as server, practice_at(server) as practice:
        with pytest.raises(OutcomeUnknown) as caught:
            await call(practice)
        assert isinstance(caught.value.__cause__, DecodeError)


@pytest.mark.parametrize(("location", "succeeds"), [("files.example.com/out/1.pdf", True), (None, False)])
async def test_a3_bare_text_is_a_success_beside_the_header_that_was_requested(
    location: str | None, succeeds: bool
) -> None:
    headers = {"Location": location} if location else {}
    async with RawServer(lambda _: ok(b"Done.", **headers)) as server, practice_at(server) as practice:
        download = practice.documents.download_sftp(
            DocNum=1, SftpAddress="files.example.com/out", SftpUsername="office", SftpPassword="secret"
        )
        if succeeds:
            assert await download == location
        else:
            with pytest.raises(OutcomeUnknown):
                await download
