"""Everything this package raises, as one tree.

OpenDentalError
├── ConfigurationError (ValueError)    a key, a URL or an option that cannot work; nothing was sent
├── InvalidRequest (ValueError)        a parameter that the API would refuse; nothing was sent
│   └── NeedsVersion                   the office runs an older version of Open Dental
├── SchedulerError                     the request never got its turn; nothing was sent
│   ├── WaitTooLong (TimeoutError)     the wait would be longer than `max_wait`
│   ├── QueueFull                      the lane already holds `max_queue` waiting requests
│   ├── SchedulerClosed                the client was closed
│   └── WrongEventLoop                 the client belongs to another event loop
├── TransportError (ConnectionError)   no whole answer came
│   ├── ConnectFailed                  the request never left
│   ├── ConnectionLost                 the connection broke after the request had left
│   └── RequestTimeout (TimeoutError)  no answer in time
├── APIError                           an answer that is not a success
│   ├── BadRequest                     400
│   │   └── OfficeOffline              400: the office's eConnector is not running
│   ├── Unauthorized                   401: keys or permission
│   ├── NotFound                       404
│   ├── Gone                           410: the resource is deprecated
│   ├── Throttled                      429, and still so after all tries
│   ├── ServerError                    5xx
│   └── UnexpectedStatus               anything else, redirects among them
├── OutcomeUnknown                     a write that may or may not have been done; it was not sent again
└── DecodeError                        an answer that does not have the documented shape

No text, repr or log line of an error carries a key, a query, a body or a row. What is needed to look closer
stands in attributes, which are the caller's to handle with care.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, ClassVar

_MAX_SHOWN = 300
_PRIVATE = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+|\d[\d\s()./-]{2,}\d|\d{4,}")


def redact(explanation: str) -> str:
    """Make the server's words safe to log: one line, bounded, without long numbers and addresses."""
    return _PRIVATE.sub("…", " ".join(explanation[: 2 * _MAX_SHOWN].split()))[:_MAX_SHOWN]


def suggestion(name: str, known: Iterable[str]) -> str:
    """Return advice on a misspelled name: the nearest known name, or all of them if none is near.

    Args:
        name: what was typed.
        known: the names that exist; case does not matter, and neither do underscores.
    """
    import difflib  # noqa: PLC0415 - only a misspelled name pays for it

    names = list(known)
    by_form = {_bare(each): each for each in names}
    close = difflib.get_close_matches(_bare(name), by_form, n=1)
    if close:
        return f"did you mean {by_form[close[0]]}?"
    return f"there are {', '.join(names) or 'none'}"


def _bare(name: str) -> str:
    return name.replace("_", "").lower()


def _rebuild(cls: type[OpenDentalError], state: dict[str, Any], args: tuple[Any, ...]) -> OpenDentalError:
    error = cls.__new__(cls)
    error.__dict__.update(state)
    error.args = args
    return error


class OpenDentalError(Exception):
    """Base of all errors of this package."""

    def __reduce__(self) -> tuple[Any, ...]:
        """Keep the attributes when an error travels between processes."""
        return _rebuild, (type(self), self.__dict__, self.args)


class ConfigurationError(OpenDentalError, ValueError):
    """A key, a URL or an option cannot work. Nothing was sent."""


class InvalidRequest(OpenDentalError, ValueError):
    """A parameter breaks a rule of the API. Nothing was sent.

    Attributes:
        field: the parameter's name, spelt as the API spells it.
        rule: what it has to be.
    """

    def __init__(self, field: str, rule: str) -> None:
        super().__init__(f"{field}: {rule}")
        self.field = field
        self.rule = rule


class NeedsVersion(InvalidRequest):
    """The office runs a version of Open Dental that does not have this yet. Nothing was sent.

    Attributes:
        needed: the first version that has it.
        version: the office's version, as `OpenDental.practice` was told.
    """

    def __init__(self, field: str, needed: str, version: str) -> None:
        super().__init__(field, f"needs Open Dental {needed}; this office runs {version}")
        self.needed = needed
        self.version = version


class SchedulerError(OpenDentalError):
    """A request did not get its turn. Nothing was sent."""


class WaitTooLong(SchedulerError, TimeoutError):
    """The turn would come, or came, later than `max_wait` allows.

    Attributes:
        estimated_wait: seconds from now until the turn, as far as known.
        max_wait: seconds that the caller was ready to wait.
    """

    def __init__(self, estimated_wait: float, max_wait: float) -> None:
        super().__init__(
            f"the turn is about {estimated_wait:.1f} s away and max_wait is {max_wait:.1f} s; "
            "raise max_wait, use a higher priority, or try again later"
        )
        self.estimated_wait = estimated_wait
        self.max_wait = max_wait


class QueueFull(SchedulerError):
    """The lane already holds as many waiting requests as it may.

    Attributes:
        max_queue: the bound, in requests.
        estimated_wait: seconds that one more request would have waited.
    """

    def __init__(self, max_queue: int, estimated_wait: float) -> None:
        super().__init__(
            f"{max_queue} requests wait for this practice already (about {estimated_wait:.0f} s of work); "
            "send fewer at once or raise max_queue"
        )
        self.max_queue = max_queue
        self.estimated_wait = estimated_wait


