"""Which error a 401 or a 404 stands for."""

from __future__ import annotations

import pytest

from odapi_async._core.explanations import explained
from odapi_async._core.operation import Operation
from odapi_async.errors import (
    APIError,
    BadRequest,
    KeyRefused,
    MissingPermission,
    NoSuchResource,
    NotFound,
    OpenDentalError,
    ServerError,
    Unauthorized,
)

CREATE = Operation("POST", "/claims", object, since="24.2.5", permission="Insurance")
PORTAL = Operation("POST", "/apikeys", object, since="24.2.5", permission=None)
PERMISSIONS = Operation("GET", "/securityperms", object, since="22.2")
REFUSED = Unauthorized(401, "POST", "/claims", "no")
ABSENT = NotFound(404, "GET", "/claims/4", "Claim not found.")


def judged(
    error: OpenDentalError,
    operation: Operation[object] = CREATE,
    *,
    version: str | None = None,
    permissions: frozenset[str] | None = None,
    refused: bool = False,
) -> OpenDentalError:
    return explained(error, operation, version=version, permissions=permissions, refused=refused)


def test_a_401_at_the_permissions_themselves_refuses_the_keys() -> None:
    assert type(judged(REFUSED, PERMISSIONS)) is KeyRefused


def test_a_401_to_keys_that_are_refused_for_everything_is_no_permission() -> None:
    assert type(judged(REFUSED, refused=True, permissions=frozenset())) is KeyRefused


def test_a_401_without_the_permission_names_it_and_what_to_do() -> None:
    error = judged(REFUSED, permissions=frozenset({"ReadAll"}))
    assert type(error) is MissingPermission
    assert error.permission == "Insurance"
    assert str(error) == (
        "POST /claims failed with status 401: no "
        "[enable Insurance for this customer key in the developer portal]"
    )


@pytest.mark.parametrize("permissions", [None, frozenset({"ReadAll", "Insurance"})])
def test_a_401_that_no_fact_explains_stays_as_it_is(permissions: frozenset[str] | None) -> None:
    assert judged(REFUSED, permissions=permissions) is REFUSED


def test_an_operation_of_the_portal_needs_no_permission_at_the_practice() -> None:
    assert judged(REFUSED, PORTAL, permissions=frozenset()) is REFUSED


@pytest.mark.parametrize(("version", "kind"), [("24.1", NoSuchResource), ("24.2.4", NoSuchResource)])
def test_a_404_of_an_older_office_is_no_missing_row(version: str, kind: type[APIError]) -> None:
    assert type(judged(ABSENT, version=version)) is kind


@pytest.mark.parametrize("version", [None, "24.2", "24.2.5", "26.1"])
def test_a_404_of_an_office_that_has_the_operation_is_a_missing_row(version: str | None) -> None:
    assert judged(ABSENT, version=version) is ABSENT


@pytest.mark.parametrize(
    "error",
    [
        BadRequest(400, "GET", "/claims", ""),
        ServerError(500, "GET", "/claims", ""),
        KeyRefused(400, "GET", "/claims", ""),
        NoSuchResource(404, "GET", "/claim", ""),
    ],
)
def test_other_errors_are_exact_already(error: OpenDentalError) -> None:
    assert judged(error, version="1.0", permissions=frozenset(), refused=True) is error


def test_notes_are_kept() -> None:
    error = Unauthorized(401, "POST", "/claims", "no")
    error.add_note("not sent: this practice is tried again in 30 s")
    assert judged(error, refused=True).__notes__ == error.__notes__
