"""Reads docs/specification.md; as a program, it prints the tests that the page names."""

from __future__ import annotations

import re
from typing import Final

from tests.docs.pages import pages

PAGE: Final = "docs/specification.md"
RULES: Final = 17

_RULE: Final = re.compile(r"^(\d+)\. \*\*", re.MULTILINE)
_TEST: Final = re.compile(r"^ +- `(tests/[^`]+)`$", re.MULTILINE)


def named_tests() -> dict[int, list[str]]:
    """Return the tests that the page names, by the number of the rule."""
    _, *parts = _RULE.split(pages()[PAGE])
    return {int(number): _TEST.findall(text) for number, text in zip(parts[::2], parts[1::2], strict=True)}


if __name__ == "__main__":
    for number, names in named_tests().items():
        for name in names:
            print(number, name)  # noqa: T201 - this is the program's output
