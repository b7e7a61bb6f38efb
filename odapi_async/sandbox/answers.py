"""What the sandbox answers: a status, a body, headers, and the API's wording of errors."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import msgspec

OFFLINE: Final = (
    "The office's eConnector is not running. Please contact the office to start their eConnector."
)
"""What the API says, with status 400, while an office cannot be reached."""

MAX_BODY: Final = 16_800_000
"""Characters that a request body may have."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply before it becomes HTTP."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict[str, str])


class Refusal(Exception):  # noqa: N818 - an answer that travels as an exception, not a failure of the sandbox
    """An error answer.

    Args:
        status: the HTTP status.
        text: the explanation, sent as a JSON string.
    """

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.answer = error(status, text)


def error(status: int, text: str, **headers: str) -> Answer:
    """Return an error answer; its body is the text as a JSON string."""
    return Answer(status, msgspec.json.encode(text), headers)


def throttled(retry_after: float | None) -> Answer:
    """Return a 429 that says after how many seconds to come again, or does not say it."""
    headers = {} if retry_after is None else {"Retry-After": f"{retry_after:g}"}
    return Answer(429, b'"Too many requests."', headers)
