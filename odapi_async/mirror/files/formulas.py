"""Texts that a spreadsheet would take for formulas. Pure."""

from __future__ import annotations

import re
from typing import Final

_FORMULA: Final = re.compile(
    r"""
    (?: ^ | (?<=[;\t\r\n]) )             # in some countries a spreadsheet begins a cell at a semicolon, too
    (?= [^\S\r\n]* [=+\-@\uff1d\uff0b\uff0d\uff20] )
    | ^ (?= [\t\r\n] )
    """,
    re.VERBOSE,
)
"""The places before which an apostrophe lets a spreadsheet read a text as text."""

_SIGNED_NUMBER: Final = re.compile(r"[+-][\d.:]+")
"""Texts such as -01:30:00 and +15035550100: a spreadsheet runs nothing for them."""


def escape_formula(text: str) -> str:
    """Return a text with an apostrophe wherever a spreadsheet would begin a formula."""
    return text if _SIGNED_NUMBER.fullmatch(text) else _FORMULA.sub("'", text)
