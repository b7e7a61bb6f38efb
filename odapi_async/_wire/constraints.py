"""What a type alone cannot say about a parameter or a field, said in its `Annotated`."""

from __future__ import annotations

from typing import NamedTuple


class Since(NamedTuple):
    """Marks a parameter or a field that came later: the first version of Open Dental that has it."""

    version: str


class Excluding:
    """Marks a parameter that takes fewer values than its enumeration has: the ones it does not take."""

    __slots__ = ("values",)

    def __init__(self, *values: str) -> None:
        self.values = values


class NullText(NamedTuple):
    """Marks a field in which one text stands for None."""

    text: str


class Alias(NamedTuple):
    """Marks a field that some servers send under another, misspelt name."""

    name: str


class AtMost(NamedTuple):
    """Marks a text that has a longest length, in characters."""

    characters: int


class Between(NamedTuple):
    """Marks a whole number that has a least and a greatest value, both allowed."""

    least: int
    greatest: int


class Matches(NamedTuple):
    """Marks a text that has a form; empty text, which clears it, always passes."""

    pattern: str
    rule: str


RGB = Matches(
    r"(25[0-5]|2[0-4]\d|1?\d?\d)(,(25[0-5]|2[0-4]\d|1?\d?\d)){2}", "is a colour as R,G,B, each 0 to 255"
)
TEN_DIGITS = Matches(r"\d{10}", "is ten digits and nothing else")
TIME_PATTERN = Matches(r"[X/]+", "is made of X and /, one for each 5 minutes")
