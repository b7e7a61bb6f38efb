"""Arguments of a wrong type are refused before anything is sent; the error names the argument and the fix."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from odapi_async import ConfigurationError, InvalidRequest, OpenDental, Practice, Request, Response, Tier
from tests.support.clock import virtual_time


class Index:
    """An integer of another package, such as numpy."""

    def __index__(self) -> int:
        return 3


class Unreachable:
    """A transport over which nothing may be sent."""

    async def send(self, request: Request, on_sent: Callable[[], object]) -> Response:
        raise AssertionError("it was sent")

    async def close(self) -> None:
        """Nothing is open."""


@pytest.mark.parametrize(
    ("argument", "values"),
    [
        (
            "path",
            [5, None, b"/patients", ["/patients"], "patients", "/patients?LName=Smith", "/../admin", ""],
        ),
        ("method", ["PATCH", "get", 5, None, ["GET"]]),
        ("query", [[("LName", "Smith")], "LName=Smith", 5, {5: "Smith"}, {None: 1}, True]),
        ("body", [[{"LName": "Smith"}], '{"LName": "Smith"}', b"{}", 5, {5: "Smith"}, ("LName", "Smith")]),
        ("into", [5, "Patient", {"a": 1}]),
    ],
)
@virtual_time
async def test_a_wrong_argument_of_request_is_named_and_nothing_is_sent(
    argument: str, values: list[Any]
) -> None:
    async with OpenDental("developer", transport=Unreachable()) as od:
        practice = od.practice("customer", tier=Tier.STANDARD)
        for value in values:
            given: dict[str, Any] = {"method": "POST", "path": "/patients", argument: value}
            with pytest.raises(InvalidRequest) as refused:
                await practice.request(given.pop("method"), given.pop("path"), **given)
            assert refused.value.field == argument
            assert "Smith" not in str(refused.value).replace('{"LName": "Smith"}', "")
            if argument in {"path", "query"}:
                rows: Any = practice.rows
                with pytest.raises(InvalidRequest) as listed:
                    await rows(**{"path": "/patients", argument: value})
                assert listed.value.field == argument


@pytest.mark.parametrize("value", ["4", True, False, 4.0, 0, -1, None, [4]])
def test_a_wrong_concurrency_is_refused(value: Any) -> None:
    with pytest.raises(ConfigurationError, match=r"^concurrency has to be .*1 or more"):
        OpenDental("developer").practice("customer", concurrency=value)


def test_a_concurrency_of_another_integer_type_is_a_plain_integer() -> None:
    practice: Practice = OpenDental("developer").practice("customer", mode="local", concurrency=Index())  # type: ignore[arg-type]
    pace = practice._calls.settings.pace
    assert pace is not None
    assert type(pace.in_flight) is int


@pytest.mark.parametrize(
    ("option", "values"),
    [
        ("margin", ["0.01", True, -0.1, float("nan"), float("inf"), None]),
        ("max_queue", ["5", True, -1, 5.0]),
        ("max_rate", ["5", True, 0, -1.0, float("nan")]),
        ("max_in_flight", ["5", True, 0, 5.0]),
        ("connect_timeout", ["5", True, 0, -1.0, None]),
        ("max_response", ["5", True, 0, 5.0, None]),
        ("retries", [3, "3", RuntimeError]),
        ("developer_key", [5, b"developer", ["developer"]]),
    ],
)
def test_a_wrong_option_of_the_client_is_refused(option: str, values: list[Any]) -> None:
    for value in values:
        given: dict[str, Any] = {"developer_key": "developer", option: value}
        with pytest.raises(ConfigurationError, match=rf"^{option}\b.* has to be "):
            OpenDental(**given)


@pytest.mark.parametrize("option", ["customer_key", "base_url"])
def test_a_wrong_option_of_a_practice_is_refused(option: str) -> None:
    for value in (5, b"text", ["text"], True):
        given: dict[str, Any] = {"customer_key": "customer", option: value}
        with pytest.raises(ConfigurationError, match=rf"^{option} has to be a text"):
            OpenDental("developer").practice(**given)
