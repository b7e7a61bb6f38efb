"""What an office posts, through the receiver and the inbox into the mirror."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any, Final

import aiohttp
import pytest

from odapi_async import Response
from odapi_async.events import Applied, Changed, Inbox, PatientSelected, Receiver, ReceiverServer
from odapi_async.mirror import Store
from tests.support.bench import KEY, remote
from tests.support.inbox import Row, apt, first, keeping, taken
from tests.support.mirror import NAME, copying
from tests.support.postgres import PostgresServer, is_there

OFFICE: Final = "an-office-key"


async def post(receiver: Receiver, event_type: str, body: Any, key: str = OFFICE) -> Response:
    async def chunks() -> AsyncIterator[bytes]:
        text = json.dumps(body).encode()
        for start in range(0, len(text), 1000):
            yield text[start : start + 1000]

    headers = {"authorization": key, "event-type": event_type, "workstation": "SERVER"}
    return await receiver.receive(headers, chunks())


async def test_a_batch_that_comes_twice_is_stored_once(url: str) -> None:
    async with keeping(url) as (inbox, _):
        receiver = Receiver(inbox, keys={NAME: OFFICE})
        batch = [apt(number, number % 60) for number in range(1, 401)]
        for _ in range(2):
            assert (await post(receiver, "WatchTable: Appointment", batch)).status == 200
        assert (await post(receiver, "WatchTable: Appointment", batch, key="another")).status == 401
        assert (await post(receiver, "UiEventType: PatientSelected", {"PatNum": 28})).status == 200
        changed, selected = await taken(inbox)
        assert isinstance(changed.event, Changed)
        assert [row.AptNum for row in changed.event.rows] == [*range(1, 401)]
        assert isinstance(selected.event, PatientSelected)
        assert selected.event.patient.PatNum == 28


async def test_what_the_office_has_changed_is_in_the_mirror_without_a_request(url: str) -> None:
    async with copying(url, remote(rows={"appointments": 5})) as copy:
        await copy.run("appointments")
        inbox, done = Inbox(copy.store), list[Applied]()
        receiver = Receiver(inbox, keys={NAME: OFFICE})
        copy.bench.box.change_row(KEY, "appointments", 3, {"Note": "Ring first."})
        rows: list[Row] = [row for row in copy.bench.box.rows(KEY, "appointments") if row["AptNum"] == 3]
        assert (await post(receiver, "WatchTable: Appointment", rows)).status == 200
        async with await first(inbox) as unread:
            done.append(await inbox.apply(unread))
        assert done == [Applied(changed=1)]
        assert await copy.check("appointments") == 5


@pytest.mark.unmeasured
@pytest.mark.skipif(not is_there(), reason="there is no wheel with a PostgreSQL server")
async def test_while_the_database_is_gone_the_office_is_told_to_send_it_again() -> None:
    with PostgresServer() as server:
        async with Store(server.new_database()) as store:
            inbox = Inbox(store)
            receiver = Receiver(inbox, keys={NAME: OFFICE})
            assert (await post(receiver, "WatchTable: Appointment", [apt(1)])).status == 200
            server.kill()
            assert (await post(receiver, "WatchTable: Appointment", [apt(2)])).status == 503
            server.restart()
            assert (await post(receiver, "WatchTable: Appointment", [apt(2)])).status == 200
            assert [unread.event.kind for unread in await taken(inbox)] == ["Appointment"] * 2


@pytest.mark.parametrize("path", ["/od", "/od/", "/"])
async def test_a_slash_at_the_end_of_the_url_does_not_matter(path: str, url: str) -> None:
    async with keeping(url) as (inbox, _):
        receiver = Receiver(inbox, keys={NAME: OFFICE})
        async with ReceiverServer(receiver, path=path) as server, aiohttp.ClientSession() as session:
            bare = server.url.rstrip("/")
            for each in (bare, f"{bare}/"):
                headers = {"Authorization": OFFICE}
                async with session.post(each, data=b"[]", headers=headers, allow_redirects=False) as reply:
                    assert reply.status == 200
