"""What a type alone cannot say about a parameter or a field, said in its `Annotated`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Since:
    """Marks a parameter or a field that came later: the first version of Open Dental that has it."""

    version: str


@dataclass(frozen=True, slots=True, init=False)
class Without:
    """Marks a parameter that takes fewer values than its enumeration has: the ones it does not take."""

    values: tuple[str, ...]

    def __init__(self, *values: str) -> None:
        object.__setattr__(self, "values", values)


@dataclass(frozen=True, slots=True)
class Unset:
    """Marks a field in which one text stands for None."""

    text: str


@dataclass(frozen=True, slots=True)
class Alias:
    """Marks a field that some servers send under another, misspelt name."""

    name: str
