"""From what was typed to what the SDK takes."""

from __future__ import annotations

from decimal import Decimal

import pytest

from odapi_async._wire import parameters
from odapi_async._wire.parameters import Parameter
from odapi_async.cli import endpoints, values
from odapi_async.cli.errors import WrongInput
from odapi_async.errors import InvalidRequest

ALL = [each for name in endpoints.resources() for each in endpoints.endpoints(name)]


def test_words_are_names_and_values() -> None:
    assert values.pairs(["LName=Smith", "Note=a=b, c", "Birthdate="]) == {
        "LName": "Smith",
        "Note": "a=b, c",
        "Birthdate": "",
    }


@pytest.mark.parametrize(
    "wrong", [["PatNum=1", "Smith"], ["PatNum=1", "=Smith"], ["PatNum=1", "L Name=Smith"]]
)
def test_what_is_no_pair_is_counted_and_not_shown(wrong: list[str]) -> None:
    with pytest.raises(WrongInput, match="value 2 is not NAME=VALUE") as error:
        values.pairs(wrong)
    assert "Smith" not in str(error.value)


def test_nothing_comes_twice() -> None:
    with pytest.raises(WrongInput, match="LName is given twice"):
        values.pairs(["LName=Smith", "LName=Jones"])


@pytest.mark.parametrize(
    ("name", "texts", "given"),
    [
        ("appointments.list", {"PatNum": "48"}, {"PatNum": 48}),
        ("appointments.list", {"date": "2026-11-23"}, {"date": "2026-11-23"}),
        ("appointments.list", {"date": ""}, {"date": None}),
        ("appointments.slots_web_sched", {"isNewPatient": "TRUE"}, {"isNewPatient": True}),
        ("appointments.create_planned", {"procNums": "1, 2,3"}, {"procNums": [1, 2, 3]}),
        ("appointments.create_planned", {"procNums": ""}, {"procNums": []}),
        ("adjustments.create", {"AdjAmt": "-12.50"}, {"AdjAmt": Decimal("-12.50")}),
        ("patients.update", {"PatNum": "48", "LName": "007"}, {"PatNum": 48, "LName": "007"}),
        ("patients.update", {"Birthdate": ""}, {"Birthdate": None}),
        (
            "payments.update_partial",
            {"procNumsAndAmounts": '[{"ProcNum": 5, "Amount": 1.10}]'},
            {"procNumsAndAmounts": [{"ProcNum": 5, "Amount": Decimal("1.10")}]},
        ),
    ],
)
def test_a_text_becomes_what_its_parameter_is(
    name: str, texts: dict[str, str], given: dict[str, object]
) -> None:
    found = endpoints.named(name).converted(texts)
    assert found == given
    assert [type(each) for each in found.values()] == [type(each) for each in given.values()]


@pytest.mark.parametrize(
    ("name", "texts", "said"),
    [
        ("appointments.list", {"PatNum": "4_8"}, "PatNum: must be a whole number"),
        ("appointments.list", {"PatNum": "Smith"}, "PatNum: must be a whole number"),
        ("appointments.list", {"date": "tomorrow"}, "date: must be a datetime.date or text as yyyy-MM-dd"),
        ("appointments.list", {"AptStatus": "gone"}, "AptStatus: must be one of"),
        ("appointments.slots_web_sched", {"isNewPatient": "1"}, "isNewPatient: must be True or False"),
        (
            "payments.update_partial",
            {"PayNum": "1", "procNumsAndAmounts": "[5"},
            "procNumsAndAmounts: must be a list of mappings",
        ),
        ("adjustments.create", {"AdjAmt": "1e9"}, "AdjAmt: must be a Decimal"),
        ("patients.get", {"PatNum": "Smith"}, "PatNum: must be a positive whole number"),
        ("patients.get", {}, r"PatNum: is required by GET /patients/\{PatNum\}"),
        ("appointments.list", {"dat": "2026-11-23"}, "dat: is not a parameter .* did you mean date"),
        ("security_perms.list", {"dat": "x"}, "dat: is not a parameter .* there are none"),
        ("procedure_logs.delete", {"ProcNum": "1", "dat": "x"}, "dat: is not a parameter .* there are none"),
    ],
)
def test_what_is_wrong_is_refused_in_the_words_of_the_sdk(
    name: str, texts: dict[str, str], said: str
) -> None:
    found = endpoints.named(name)
    with pytest.raises(InvalidRequest, match=said) as error:
        found.check(found.converted(texts))
    assert "Smith" not in str(error.value)


@pytest.mark.parametrize("endpoint", ALL, ids=lambda each: each.name)
def test_every_parameter_of_every_operation_can_be_typed(endpoint: endpoints.Endpoint) -> None:
    known = parameters(endpoint.shape) if endpoint.shape else dict[str, Parameter]()
    for name, parameter in known.items():
        assert any(_accepted(parameter, endpoint.converted({name: text})[name], name) for text in TEXTS), name


TEXTS = ("1", "true", "2026-11-23", "12:30:00", "1,2", "0,0,0", "Smith", "XX//", "[]", "")


def _accepted(parameter: Parameter, value: object, name: str) -> bool:
    try:
        parameter.encode(name, value)
    except InvalidRequest as error:
        return error.rule.startswith("must be one of")  # a choice is text, whichever it is
    return True


def test_a_body_is_a_json_object() -> None:
    assert values.body_of(b'{"LName": "Smith", "AdjAmt": 1.10, "IsHygiene": true, "x": null}') == {
        "LName": "Smith",
        "AdjAmt": Decimal("1.10"),
        "IsHygiene": True,
        "x": None,
    }


@pytest.mark.parametrize(
    "wrong", [b"", b"LName=Smith", b'["Smith"]', b'{"LName": "Smith"', b'{"LName": "\xff"}']
)
def test_another_body_is_refused_and_not_shown(wrong: bytes) -> None:
    with pytest.raises(WrongInput, match="the body is not"):
        values.body_of(wrong)
