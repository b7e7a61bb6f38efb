"""What `odapi check` says, apart from what it finds out at an office."""

from __future__ import annotations

import json

import pytest

from odapi_async.cli.check import health
from odapi_async.cli.check.health import Health, Item, examine
from odapi_async.cli.practice_options import Reach
from odapi_async.limits import Mode


def test_each_item_is_a_line() -> None:
    found = Health(
        ok=False, items=[Item("mode", True, "remote\x1b"), Item("way", False, "closed", "open it")]
    )
    assert health.as_text(found).splitlines() == [
        "ok       mode  remote ",
        "problem  way   closed -> open it",
    ]
    assert json.loads(health.as_json(found)) == {
        "ok": False,
        "items": [
            {"item": "mode", "ok": True, "found": "remote\x1b"},
            {"item": "way", "ok": False, "found": "closed", "advice": "open it"},
        ],
    }


async def test_without_keys_it_says_where_to_put_them_and_asks_nobody() -> None:
    found = await examine(Reach())
    assert not found.ok
    assert [(each.item, each.ok) for each in found.items] == [
        ("mode", True),
        ("developer key", False),
        ("customer key", False),
    ]
    assert found.items[1].found == "no developer key"
    assert found.items[1].advice.startswith("set OPENDENTAL_DEVELOPER_KEY, or store it with: odapi keys set")


@pytest.mark.parametrize(
    ("reach", "said"),
    [
        (Reach(base_url="http://dentist.example.com/api/v1"), "plain http to dentist.example.com"),
        (Reach(base_url="nowhere"), "https://host/api/v1"),
    ],
)
async def test_an_address_that_cannot_be_one_is_a_problem(
    monkeypatch: pytest.MonkeyPatch, reach: Reach, said: str
) -> None:
    monkeypatch.setenv("OPENDENTAL_DEVELOPER_KEY", "dev")
    monkeypatch.setenv("OPENDENTAL_CUSTOMER_KEY", "cust")
    found = await examine(reach)
    assert said in found.items[-1].found
    assert not found.items[-1].ok


@pytest.mark.parametrize("mode", Mode)
def test_every_mode_has_advice_of_its_own(mode: Mode) -> None:
    advice = health.unreached(mode)
    assert [other for other in Mode if other is not mode and health.unreached(other) == advice] == []
