"""Conversion of `NAME=VALUE` to the values that the SDK takes."""

from __future__ import annotations

from decimal import Decimal

import pytest

from odapi_async import InvalidRequest, resources
from odapi_async.cli import endpoints, values
from odapi_async.cli.errors import UsageError
from odapi_async.resources import Parameter
from tests.support.checks import all_checks


def test_words_are_names_and_values() -> None:
    assert values.parse_pairs(["LName=Smith", "Note=a=b, c", "Birthdate="]) == {
        "LName": "Smith",
        "Note": "a=b, c",
        "Birthdate": "",
    }


@pytest.mark.parametrize(
    "wrong", [["PatNum=1", "Smith"], ["PatNum=1", "=Smith"], ["PatNum=1", "L Name=Smith"]]
)
def test_a_word_that_is_not_a_pair_is_named_by_its_number_and_not_shown(wrong: list[str]) -> None:
    with pytest.raises(UsageError, match="value 2 is not NAME=VALUE") as error:
        values.parse_pairs(wrong)
    assert "Smith" not in str(error.value)


def test_a_name_cannot_be_given_twice() -> None:
    with pytest.raises(UsageError, match="LName is given twice"):
        values.parse_pairs(["LName=Smith", "LName=Jones"])


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
def test_a_text_gets_the_type_of_its_parameter(
    name: str, texts: dict[str, str], given: dict[str, object]
) -> None:
    found = endpoints.find_by_name(name).convert(texts)
    assert found == given
    assert [type(each) for each in found.values()] == [type(each) for each in given.values()]


@pytest.mark.parametrize(
    ("name", "texts", "said"),
    [
        ("appointments.list", {"PatNum": "4_8"}, "PatNum: must be a whole number"),
        ("appointments.list", {"PatNum": "Smith"}, "PatNum: must be a whole number"),
        ("appointments.list", {"date": "next week"}, "date: must be YYYY-MM-DD, or a word"),
        ("appointments.list", {"date": ""}, "date: must not be empty: leave it out$"),
        ("appointments.list", {"AptStatus": "gone"}, "AptStatus: must be one of"),
        ("appointments.slots_web_sched", {"isNewPatient": "1"}, "isNewPatient: must be true or false"),
        (
            "payments.update_partial",
            {"PayNum": "1", "procNumsAndAmounts": "[5"},
            "procNumsAndAmounts: must be a list of mappings",
        ),
        ("adjustments.create", {"AdjAmt": "1e9"}, "AdjAmt: must be an amount such as 12.50"),
        ("appointments.list", {"date": "tody"}, r"today-7; did you mean today\?$"),
        ("appointments.list", {"DateTStamp": "yestrday"}, r"HH:MM:SS, or .* did you mean yesterday\?$"),
        (
            "patients.create",
            {"LName": "A", "Birthdate": "5/24/1990"},
            "YYYY-MM-DD; as NAME=VALUE also a word",
        ),
        (
            "patients.create",
            {"LName": "A", "Birthdate": "1990-13-24"},
            "Birthdate: must be a day that exists",
        ),
        (
            "appointments.create",
            {"PatNum": "1", "Op": "1", "AptDateTime": "today"},
            "AptDateTime: must be YYYY-MM-DD HH:MM:SS: a word alone would be midnight",
        ),
        (
            "appointments.update",
            {"AptNum": "1", "DateTimeArrived": "9am"},
            "DateTimeArrived: must be a time as HH:MM:SS",
        ),
        ("patients.get", {"PatNum": "Smith"}, "PatNum: must be a positive whole number"),
        ("patients.get", {}, r"PatNum: is required by GET /patients/\{PatNum\}"),
        ("appointments.list", {"dat": "2026-11-23"}, "dat: is not a parameter .* did you mean date"),
        ("security_perms.list", {"dat": "x"}, "dat: is not a parameter .* there are none"),
        ("procedure_logs.delete", {"ProcNum": "1", "dat": "x"}, "dat: is not a parameter .* there are none"),
    ],
)
def test_a_wrong_value_is_refused_with_what_it_must_be(name: str, texts: dict[str, str], said: str) -> None:
    found = endpoints.find_by_name(name)
    with pytest.raises(InvalidRequest, match=said) as error:
        found.check(found.convert(texts))
    assert "Smith" not in str(error.value)


@pytest.mark.parametrize("resource", resources.names())
def test_every_parameter_of_every_operation_can_be_typed(resource: str) -> None:
    with all_checks() as checks:
        for endpoint in endpoints.resource_endpoints(resource):
            for name, parameter in resources.parameters(endpoint.operation).items():
                with checks.named(f"{name} of {endpoint.name}"):
                    typed = (endpoint.convert({name: text})[name] for text in TEXTS)
                    assert any(_accepted(parameter, value, name) for value in typed)


TEXTS = ("1", "true", "2026-11-23", "12:30:00", "1,2", "0,0,0", "Smith", "XX//", "[]", "")


def _accepted(parameter: Parameter, value: object, name: str) -> bool:
    try:
        parameter.encode(name, value)
    except InvalidRequest as error:
        return error.rule.startswith("must be one of")  # a choice is text, whichever it is
    return True


def test_e2_a_byte_order_mark_before_a_body_is_skipped() -> None:
    assert values.parse_body(b'\xef\xbb\xbf{"LName": "Smith"}') == {"LName": "Smith"}


def test_b3_what_no_decoder_can_read_is_refused_and_not_shown() -> None:
    with pytest.raises(UsageError, match="too many levels"):
        values.parse_body(b"[" * 200_000)
    assert values.convert_id("9" * 5_000) == "9" * 5_000, "the SDK says what an id is"


def test_a_body_is_a_json_object() -> None:
    assert values.parse_body(b'{"LName": "Smith", "AdjAmt": 1.10, "IsHygiene": true, "x": null}') == {
        "LName": "Smith",
        "AdjAmt": Decimal("1.10"),
        "IsHygiene": True,
        "x": None,
    }


@pytest.mark.parametrize(
    "wrong", [b"", b"LName=Smith", b'["Smith"]', b'{"LName": "Smith"', b'{"LName": "\xff"}']
)
def test_any_other_body_is_refused_and_not_shown(wrong: bytes) -> None:
    with pytest.raises(UsageError, match="the body is not"):
        values.parse_body(wrong)
