"""The results of `odapi check`, without an office."""

from __future__ import annotations

import json

import pytest

from odapi_async import Mode
from odapi_async.cli.check import health
from odapi_async.cli.check.health import CheckItem, CheckResult, check_practice
from odapi_async.cli.practice_options import PracticeOptions


def test_each_check_is_one_line() -> None:
    found = CheckResult(
        ok=False,
        items=[CheckItem("mode", True, "remote\x1b"), CheckItem("connection", False, "closed", "open it")],
    )
    assert [health.as_line(each) for each in found.items] == [
        "ok       mode           remote ",
        "problem  connection     closed -> open it",
    ]
    assert json.loads(health.as_json(found)) == {
        "ok": False,
        "items": [
            {"item": "mode", "ok": True, "found": "remote\x1b"},
            {"item": "connection", "ok": False, "found": "closed", "advice": "open it"},
        ],
    }


async def test_without_keys_it_says_where_to_put_them_and_sends_nothing() -> None:
    found = await check_practice(PracticeOptions())
    assert not found.ok
    assert [(each.item, each.ok) for each in found.items] == [
        ("mode", True),
        ("developer key", False),
        ("customer key", False),
    ]
    assert found.items[1].found == "no developer key"
    assert found.items[1].advice.startswith("set OPENDENTAL_DEVELOPER_KEY, or store it with: odapi keys set")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (PracticeOptions(base_url="http://dentist.example.com/api/v1"), "plain http to dentist.example.com"),
        (PracticeOptions(base_url="nowhere"), "https://host/api/v1"),
    ],
)
async def test_a_malformed_url_is_a_problem(
    monkeypatch: pytest.MonkeyPatch, options: PracticeOptions, message: str
) -> None:
    monkeypatch.setenv("OPENDENTAL_DEVELOPER_KEY", "dev")
    monkeypatch.setenv("OPENDENTAL_CUSTOMER_KEY", "cust")
    found = await check_practice(options)
    assert message in found.items[-1].found
    assert not found.items[-1].ok


@pytest.mark.parametrize("mode", Mode)
def test_every_mode_has_its_own_advice(mode: Mode) -> None:
    advice = health.no_connection_advice(mode)
    assert [
        other for other in Mode if other is not mode and health.no_connection_advice(other) == advice
    ] == []


@pytest.mark.parametrize(
    ("problem", "variable"),
    [
        ("this computer does not trust the certificate of office-server:443", "OPENDENTAL_CA_FILE"),
        ("the proxy proxy:3128 was not reached; check proxy", "OPENDENTAL_PROXY"),
    ],
)
def test_a_problem_on_the_way_to_an_office_is_not_the_offices(problem: str, variable: str) -> None:
    assert variable in health.connection_advice(Mode.LOCAL, problem)
    assert "start Open Dental" in health.connection_advice(Mode.LOCAL, "office-server refuses connections")
