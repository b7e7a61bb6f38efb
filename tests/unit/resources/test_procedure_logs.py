"""G1: the id of a group note is in the path; older servers expect it in the body."""

from __future__ import annotations

import json

import pytest

from odapi_async import Mode, NotFound, OpenDental
from odapi_async.resources.procedure_logs import GroupNote
from tests.support.wire import Heard, RawServer, ok

NEW = "/procedurelogs/7/GroupNote"
OLD = "/procedurelogs/GroupNote"


def office(*known: str) -> RawServer:
    """Return an office that knows some paths, and answers 404 to others."""

    def respond(heard: Heard) -> bytes | None:
        if heard.path not in known:
            return ok(b"no such resource", status="404 Not Found")
        return ok(b'{"PatNum": 5, "ProcNum": 7, "Note": "all of it"}') if heard.path == NEW else ok(b"")

    return RawServer(respond)


async def write(server: RawServer, version: str | None = None) -> GroupNote:
    async with server, OpenDental("developer") as od:
        practice = od.practice("office", mode=Mode.LOCAL, base_url=server.url, version=version)
        return await practice.procedure_logs.update_group_note(7, PatNum=5, Note="all of it")


@pytest.mark.parametrize("version", [None, "25.2.38", "26.1"])
async def test_a_new_office_gets_the_id_in_the_path_and_returns_the_row(version: str | None) -> None:
    server = office(NEW)
    row = await write(server, version)
    assert (row.PatNum, row.ProcNum, row.Note) == (5, 7, "all of it")
    assert [(each.path, json.loads(each.body)) for each in server.heard] == [
        (NEW, {"PatNum": 5, "Note": "all of it"})
    ]


@pytest.mark.parametrize(("version", "paths"), [(None, [NEW, OLD]), ("25.1.4", [OLD])])
async def test_an_old_office_gets_it_in_the_body(version: str | None, paths: list[str]) -> None:
    server = office(OLD)
    assert await write(server, version) == GroupNote()
    assert [each.path for each in server.heard] == paths
    assert json.loads(server.heard[-1].body) == {"ProcNum": 7, "PatNum": 5, "Note": "all of it"}


async def test_a_note_that_does_not_exist_is_not_found() -> None:
    server = office()
    with pytest.raises(NotFound):
        await write(server)
