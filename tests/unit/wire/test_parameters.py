"""Filters and bodies are checked against their TypedDicts."""

from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, NotRequired, Required, TypedDict

import pytest

from odapi_async._wire import (
    DateLike,
    DateTimeLike,
    Excluding,
    Ids,
    Money,
    Since,
    TimeLike,
    check_rules,
    encode,
    encode_body,
    encode_query,
    encode_untyped,
    encode_untyped_body,
    parameters,
)
from odapi_async.errors import InvalidRequest
from odapi_async.limits import MAX_BODY


class Sex(StrEnum):
    MALE = "Male"
    FEMALE = "Female"
    OTHER = "Other"


class Item(TypedDict, total=False):
    ProcNum: Required[int]
    Amount: Money


class Filters(TypedDict, total=False):
    LName: str
    Confirmed: int
    confirmed: str
    hideInactive: bool
    Birthdate: DateLike
    DateTStamp: Annotated[DateTimeLike, Since("24.1")]
    StartTime: TimeLike
    clinicNums: Ids
    Gender: Sex | str


class Body(TypedDict, total=False):
    LName: Required[str]
    FName: Annotated[Required[str], Since("21.1")]
    Gender: Annotated[Sex | str, Excluding("Other"), Since("22.3.6")]
    Fee: Money
    Texts: Sequence[str]
    Items: Sequence[Item]
    Ward: NotRequired[Annotated[str, Since("24.1.12")]]


NAMES = {"LName": "Smith", "FName": "Jane"}


def refusal(shape: type | None, **given: object) -> InvalidRequest:
    with pytest.raises(InvalidRequest) as raised:
        encode("GET /patients", shape, given)
    return raised.value


def test_each_value_is_encoded_by_the_type_of_its_parameter() -> None:
    given = {
        "LName": "Smith",
        "Confirmed": 19,
        "confirmed": "Yes",
        "hideInactive": True,
        "Birthdate": date(1976, 5, 24),
        "DateTStamp": datetime(2026, 11, 23, 8, 30),
        "StartTime": time(8, 30),
        "clinicNums": (1, 2),
        "Gender": Sex.OTHER,
    }
    wire = encode("GET /patients", Filters, given)
    assert encode_query(wire) == {
        "LName": "Smith",
        "Confirmed": "19",
        "confirmed": "Yes",
        "hideInactive": "true",
        "Birthdate": "1976-05-24",
        "DateTStamp": "2026-11-23 08:30:00",
        "StartTime": "08:30:00",
        "clinicNums": "1,2",
        "Gender": "Other",
    }


def test_a_body_keeps_numbers_exact() -> None:
    items = [{"ProcNum": 5, "Amount": 0.1}, {"ProcNum": 6}]
    wire = encode("POST /x", Body, {**NAMES, "Fee": Decimal("10.10"), "Texts": ["a", "b"], "Items": items})
    assert encode_body(wire) == (
        b'{"LName":"Smith","FName":"Jane","Fee":10.10,"Texts":["a","b"],'
        b'"Items":[{"ProcNum":5,"Amount":0.1},{"ProcNum":6}]}'
    )


def test_the_parameters_of_a_typeddict_are_cached() -> None:
    known = parameters(Body)
    assert parameters(Body) is known
    assert [name for name, parameter in known.items() if parameter.required] == ["LName", "FName"]
    since = {name: parameter.since for name, parameter in known.items() if parameter.since}
    assert since == {"FName": "21.1", "Gender": "22.3.6", "Ward": "24.1.12"}


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("lname", "did you mean LName?"),
        ("LastName", "did you mean LName?"),
        ("BirthDate", "did you mean Birthdate?"),
        ("clinicNum", "did you mean clinicNums?"),
        ("Zzz", "there are LName, Confirmed, confirmed, hideInactive, Birthdate"),
    ],
)
def test_an_unknown_name_is_refused_with_a_suggestion(name: str, hint: str) -> None:
    error = refusal(Filters, **{name: "x"})
    assert error.field == name
    assert error.rule.startswith("is not a parameter of GET /patients; ")
    assert hint in error.rule


def test_an_operation_without_parameters_says_so() -> None:
    assert encode("GET /x", None, {}) == {}
    assert refusal(None, LName="x").rule == "is not a parameter of GET /patients; there are none"


