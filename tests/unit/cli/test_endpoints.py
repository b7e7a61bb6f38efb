"""Operations by the names and paths that people type."""

from __future__ import annotations

import pytest

from odapi_async.cli import endpoints
from odapi_async.cli.endpoints import Endpoint
from odapi_async.cli.errors import WrongInput
from odapi_async.client import OpenDental

ALL = [each for name in endpoints.resources() for each in endpoints.endpoints(name)]


@pytest.mark.parametrize("name", endpoints.resources())
def test_a_resource_has_two_spellings(name: str) -> None:
    assert endpoints.resource(name) == name
    (root,) = {each.operation.path.split("/")[1] for each in endpoints.endpoints(name)}
    assert endpoints.resource(root) == name
    assert endpoints.resource(root.upper()) == name


@pytest.mark.parametrize("endpoint", ALL, ids=lambda each: each.name)
async def test_every_operation_has_a_method_and_a_name(endpoint: Endpoint) -> None:
    assert endpoints.named(endpoint.name) == endpoint
    async with OpenDental("developer-key") as od:
        resource = getattr(od.practice("customer-key"), endpoint.resource)
        assert callable(getattr(resource, endpoint.method))


@pytest.mark.parametrize(
    "endpoint", [each for each in ALL if each.operation.method == "GET"], ids=lambda each: each.name
)
def test_everything_that_is_read_has_a_path(endpoint: Endpoint) -> None:
    path = endpoint.operation.path
    for number, name in enumerate(endpoint.keys, 40):
        path = path.replace(f"{{{name}}}", str(number))
    found, keys = endpoints.at_path(path)
    assert found.operation.path == endpoint.operation.path
    assert keys == {name: str(number) for number, name in enumerate(endpoint.keys, 40)}


def test_a_path_may_have_either_spelling_of_its_resource() -> None:
    assert endpoints.at_path("procedure_logs/5") == endpoints.at_path("/procedurelogs/5/")
    assert endpoints.at_path("accountmodules/48/aging")[0].name == "account_modules.aging"


@pytest.mark.parametrize(
    ("find", "said"),
    [
        (lambda: endpoints.resource("patient"), "there is no resource 'patient'; did you mean patients?"),
        (lambda: endpoints.resource("qqqq"), "there is no resource 'qqqq'; odapi completes names with Tab"),
        (lambda: endpoints.at_path("patiens/48"), "did you mean patients?"),
        (
            lambda: endpoints.at_path("accountmodules/48/Agin"),
            "account_modules has nothing to read at this path; did you mean accountmodules/{PatNum}/Aging?",
        ),
        (lambda: endpoints.at_path("patients/Smith"), "patients has nothing to read at this path"),
        (lambda: endpoints.named("patients.creat"), "patients has no method 'creat'; did you mean create?"),
        (lambda: endpoints.named("patients.fly"), "there are get, simple, list, create, update"),
        (lambda: endpoints.named("patients"), "say what to do: patients.get, patients.simple"),
    ],
)
def test_what_is_unknown_comes_with_what_is_near(find: object, said: str) -> None:
    assert callable(find)
    with pytest.raises(WrongInput) as error:
        find()
    assert said in str(error.value)


def test_a_method_that_python_needs_an_underscore_for_is_found_without() -> None:
    assert endpoints.named("appointments.break").method == "break_"


def test_a_read_has_a_query_and_a_write_a_body() -> None:
    read = endpoints.named("appointments.list").check({"PatNum": 48, "date": "2026-11-23"})
    assert (read.path, read.query, read.body) == (
        "/appointments",
        {"PatNum": "48", "date": "2026-11-23"},
        None,
    )
    write = endpoints.named("patients.update").check({"PatNum": 48, "Preferred": "Bee"})
    assert (write.path, write.query, write.body) == ("/patients/48", {}, b'{"Preferred":"Bee"}')
    gone = endpoints.named("procedure_logs.delete").check({"ProcNum": 5})
    assert (gone.path, gone.query, gone.body) == ("/procedurelogs/5", {}, None)
