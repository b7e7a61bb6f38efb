"""Operations by the names and paths that people type."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from odapi_async import OpenDental, resources
from odapi_async.cli import endpoints, known_names
from odapi_async.cli.errors import UsageError
from tests.support.checks import all_checks, run_checks


def a_resource_has_two_spellings(name: str) -> None:
    assert known_names.find_resource(name) == name
    (root,) = {each.operation.path.split("/")[1] for each in endpoints.resource_endpoints(name)}
    assert known_names.find_resource(root) == name
    assert known_names.find_resource(root.upper()) == name


async def test_every_operation_has_a_method_and_a_name() -> None:
    async with OpenDental("developer-key") as od:
        practice = od.practice("customer-key")
        with all_checks() as checks:
            for name in resources.names():
                for endpoint in endpoints.resource_endpoints(name):
                    with checks.named(endpoint.name):
                        assert endpoints.find_by_name(endpoint.name) == endpoint
                        assert callable(getattr(getattr(practice, name), endpoint.method))


def every_read_is_found_by_its_path(name: str) -> None:
    for endpoint in endpoints.resource_endpoints(name):
        if endpoint.operation.method != "GET":
            continue
        ids = {each: str(number) for number, each in enumerate(endpoint.ids, 40)}
        found, found_ids = endpoints.find_by_path(endpoint.operation.path.format_map(ids))
        assert found.operation.path == endpoint.operation.path
        assert found_ids == ids


@pytest.mark.parametrize("name", resources.names())
def test_the_endpoints_of_a_resource_are_found(name: str) -> None:
    run_checks((a_resource_has_two_spellings, every_read_is_found_by_its_path), name)


def test_a_path_can_have_either_spelling_of_its_resource() -> None:
    assert endpoints.find_by_path("procedure_logs/5") == endpoints.find_by_path("/procedurelogs/5/")
    assert endpoints.find_by_path("accountmodules/48/aging")[0].name == "account_modules.aging"


@pytest.mark.parametrize(
    ("find", "message"),
    [
        (
            lambda: known_names.find_resource("patient"),
            "there is no resource 'patient'; did you mean patients?",
        ),
        (
            lambda: known_names.find_resource("qqqq"),
            "there is no resource 'qqqq'; there are account_modules, ",
        ),
        (lambda: endpoints.find_by_path("patiens/48"), "did you mean patients?"),
        (
            lambda: endpoints.find_by_path("accountmodules/48/Agin"),
            "account_modules cannot be read at this path; did you mean accountmodules/{PatNum}/Aging?",
        ),
        (lambda: endpoints.find_by_path("patients/Smith"), "patients cannot be read at this path"),
        (
            lambda: endpoints.find_by_name("patients.creat"),
            "patients has no method 'creat'; did you mean create?",
        ),
        (lambda: endpoints.find_by_name("patients.fly"), "there are get, simple, list, create, update"),
        (
            lambda: endpoints.find_by_name("patients"),
            "choose one of its operations: patients.get, patients.simple",
        ),
    ],
)
def test_an_unknown_name_comes_with_a_suggestion(find: object, message: str) -> None:
    assert callable(find)
    with pytest.raises(UsageError) as error:
        find()
    assert message in str(error.value)


def test_a_method_with_an_underscore_is_found_without_it() -> None:
    assert endpoints.find_by_name("appointments.break").method == "break_"


def test_a_read_has_a_query_and_a_write_a_body() -> None:
    read = endpoints.find_by_name("appointments.list").check({"PatNum": 48, "date": "2026-11-23"})
    assert (read.path, read.query, read.body) == (
        "/appointments",
        {"PatNum": "48", "date": "2026-11-23"},
        None,
    )
    write = endpoints.find_by_name("patients.update").check({"PatNum": 48, "Preferred": "Bee"})
    assert (write.path, write.query, write.body) == ("/patients/48", {}, b'{"Preferred":"Bee"}')
    gone = endpoints.find_by_name("procedure_logs.delete").check({"ProcNum": 5})
    assert (gone.path, gone.query, gone.body) == ("/procedurelogs/5", {}, None)


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("patients/abc", ": PatNum must be a number, as in patients/48"),
        ("accountmodules/abc/Aging", ": PatNum must be a number, as in accountmodules/48/Aging"),
        ("patients/-5", ": PatNum must be a number, as in patients/48"),
        ("patients/5/6", ": it has too many parts; there are patients/{PatNum}, "),
        ("accountmodules", ": it has too few parts; there are accountmodules/{PatNum}/"),
        ("patients/Simpl", "; did you mean patients/Simple?"),
    ],
)
def test_f9_a_wrong_path_says_what_is_wrong(path: str, message: str) -> None:
    with pytest.raises(UsageError) as error:
        endpoints.find_by_path(path)
    assert f"cannot be read at this path{message}" in str(error.value)
    assert "abc" not in str(error.value)


@pytest.mark.parametrize("find", [lambda: endpoints.find_endpoint("patients/5", "list")])
def test_f9_a_path_in_place_of_a_resource_names_the_command_that_takes_it(find: Callable[[], object]) -> None:
    with pytest.raises(UsageError, match="odapi get patients/"):
        find()
