"""G3: the Location header of a download to an SFTP server holds the remote path, which the method returns."""

from __future__ import annotations

import logging
from typing import Any, Final

import pytest

from odapi_async import Mode, OpenDental, OutcomeUnknown, Practice
from odapi_async._core.transport import Response
from odapi_async.sandbox import Office, Sandbox
from odapi_async.sandbox.office import PERMISSIONS
from odapi_async.telemetry import Event
from odapi_async.testing import SandboxTransport
from tests.support.wire import RawServer, ok

KEY: Final = "office"
LOGIN: Final[dict[str, Any]] = {"SftpUsername": "me", "SftpPassword": "secret"}
NAME: Final = "MüllerAnna"
PATH: Final = f"sftp.example/me/Letters/{NAME}7.pdf"


def head(location: bytes | None) -> bytes:
    line = b"" if location is None else b"Location: " + location + b"\r\n"
    return b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n" + line + b"\r\n"


async def downloaded(practice: Practice) -> list[str]:
    return [
        await practice.documents.download_sftp(DocNum=1, SftpAddress="me/Letters", **LOGIN),
        await practice.eob_attaches.download_sftp(EobAttachNum=1, SftpAddress="me/Letters", **LOGIN),
        await practice.sheets.download_sftp(SheetNum=1, SftpAddress="me/Letters", **LOGIN),
    ]


@pytest.mark.parametrize(
    ("location", "path"),
    [(PATH.encode(), PATH), (PATH.encode("latin-1"), PATH), (None, ""), (b"a%20b", "a%20b")],
)
async def test_g3_downloads_return_the_path_as_it_was_sent(location: bytes | None, path: str) -> None:
    async with RawServer(lambda _: head(location)) as server, OpenDental("developer") as od:
        practice = od.practice(KEY, mode=Mode.LOCAL, base_url=server.url)
        assert await downloaded(practice) == [path] * 3


async def test_a3_a_login_page_is_no_download() -> None:
    page = ok(b"<html>Sign in</html>")
    async with RawServer(lambda _: page) as server, OpenDental("developer") as od:
        practice = od.practice(KEY, mode=Mode.LOCAL, base_url=server.url)
        with pytest.raises(OutcomeUnknown):
            await downloaded(practice)
        assert len(server.heard) == 1


async def test_g3_the_path_is_in_no_log_event_or_repr(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    events: list[Event] = []
    async with (
        RawServer(lambda _: head(PATH.encode())) as server,
        OpenDental("developer", on_event=events.append) as od,
    ):
        assert set(await downloaded(od.practice(KEY, mode=Mode.LOCAL, base_url=server.url))) == {PATH}
    assert events
    assert NAME not in caplog.text + repr(events) + repr(Response(201, {"Location": PATH}, b""))


async def test_g3_the_sandbox_tells_the_path() -> None:
    sandbox = Sandbox([Office(customer_key=KEY, mode="local", permissions=frozenset(PERMISSIONS))])
    async with OpenDental(sandbox.developer_key, transport=SandboxTransport(sandbox)) as od:
        practice = od.practice(KEY, mode=Mode.LOCAL)
        file = (await practice.documents.get(1)).FileName
        document, _, sheet = await downloaded(practice)
        assert (document, sheet) == (f"me/Letters/{file}", "me/Letters/sheet.pdf")
        named = await practice.sheets.download_sftp(SheetNum=1, SftpAddress="me/s.pdf", **LOGIN)
        assert named == "me/s.pdf"
        assert (await practice.appointments.get(1)).AptNum == 1  # rows are returned as before
