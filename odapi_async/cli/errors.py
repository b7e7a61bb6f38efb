"""Errors as one line for people and an exit code for scripts. Pure.

Terminal output is often kept, so no line repeats what was sent. The SDK's own messages contain no key, no
query and no body. The server's message may quote them, so the values that were sent are removed from it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from odapi_async.cli.exit_codes import FAILED, OUTCOME_UNKNOWN, USAGE
from odapi_async.errors import (
    APIError,
    ConfigurationError,
    InvalidRequest,
    OpenDentalError,
    OutcomeUnknown,
)
from odapi_async.mirror.texts import counted

_MIN_LENGTH: Final = 3  # a shorter value reveals nothing, and would also match parts of other words


class UsageError(Exception):
    """The arguments cannot work. Nothing was sent."""


class CommandFailed(Exception):  # noqa: N818 - named after what happened, as the package's errors are
    """The command was run and failed; the message says what to do."""


class OutputBroken(Exception):  # noqa: N818 - likewise
    """A list failed after some of its rows were written.

    Attributes:
        cause: why it failed.
        rows: how many rows were written.
    """

    def __init__(self, cause: Exception, rows: int) -> None:
        super().__init__(f"{rows} rows were written, then: {cause}")
        self.cause = cause
        self.rows = rows


class Redaction(NamedTuple):
    """The parts of an error message that must not be shown.

    Attributes:
        values: the values that were sent, as texts.
        server_message: whether the server's message may be shown, without these values.
    """

    values: tuple[str, ...] = ()
    server_message: bool = True


NO_REDACTION: Final = Redaction()
EXPECTED_ERRORS: Final = (OpenDentalError, UsageError, CommandFailed, OutputBroken)
_USAGE_ERRORS: Final = (UsageError, ConfigurationError, InvalidRequest)
_HIDDEN: Final = "add --explain to see the server's message, which may quote what was sent"


class ErrorLine(NamedTuple):
    """An error as it is shown: one line, and the exit code."""

    text: str
    exit_code: int


def error_line(error: Exception, redaction: Redaction = NO_REDACTION) -> ErrorLine:
    """Return the line and the exit code of an error."""
    if isinstance(error, OutputBroken):
        why = error_line(error.cause, redaction).text.rstrip(".")
        rows = counted(error.rows, "row")
        return ErrorLine(f"{why}; the output is not complete: it ends after {rows}", FAILED)
    if isinstance(error, OutcomeUnknown):
        return ErrorLine(f"{error}, for example with: {readback_command(error.path)}", OUTCOME_UNKNOWN)
    code = USAGE if isinstance(error, _USAGE_ERRORS) else FAILED
    return ErrorLine(str(_redacted(error, redaction) if isinstance(error, APIError) else error), code)


def readback_command(path: str) -> str:
    """Return the command that reads what a write to this path should have changed."""
    resource, *rest = path.strip("/").split("/")
    if rest and rest[0].isdecimal():
        return f"odapi get {resource}/{rest[0]}"
    return f"odapi list {resource}"


def remove_values(text: str, values: Iterable[str]) -> str:
    """Replace the values wherever a text repeats them, in upper or lower case."""
    long = {each.strip() for each in values if len(each.strip()) >= _MIN_LENGTH}
    if not long:
        return text
    longest_first = sorted(long, key=len, reverse=True)
    return re.sub("|".join(map(re.escape, longest_first)), "…", text, flags=re.IGNORECASE)


def text_values(values: Mapping[str, object]) -> tuple[str, ...]:
    """Return all texts and numbers among values, including those inside lists and objects."""
    return tuple(_texts(values.values()))


def _texts(values: Iterable[object]) -> Iterable[str]:
    for value in values:
        if isinstance(value, Mapping):
            yield from _texts(value.values())  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]
        elif isinstance(value, list | tuple):
            yield from _texts(value)  # pyright: ignore[reportUnknownArgumentType]
        elif value is not None and not isinstance(value, bool):
            yield str(value)


def _redacted(error: APIError, redaction: Redaction) -> APIError:
    """Return the same error with an explanation that may be shown."""
    # values are removed before the message is shortened; a value that is cut could not be found any more
    shown = remove_values(error.explanation, redaction.values) if redaction.server_message else _HIDDEN
    return error.with_explanation(shown)
