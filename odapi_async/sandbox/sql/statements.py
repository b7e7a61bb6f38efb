"""Checks of a statement by its words alone, before anything parses it."""

from __future__ import annotations

import re
from typing import Final

from odapi_async.sandbox.messages import Refusal

MAX_LENGTH: Final = 65_536
"""Characters that a statement may have."""

_READS: Final = frozenset({"SELECT", "WITH"})
_WRITES: Final = frozenset(
    {
        "ALTER", "CALL", "CREATE", "DELETE", "DROP", "GRANT", "INSERT", "LOAD", "LOCK", "MERGE", "OPTIMIZE",
        "RENAME", "REPLACE", "REVOKE", "TRUNCATE", "UPDATE",
    }
)  # fmt: skip
_SPACE: Final = re.compile(r"(?:\s|\(|#[^\n]*|--[^\n]*|/\*(?!!).*?\*/)*", re.DOTALL)
_WORD: Final = re.compile(r"[A-Za-z]*")


def check(command: str) -> None:
    """Refuse a command that does not begin as a SELECT does, or is too long.

    Raises:
        Refusal: with status 401 if it writes, with 400 if it is something else.
    """
    if len(command) > MAX_LENGTH:
        raise Refusal(400, f"SqlCommand has more than {MAX_LENGTH} characters.")
    space = _SPACE.match(command)
    word = _WORD.match(command, space.end() if space else 0)
    refuse_unless_read(word.group() if word else "")


def refuse_unless_read(first_word: str) -> None:
    """Refuse a statement that begins with another word than SELECT or WITH.

    Raises:
        Refusal: with status 401 if it writes, with 400 if it is something else.
    """
    word = first_word.upper()
    if word not in _READS:
        raise Refusal(401 if word in _WRITES else 400, "Only SELECT is allowed.")
