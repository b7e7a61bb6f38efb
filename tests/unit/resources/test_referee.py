"""G2 and G5: what a referee found who had read the reference alone."""

from __future__ import annotations

from odapi_async import Mode, OpenDental
from tests.support.wire import RawServer, ok


async def test_g2_a_new_popup_is_returned_with_its_id() -> None:
    server = RawServer(lambda _: ok(b'{"PopupNum": 12, "PatNum": 5, "Description": "recall"}'))
    async with server, OpenDental("developer") as od:
        practice = od.practice("office", mode=Mode.LOCAL, base_url=server.url)
        popup = await practice.popups.create(PatNum=5, Description="recall")
    assert popup.PopupNum == 12


async def test_g5_a_value_that_the_reference_leaves_open_is_sent() -> None:
    server = RawServer(lambda _: ok(b'{"ToothInitialNum": 3, "InitialType": "Rotate"}'))
    async with server, OpenDental("developer") as od:
        practice = od.practice("office", mode=Mode.LOCAL, base_url=server.url)
        row = await practice.tooth_initials.create(PatNum=5, ToothNum="8", InitialType="Rotate", Movement=10)
    assert row.InitialType == "Rotate"
    assert b'"InitialType":"Rotate"' in server.heard[0].body
