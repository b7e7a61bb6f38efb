"""Forms of texts and ranges of numbers, which the reference states in its notes."""

import re
from typing import Final

from tests.opponent.reference import Parameter, Value

NUMBER_WORDS: Final = {"two": 2, "three": 3, "nine": 9, "ten": 10, "eleven": 11}
DIGITS: Final = re.compile(r"(?:^|exactly |USA: )(?P<count>\d+|[a-z]+) digits")
AT_MOST: Final = re.compile(r"at most (?P<count>\d+|[a-z]+) characters")
ZIP: Final = re.compile(r"\d{5}(-?\d{4})?", re.ASCII)
COLOR: Final = re.compile(r"\d{1,3},\d{1,3},\d{1,3}", re.ASCII)
RANGE: Final = re.compile(r"(\d+)-(\d+)(?!\d)")
OTHER_NUMBER: Final = re.compile(r"(-?\d+) = ")


def fits(parameter: Parameter, value: Value) -> bool:
    """Tell whether a value has the form or is in the range that the notes of a parameter state."""
    if parameter.type == "int" and isinstance(value, int):
        return in_range(parameter.remark, value)
    if parameter.type == "str" and isinstance(value, str):
        return has_form(parameter.remark, value)
    return True


def in_range(remark: str, value: int) -> bool:
    limits = RANGE.match(remark)
    if limits is None or str(value) in OTHER_NUMBER.findall(remark):
        return True
    return int(limits[1]) <= value <= int(limits[2])


def has_form(remark: str, text: str) -> bool:
    if not text:
        return "not empty" not in remark
    if (longest := AT_MOST.search(remark)) and len(text) > as_number(longest["count"]):
        return False
    if digits := DIGITS.search(remark):
        return text.isascii() and text.isdecimal() and len(text) == as_number(digits["count"])
    if remark.startswith("R,G,B"):
        return COLOR.fullmatch(text) is not None and all(int(part) < 256 for part in text.split(","))
    if remark.startswith("two letters"):
        return len(text) == 2 and text.isalpha()
    return ZIP.fullmatch(text) is not None if remark.startswith("12345, ") else True


def as_number(count: str) -> int:
    return int(count) if count.isdecimal() else NUMBER_WORDS[count]
