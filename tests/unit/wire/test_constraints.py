"""Constraints of single parameters."""

from typing import Annotated, TypedDict

import pytest

from odapi_async._wire import (
    RGB,
    TEN_DIGITS,
    TIME_PATTERN,
    AtMost,
    Between,
    Matches,
    Minimum,
    NotEmpty,
    Since,
    encode,
)
from odapi_async.errors import InvalidRequest


class Body(TypedDict, total=False):
    short: Annotated[str, AtMost(3)]
    month: Annotated[int, Between(1, 12), Since("25.1")]
    color: Annotated[str, RGB]
    phone: Annotated[str, TEN_DIGITS]
    pattern: Annotated[str, TIME_PATTERN]
    code: Annotated[str, AtMost(5), Matches(r"[A-Z]\d*", "must be a letter and digits")]
    seconds: Annotated[int, Minimum(1, "must be 1 or more")]
    name: Annotated[str, NotEmpty("must not be empty")]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("short", "abc"),
        ("short", ""),
        ("month", 1),
        ("month", 12),
        ("color", "0,0,0"),
        ("color", "255,10,100"),
        ("phone", "5035550100"),
        ("phone", ""),
        ("pattern", "//XX//"),
        ("code", "D0120"),
        ("seconds", 1),
        ("name", "n"),
    ],
)
def test_valid_values_are_sent_unchanged(name: str, value: object) -> None:
    assert encode("POST /x", Body, {name: value}) == {name: value}


@pytest.mark.parametrize(
    ("name", "value", "rule"),
    [
        ("short", "abcd", "must have at most 3 characters"),
        ("seconds", 0, "must be 1 or more"),
        ("name", "", "must not be empty"),
        ("name", "  ", "must not be empty"),
        ("month", 0, "must be a number from 1 to 12"),
        ("month", 13, "must be a number from 1 to 12"),
        ("month", "1", "must be a whole number, not str"),
        ("color", "256,0,0", "must be a color as R,G,B, each 0 to 255"),
        ("color", "0,0", "must be a color as R,G,B, each 0 to 255"),
        ("phone", "503-555-0100", "must be exactly ten digits"),
        ("pattern", "//xx//", "must consist of X and /, one for each 5 minutes"),
        ("code", "D01200", "must have at most 5 characters"),
        ("code", "0120", "must be a letter and digits"),
    ],
)
def test_invalid_values_are_refused_with_the_rule(name: str, value: object, rule: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        encode("POST /x", Body, {name: value})
    assert (caught.value.field, caught.value.rule) == (name, rule)