class SchedulerClosed(SchedulerError):
    """The client was closed, before or while the request waited."""

    def __init__(self) -> None:
        super().__init__("this client is closed; make a new OpenDental() and use it inside `async with`")


class WrongEventLoop(SchedulerError):
    """The client was first used in another event loop."""

    def __init__(self) -> None:
        super().__init__(
            "this client belongs to another event loop; make one OpenDental() per loop "
            "(every asyncio.run() starts a new one)"
        )


class TransportError(OpenDentalError, ConnectionError):
    """No whole answer came.

    Attributes:
        method: the HTTP method.
        path: the path below the base URL, without the query.
        sent: whether the request had left this machine.
    """

    sent: ClassVar[bool] = False
    happened: ClassVar[str] = "failed"

    def __init__(self, method: str, path: str, reason: str) -> None:
        super().__init__(f"{method} {path} {self.happened} ({reason})")
        self.method = method
        self.path = path


class ConnectFailed(TransportError):
    """No connection: refused, not found, or TLS failed. The request never left."""

    happened = "was not sent"


class ConnectionLost(TransportError):
    """The connection broke after the request had left and before the whole answer was there."""

    sent = True
    happened = "lost its connection"


class RequestTimeout(TransportError, TimeoutError):
    """The request had left, and no whole answer came within the timeout."""

    sent = True
    happened = "got no answer in time"


class APIError(OpenDentalError):
    """The API answered, and not with a success.

    Attributes:
        status: the HTTP status.
        method: the HTTP method.
        path: the path below the base URL, without the query.
        explanation: the server's own words, in full. They may quote what was sent: do not log them unseen.
        retry_can_help: whether the same request may succeed later.
    """

    retry_can_help: ClassVar[bool] = False
    advice: ClassVar[str] = ""

    def __init__(self, status: int, method: str, path: str, explanation: str) -> None:
        said = redact(explanation) or "no explanation"
        advice = f" [{self.advice}]" if self.advice else ""
        super().__init__(f"{method} {path} was answered {status}: {said}{advice}")
        self.status = status
        self.method = method
        self.path = path
        self.explanation = explanation


class BadRequest(APIError):
    """400: a parameter is wrong, the office's version is too low, or its network has a fault."""


class OfficeOffline(BadRequest):
    """400 that means: the office's eConnector is not running. Nothing was done."""

    retry_can_help = True
    advice = "the request is fine; ask the office to start its eConnector"


class Unauthorized(APIError):
    """401: a key is wrong or disabled, or the developer lacks the permission for this operation."""

    advice = "check both keys, and that this permission is enabled for them in the developer portal"


class NotFound(APIError):
    """404: no such row, or no such resource on this office's version."""


class Gone(APIError):
    """410: the resource is deprecated."""


class Throttled(APIError):
    """429, and still so after all tries: something else uses the same customer key.

    Attributes:
        retry_after: seconds that the server asked to wait, if it said so.
    """

    retry_can_help = True
    advice = "is another program using this customer key?"

    def __init__(
        self, status: int, method: str, path: str, explanation: str, retry_after: float | None = None
    ) -> None:
        super().__init__(status, method, path, explanation)
        self.retry_after = retry_after


class ServerError(APIError):
    """5xx: the API, or the way to the office, failed. 504 means that the office took more than 60 seconds."""

    retry_can_help = True


class UnexpectedStatus(APIError):
    """A status that the API does not document, such as a redirect (which is never followed)."""


class OutcomeUnknown(OpenDentalError):
    """A write left this machine and its result did not come back: it may or may not have been done.

    A POST, or a PUT that adds up, was sent once. Read back what it should have changed before you repeat it.
    `__cause__` is what happened last.

    Attributes:
        method: the HTTP method.
        path: the path below the base URL, without the query.
        attempts: how often it was sent, or tried to be.
    """

    def __init__(self, method: str, path: str, attempts: int = 1) -> None:
        super().__init__(
            f"{method} {path} may or may not have been done ({attempts} tried): "
            "read back what it should have changed before repeating it"
        )
        self.method = method
        self.path = path
        self.attempts = attempts


class DecodeError(OpenDentalError):
    """An answer does not have the documented shape, not even read tolerantly.

    Attributes:
        type_name: the struct that was expected.
        row: the row's index in the page, if one row is to blame.
        field: the field's name, if one field is to blame.
        raw: the bytes of that row, or of the whole body. They may hold patient data.
    """

    def __init__(
        self, type_name: str, raw: bytes, *, row: int | None = None, field: str | None = None
    ) -> None:
        place = "" if row is None else f" in row {row}"
        place += f", field {field}" if field else ""
        super().__init__(f"the answer is not a {type_name} as documented{place}; the bytes stand in .raw")
        self.type_name = type_name
        self.raw = raw
        self.row = row
        self.field = field
