"""Fault F9: a base URL without /api/v1, or with a wrong path, is named as the reason and shown corrected."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from odapi_async import (
    BadRequest,
    DecodeError,
    NoSuchResource,
    NotFound,
    OpenDental,
    OpenDentalError,
    OutcomeUnknown,
    Practice,
    Request,
    Response,
    Tier,
    UnexpectedStatus,
)
from odapi_async._core.credentials import base_url_hint
from tests.support.clock import virtual_time

PAGE = b"<!DOCTYPE html><html><title>IIS Windows Server</title></html>"
HINT = "base_url is probably wrong: it has to end with /api/v1, as http://office-server:30223/api/v1"
WRONG = {
    "404 of a web server": (Response(404, {}, PAGE), NotFound),
    "404 without a body": (Response(404, {}, b""), NotFound),
    "404 of ASP.NET": (Response(404, {}, b'{"Message":"No HTTP resource was found."}'), NotFound),
    "404 of Open Dental": (Response(404, {}, b'"api is not a valid resource."'), NoSuchResource),
    "405": (Response(405, {}, b"Method Not Allowed"), UnexpectedStatus),
    "redirect to a login": (Response(302, {"Location": "/login"}, b""), UnexpectedStatus),
    "page of a web server": (Response(200, {}, PAGE), DecodeError),
    "root of a service": (Response(200, {}, b'"Open Dental API"'), DecodeError),
    "object of another service": (Response(200, {}, b'{"status":"ok"}'), DecodeError),
}


class Server:
    """A transport to a server that responds in the same way to all requests."""

    def __init__(self, response: Response) -> None:
        self.response = response

    async def send(self, request: Request, on_sent: Callable[[], object]) -> Response:
        on_sent()
        return self.response

    async def close(self) -> None:
        """Nothing is open."""


def practice_at(od: OpenDental, path: str = "", tier: Tier | None = Tier.STANDARD) -> Practice:
    return od.practice("customer-key", tier=tier, base_url=f"http://office-server:30223{path}")


@virtual_time
@pytest.mark.parametrize("tier", [None, Tier.STANDARD], ids=["looked up", "given"])
@pytest.mark.parametrize(("response", "kind"), WRONG.values(), ids=WRONG)
async def test_f9_the_error_of_a_wrong_base_url_shows_the_right_one(
    response: Response, kind: type[OpenDentalError], tier: Tier | None
) -> None:
    async with OpenDental("developer", transport=Server(response)) as od:
        practice = practice_at(od, tier=tier)
        with pytest.raises(kind) as one:
            await practice.patients.get(1)
        with pytest.raises(kind) as many:
            await practice.patients.simple()
        facts = await practice.facts()
        for error in (one.value, many.value, *facts.unknown.values()):
            assert str(error).count(HINT) == 1
        assert set(facts.unknown) == {"permissions", "version"}


@virtual_time
async def test_f9_the_cause_of_an_unknown_outcome_shows_it_too() -> None:
    async with OpenDental("developer", transport=Server(Response(200, {}, PAGE))) as od:
        with pytest.raises(OutcomeUnknown) as unknown:
            await practice_at(od).patients.create(LName="Smith", FName="Jane")
        assert HINT in str(unknown.value.__cause__)


@virtual_time
@pytest.mark.parametrize("path", ["/api/v1", "/api/v1/", "/od/api/v2"])
async def test_f9_a_base_url_in_the_usual_form_is_not_doubted(path: str) -> None:
    async with OpenDental("developer", transport=Server(Response(404, {}, b'"Patient not found."'))) as od:
        with pytest.raises(NotFound) as missing:
            await practice_at(od, path).patients.get(1)
        assert "base_url" not in str(missing.value)


@virtual_time
async def test_f9_an_unusual_base_url_that_has_served_rows_is_not_doubted() -> None:
    server = Server(Response(200, {}, b'{"PatNum": 1}'))
    async with OpenDental("developer", transport=server) as od:
        practice = practice_at(od, "/gateway")
        await practice.patients.get(1)
        server.response = Response(404, {}, b'"Patient not found."')
        with pytest.raises(NotFound) as missing:
            await practice.patients.get(2)
        assert "base_url" not in str(missing.value)


@virtual_time
async def test_f9_an_error_about_a_parameter_is_no_sign_of_a_wrong_base_url() -> None:
    async with OpenDental("developer", transport=Server(Response(400, {}, b'"LName is invalid."'))) as od:
        with pytest.raises(BadRequest) as refused:
            await practice_at(od).patients.get(1)
        assert "base_url" not in str(refused.value)


@pytest.mark.parametrize(
    ("given", "right"),
    [
        ("https://api.opendental.com", "https://api.opendental.com/api/v1"),
        ("https://api.opendental.com/api", "https://api.opendental.com/api/v1"),
        ("https://api.opendental.com/v1", "https://api.opendental.com/api/v1"),
        ("https://api.opendental.com/API/V1", "https://api.opendental.com/api/v1"),
        ("http://office-server:30223/api/v1/patients", "http://office-server:30223/api/v1"),
        ("https://gateway.example.com/od/api/v1/patients/", "https://gateway.example.com/od/api/v1"),
    ],
)
def test_f9_the_right_form_is_derived_from_the_wrong_one(given: str, right: str) -> None:
    assert base_url_hint(given).endswith(f", as {right}")