def test_a_missing_required_parameter_is_refused() -> None:
    error = refusal(Body, LName="Smith")
    assert (error.field, error.rule) == ("FName", "is required by GET /patients")


def test_a_wrong_value_is_refused_under_its_own_name() -> None:
    assert refusal(Filters, Birthdate=datetime(2026, 11, 23)).field == "Birthdate"
    assert refusal(Filters, Confirmed="19").field == "Confirmed"
    assert refusal(Filters, confirmed=19).field == "confirmed"


def test_an_enumeration_may_be_open_in_one_place_and_closed_in_another() -> None:
    assert encode("POST /x", Body, {**NAMES, "Gender": "Female"})["Gender"] == "Female"
    assert refusal(Body, **NAMES, Gender=Sex.OTHER).rule == "must be one of Male, Female"
    assert refusal(Filters, Gender="female").rule == "must be one of Male, Female, Other"


def test_a_list_of_objects_is_checked_object_by_object() -> None:
    assert refusal(Body, **NAMES, Items=[{"ProcNum": 5}, {}]).field == "ProcNum"
    assert refusal(Body, **NAMES, Items=[{"ProcNum": 5, "Sum": 1}]).field == "Sum"
    for wrong in ("text", {"ProcNum": 5}, 5):
        assert refusal(Body, **NAMES, Items=wrong).rule == "must be a list of mappings"


@pytest.mark.parametrize("item", [5, None, "text", [("ProcNum", 5)]])
def test_a_list_of_objects_contains_nothing_else(item: object) -> None:
    assert refusal(Body, **NAMES, Items=[item]).rule == "must be a list of mappings"


@pytest.mark.parametrize(
    ("rule", "given", "passes"),
    [
        ("at_least_one", [], False),
        ("at_least_one", ["a"], True),
        ("at_least_one", ["a", "b"], True),
        ("exactly_one", [], False),
        ("exactly_one", ["b"], True),
        ("exactly_one", ["a", "b"], False),
        ("at_most_one", [], True),
        ("at_most_one", ["a", "other"], True),
        ("at_most_one", ["a", "b"], False),
    ],
)
def test_rules_count_the_given_parameters(rule: str, given: list[str], passes: bool) -> None:
    if passes:
        check_rules([(rule, ("a", "b"))], given)
        return
    with pytest.raises(InvalidRequest) as raised:
        check_rules([(rule, ("a", "b"))], given)
    assert str(raised.value) == f"a / b: pass {rule.replace('_', ' ')} of them"


@pytest.mark.parametrize(("given", "passes"), [([], True), (["b"], True), (["a", "b"], True), (["a"], False)])
def test_a_rule_may_require_one_parameter_with_another(given: list[str], passes: bool) -> None:
    if passes:
        check_rules([("requires", ("a", "b"))], given)
        return
    with pytest.raises(InvalidRequest, match=r"^b: is required with a; pass both$"):
        check_rules([("requires", ("a", "b"))], given)


def test_values_of_unknown_parameters_are_encoded_by_their_type() -> None:
    assert encode_untyped({"Anything": False, "Nums": [5]}) == {"Anything": "false", "Nums": [5]}
    parts = {"Parts": [{"ProcNum": 5, "Amount": Decimal("1.50"), "IsWhole": True}]}
    wire = {"Parts": [{"ProcNum": 5, "Amount": Decimal("1.50"), "IsWhole": "true"}]}
    assert encode_untyped_body(parts) == wire
    with pytest.raises(InvalidRequest, match=r"^Anything: cannot be sent as NoneType"):
        encode_untyped({"Anything": None})


def test_a_body_may_not_be_longer_than_the_api_accepts() -> None:
    frame = len('{"Note":""}')
    assert len(encode_body({"Note": "x" * (MAX_BODY - frame)})) == MAX_BODY
    with pytest.raises(InvalidRequest, match=r"^body: has more than 16,800,000 characters"):
        encode_body({"Note": "x" * (MAX_BODY - frame + 1)})


def test_a_body_is_measured_in_characters() -> None:
    half = MAX_BODY // 2 + 100
    assert len(encode_body({"Note": "é" * half})) > MAX_BODY
