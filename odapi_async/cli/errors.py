"""What went wrong, as one line for people and an exit code for scripts. Pure.

A terminal's log is a log: no line says what was sent. The SDK's own texts hold no key, no query and no body;
what the server says may quote them, so what was sent is taken out of its words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from odapi_async.cli.exit_codes import FAILED, UNKNOWN, WRONG
from odapi_async.errors import (
    APIError,
    ConfigurationError,
    InvalidRequest,
    OpenDentalError,
    OutcomeUnknown,
    redact,
)

_TOO_SHORT: Final = 2  # to be told from a piece of another word; and it tells nobody anything


class WrongInput(Exception):  # noqa: N818 - named after what happened, as the package's errors are
    """What was given cannot work. Nothing was sent."""


class Failed(Exception):  # noqa: N818 - likewise
    """It was tried and did not work; the text says what to do."""


class Sent(NamedTuple):
    """What a message may not repeat.

    Attributes:
        texts: what was sent, as texts.
        words: whether the server's own words may be shown, without these texts.
    """

    texts: tuple[str, ...] = ()
    words: bool = True


NOTHING: Final = Sent()
EXPECTED: Final = (OpenDentalError, WrongInput, Failed)
_WRONG: Final = (WrongInput, ConfigurationError, InvalidRequest)


class Ending(NamedTuple):
    """How a command ends: a line, and the exit code."""

    text: str
    code: int


def ending_of(error: Exception, sent: Sent = NOTHING) -> Ending:
    """Say what an error means for who typed the command."""
    if isinstance(error, OutcomeUnknown):
        return Ending(f"{error}, for example with: {look_again(error.path)}", UNKNOWN)
    code = WRONG if isinstance(error, _WRONG) else FAILED
    return Ending(_refusal(error, sent) if isinstance(error, APIError) else str(error), code)


def look_again(path: str) -> str:
    """Return the command that reads what a write to this path should have changed."""
    resource, *rest = path.strip("/").split("/")
    if rest and rest[0].isdecimal():
        return f"odapi get {resource}/{rest[0]}"
    return f"odapi list {resource}"


def without(text: str, sent: Iterable[str]) -> str:
    """Replace what was sent wherever a text repeats it, in any case."""
    telling = sorted({each.strip() for each in sent if len(each.strip()) > _TOO_SHORT}, key=len, reverse=True)
    if not telling:
        return text
    return re.sub("|".join(map(re.escape, telling)), "…", text, flags=re.IGNORECASE)


def texts_of(values: Mapping[str, object]) -> tuple[str, ...]:
    """Return all texts and numbers among values, those inside lists and objects included."""
    return tuple(_texts(values.values()))


def _texts(values: Iterable[object]) -> Iterable[str]:
    for value in values:
        if isinstance(value, Mapping):
            yield from _texts(value.values())  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]
        elif isinstance(value, list | tuple):
            yield from _texts(value)  # pyright: ignore[reportUnknownArgumentType]
        elif value is not None and not isinstance(value, bool):
            yield str(value)


def _refusal(error: APIError, sent: Sent) -> str:
    head = f"{error.method} {error.path} was answered {error.status}"
    advice = f" [{error.advice}]" if error.advice else ""
    if not sent.words:
        return f"{head}{advice}; --explain shows the server's own words, which may quote what was sent"
    # what was sent goes first: shortened, it might not be found any more
    said = redact(without(error.explanation, sent.texts)) or "no explanation"
    return f"{head}: {said}{advice}"
