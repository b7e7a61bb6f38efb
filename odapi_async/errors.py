"""All errors of this package, as one tree.

OpenDentalError
├── ConfigurationError (ValueError)    a key, a URL or an option is not valid; nothing was sent
├── InvalidRequest (ValueError)        a parameter breaks a rule of the API; nothing was sent
│   ├── NeedsVersion                   the office runs an older version of Open Dental
│   └── NeedsPermission                the developer lacks the permission at the practice
├── SchedulerError                     the request got no slot; nothing was executed
│   ├── WaitTooLong (TimeoutError)     the wait would be longer than `max_wait`, or than the call's `deadline`
│   ├── QueueFull                      `max_queue` requests of the practice wait already
│   ├── SchedulerClosed                the client was closed
│   └── WrongEventLoop                 the client belongs to another event loop
├── TransportError (ConnectionError)   no complete response was received
│   ├── ConnectFailed                  the request was not sent
│   ├── ConnectionLost                 the connection broke after the request was sent
│   ├── RequestTimeout (TimeoutError)  no complete response within the timeout or the deadline
│   └── ResponseTooLarge               the response is larger than `max_response`; it is not requested again
├── APIError                           a response with an error status
│   ├── BadRequest                     400
│   │   └── OfficeOffline              400: the office's eConnector is not running
│   ├── Unauthorized                   401: keys or permission; one of these, if it is known which
│   │   ├── KeyRefused                 a key is wrong, disabled, or not assigned to this office
│   │   └── MissingPermission          the keys are right, and this operation needs another permission
│   ├── NotFound                       404: the row, or another that it refers to, does not exist
│   │   └── NoSuchResource             the office does not know the resource
│   ├── Gone                           410: the resource is deprecated
│   ├── Throttled                      429 at every attempt
│   ├── ServerError                    5xx
│   └── UnexpectedStatus               any other status, such as a redirect
├── OutcomeUnknown                     a write that may or may not have been executed; it is not sent again
├── NotKept                            a write that was answered with success, and not kept (`verify`)
├── NotVerified                        an executed write, whose check by reading failed (`verify`)
├── RepeatedPage                       a server that sends the same page of a list again and again
└── DecodeError                        a response that does not have the documented structure
    └── FilterIgnored                  rows that a filter excludes: the office does not know the filter

The message, the repr and the logs of an error contain no key, no query, no body and no row. Details are in
its attributes, which may contain patient data: do not log them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from copy import copy
from typing import Any, ClassVar, Self

_MAX_SHOWN = 300
_SOON = 0.05  # seconds until a slot that nobody has to wait for
_VERSION = re.compile(r"[12]\d\.\d{1,2}(\.\d{1,3}){0,2}")
_NOTHING = re.compile(r"(?!)")
_PRIVATE = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+|\d[\d\s()./-]{2,}\d|\d{4,}")


def redact(explanation: str) -> str:
    """Make a server's explanation safe to log: one short line without long numbers and email addresses.

    If it is about versions, those of Open Dental are kept: they say what to do.
    """
    line = " ".join(explanation[: 2 * _MAX_SHOWN].split())
    kept = _VERSION if "version" in line.lower() else _NOTHING
    return _PRIVATE.sub(lambda found: found[0] if kept.fullmatch(found[0]) else "…", line)[:_MAX_SHOWN]


def suggestion(name: str, known: Iterable[str]) -> str:
    """Return a hint for a misspelled name: the most similar known name, or all of them if none is similar.

    Args:
        name: the misspelled name.
        known: the names that exist. Case and underscores do not matter.
    """
    names = list(known)
    by_normalized = {_normalized(each): each for each in names}
    with suppress(OSError):  # no more files can be opened, so the error is told without a hint
        import difflib  # noqa: PLC0415 - imported only if a name is misspelled

        if close := difflib.get_close_matches(_normalized(name), by_normalized, n=1):
            return f"did you mean {by_normalized[close[0]]}?"
    return f"there are {', '.join(names) or 'none'}"


def _short(seconds: float) -> str:
    return f"{seconds:.1f}" if seconds >= _SOON else f"{seconds:.1g}"


def _too_late(slot: float, limit: float) -> tuple[str, str]:
    """Return how far away a slot is and how long one may wait, never as the same number of seconds."""
    if slot < _SOON:  # nobody knows how long the requests in flight take
        return "no slot is free yet", f"{_short(limit)} s"
    for digits in (1, 2, 3):
        away = f"{slot:.{digits}f}"
        left = f"{limit:.{digits}f}" if limit >= _SOON else _short(limit)
        if away != left:
            return f"the slot is about {away} s away", f"{left} s"
    return "the slot is a moment too far away", f"{_short(limit)} s"


def _enable(permission: str) -> str:
    return f"enable {permission} for this customer key in the developer portal"


def _normalized(name: str) -> str:
    return name.replace("_", "").lower()


def _rebuild(cls: type[OpenDentalError], state: dict[str, Any], args: tuple[Any, ...]) -> OpenDentalError:
    error = cls.__new__(cls)
    error.__dict__.update(state)
    if "__notes__" in state:
        error.__notes__ = [*state["__notes__"]]  # a note on a copy is no note on the original
    error.args = args
    return error


class OpenDentalError(Exception):
    """Base class of all errors of this package.

    Attributes:
        practice: the name of the practice, as passed to `OpenDental.practice`; the text begins with it. None
            if the practice has no name.
        way: the way that the request went or should have gone, if the practice has several; else None.
    """

    practice: str | None = None
    way: str | None = None

    def __str__(self) -> str:
        """Begin with the name of the practice, if it has one, and the way, if there are several."""
        origin = " by ".join(filter(None, (self.practice, self.way)))
        return f"{origin}: {self.message}" if origin else self.message

    @property
    def message(self) -> str:
        """The text without the name of the practice and the way."""
        return super().__str__()

    def __reduce__(self) -> tuple[Any, ...]:
        """Keep the attributes when an error is pickled."""
        return _rebuild, (type(self), self.__dict__, self.args)


class ConfigurationError(OpenDentalError, ValueError):
    """A key, a URL or an option is not valid. Nothing was sent."""


class InvalidRequest(OpenDentalError, ValueError):
    """A parameter breaks a rule of the API. Nothing was sent.

    Attributes:
        field: the parameter's name, as the API spells it.
        rule: the rule that it breaks.
    """

    def __init__(self, field: str, rule: str) -> None:
        super().__init__(f"{field}: {rule}")
        self.field = field
        self.rule = rule


class NeedsVersion(InvalidRequest):
    """The office's version of Open Dental is too old for what is used. Nothing was sent.

    Attributes:
        needed: the first version that has it.
        version: the office's version, as passed to `OpenDental.practice`.
    """

    def __init__(self, field: str, needed: str, version: str) -> None:
        super().__init__(
            field, f"needs Open Dental {needed}, but this office runs {version}; ask the office to update"
        )
        self.needed = needed
        self.version = version


class NeedsPermission(InvalidRequest):
    """The developer lacks a permission at the practice, as `Facts.why_not` tells. Nothing was sent.

    Attributes:
        permission: the name of the permission, such as `Insurance`.
    """

    def __init__(self, field: str, permission: str) -> None:
        super().__init__(field, f"needs the permission {permission}; {_enable(permission)}")
        self.permission = permission


class SchedulerError(OpenDentalError):
    """A request did not get a slot. Nothing was executed."""


class WaitTooLong(SchedulerError, TimeoutError):
    """The wait for a slot is longer than `max_wait`, or than what is left of the call's `deadline`.

    It is raised as soon as this is known. The call has changed nothing at the office: a write was not sent,
    or was refused before execution. If an attempt failed before, that failure is the `__cause__`.

    Attributes:
        estimated_wait: estimated seconds from now until the slot.
        max_wait: seconds that the request was allowed to wait.
        waited: seconds that it has waited.
        deadline: seconds of the whole call, if that limit was the stricter one; None if `max_wait` was.
        failure: the class of the error of the last attempt; None if there was none.
    """

    def __init__(
        self,
        estimated_wait: float,
        max_wait: float,
        *,
        waited: float = 0.0,
        deadline: float | None = None,
        failure: str | None = None,
    ) -> None:
        option = "max_wait" if deadline is None else "deadline"
        advice = f"increase {option}, use a higher priority, or try again later"
        if waited and waited >= max_wait:
            over = f"waited {_short(waited)} s" if deadline is None else f"{_short(deadline)} s are over"
            away = f", and the slot is about {estimated_wait:.1f} s away" if estimated_wait >= _SOON else ""
            problem = f"{over}, all of {option}{away}"
        elif waited or deadline is not None:
            slot, left = _too_late(estimated_wait, max(0.0, max_wait - waited))
            problem = f"{slot}, but only {left} of {option} are left"
        else:
            slot, limit = _too_late(estimated_wait, max_wait)
            problem = f"{slot}, but max_wait is {limit}"
        if failure:
            problem += f", and the last attempt failed: {failure}"
        if estimated_wait < _SOON:  # it was not the wait for a slot that took long
            advice = f"increase {option}, or try again later"
        super().__init__(f"{problem}; {advice}")
        self.estimated_wait = estimated_wait
        self.max_wait = max_wait
        self.waited = waited
        self.deadline = deadline
        self.failure = failure


class QueueFull(SchedulerError):
    """`max_queue` requests of the practice wait already.

    Attributes:
        max_queue: the limit, in requests.
        estimated_wait: seconds that one more request would have waited.
    """

    def __init__(self, max_queue: int, estimated_wait: float) -> None:
        super().__init__(
            f"{max_queue} requests of this practice wait already (for about {estimated_wait:.0f} s); "
            "send fewer at once or increase max_queue"
        )
        self.max_queue = max_queue
        self.estimated_wait = estimated_wait


class SchedulerClosed(SchedulerError):
    """The client was closed before the request got a slot."""

    def __init__(self) -> None:
        super().__init__("this client is closed; create a new OpenDental() and use it inside `async with`")


class WrongEventLoop(SchedulerError):
    """The client was first used in another event loop."""

    def __init__(self) -> None:
        super().__init__(
            "this client belongs to another event loop; create one OpenDental() per event loop "
            "(every asyncio.run() starts a new one)"
        )


class TransportError(OpenDentalError, ConnectionError):
    """No complete response was received.

    Attributes:
        method: the HTTP method.
        path: the path below the base URL, without the query.
        sent: whether the request was sent.
    """

    sent: ClassVar[bool] = False
    summary: ClassVar[str] = "failed"

    def __init__(self, method: str, path: str, reason: str) -> None:
        super().__init__(f"{method} {path} {self.summary} ({reason})")
        self.method = method
        self.path = path


class ConnectFailed(TransportError):
    """The connection was refused, the host was not found, or TLS failed. The request was not sent.

    The message names the host, the system's name of the error, and what to check.
    """

    summary = "was not sent"


class ConnectionLost(TransportError):
    """The connection broke after the request was sent and before the response was complete."""

    sent = True
    summary = "lost its connection"


class RequestTimeout(TransportError, TimeoutError):
    """The request was sent, and no complete response came within the timeout, or the call's `deadline`.

    If the deadline ends a write that was sent, the error is `OutcomeUnknown` instead.
    """

    sent = True
    summary = "got no response in time"


class ResponseTooLarge(TransportError):
    """The response is larger than the client's `max_response`. The rest of it was not read.

    A read is not retried, because the response would be as large again. For a write the error is
    `OutcomeUnknown`, with this one as its cause.

    Attributes:
        max_response: the limit, in bytes after decompression.
    """

    sent = True
    summary = "got a response that is too large"

    def __init__(self, method: str, path: str, max_response: int) -> None:
        super().__init__(
            method, path, f"over {max_response} bytes; request less at once, or increase max_response"
        )
        self.max_response = max_response


class APIError(OpenDentalError):
    """The API sent a response with an error status.

    Attributes:
        status: the HTTP status.
        method: the HTTP method.
        path: the path below the base URL, without the query.
        explanation: the server's own words, 64 KiB at most. They may quote what was sent: do not log them.
        retry_can_help: whether the same request may succeed later.
        sent: whether the request was sent. If not, the practice's circuit breaker has refused it, and the
            status and the explanation are those of an earlier request.
    """

    retry_can_help: ClassVar[bool] = False
    advice: str = ""
    sent: bool = True

    def __init__(self, status: int, method: str, path: str, explanation: str) -> None:
        self.status = status
        self.method = method
        self.path = path
        self.explanation = explanation
        super().__init__(self._text())

    def with_explanation(self, explanation: str) -> Self:
        """Return a copy with other words of the server, such as its words without what was sent."""
        changed = copy(self)
        changed.explanation = explanation
        changed.args = (changed._text(),)  # noqa: SLF001 - of this very class
        return changed

    def _text(self) -> str:
        reason = redact(self.explanation) or "no explanation"
        advice = f" [{self.advice}]" if self.advice else ""
        failed = "failed" if self.sent else "was not sent, because an earlier request failed"
        return f"{self.method} {self.path} {failed} with status {self.status}: {reason}{advice}"


class BadRequest(APIError):
    """400: a parameter is wrong, the office's version is too old, or its network failed."""


class OfficeOffline(BadRequest):
    """400 because the office's eConnector is not running. Nothing was executed."""

    retry_can_help = True
    advice = "the request is valid; ask the office to start its eConnector"


class Unauthorized(APIError):
    """401: a key is wrong or disabled, or the developer lacks the permission for this operation."""

    advice = "check both keys, and that this permission is enabled for them in the developer portal"


class KeyRefused(Unauthorized):
    """A key is wrong or disabled, or the customer key is not assigned to this office or has no permission.

    The status is 401, or 400 with the server's words that the key has not been assigned. A key without any
    permission gets the same responses as a wrong one, also from GET /securityperms, which needs ReadAll.
    """

    advice = (
        "check both keys in the developer portal: they must be enabled, for this office, with a permission"
    )


class MissingPermission(Unauthorized):
    """401: both keys are right, but the developer lacks the permission for this operation at the practice.

    Attributes:
        permission: the name of the permission, such as `Insurance`.
    """

    def __init__(self, status: int, method: str, path: str, explanation: str, permission: str) -> None:
        self.advice = _enable(permission)
        super().__init__(status, method, path, explanation)
        self.permission = permission


class NotFound(APIError):
    """404: the row does not exist, or another that the request refers to."""


class NoSuchResource(NotFound):
    """404: the office does not know the resource: its version is too old, or the path is misspelled."""

    advice = "check the path, and that the office's version has it: odapi check shows the version"


class Gone(APIError):
    """410: the resource is deprecated."""


class Throttled(APIError):
    """429 at every attempt: probably another program uses the same customer key.

    Attributes:
        retry_after: seconds to wait according to the server; None if it did not say.
    """

    retry_can_help = True
    advice = "check if another program uses this customer key"

    def __init__(
        self, status: int, method: str, path: str, explanation: str, retry_after: float | None = None
    ) -> None:
        super().__init__(status, method, path, explanation)
        self.retry_after = retry_after


class ServerError(APIError):
    """5xx: the API or the connection to the office failed. 504: the office took more than 60 seconds.

    Attributes:
        retry_after: seconds to wait according to the server; None if it did not say.
    """

    retry_can_help = True

    def __init__(
        self, status: int, method: str, path: str, explanation: str, retry_after: float | None = None
    ) -> None:
        super().__init__(status, method, path, explanation)
        self.retry_after = retry_after


class UnexpectedStatus(APIError):
    """A status that the API does not document, such as a redirect, which is never followed."""


class OutcomeUnknown(OpenDentalError):
    """A write was sent and no result was received: it may or may not have been executed.

    A deadline that ends the call after the write was sent has the same result, and so has a response that
    cannot be read: then `__cause__` is the `DecodeError`.

    A POST or a PUT that is not idempotent is sent once and never again: read what it should have changed
    before you repeat it. An idempotent PUT or DELETE was sent in all its attempts, and may be called again.
    `__cause__` is the last failure; None if the deadline ended the only attempt.

    Attributes:
        method: the HTTP method.
        path: the path below the base URL, without the query.
        attempts: the number of attempts, including those that were not sent.
    """

    def __init__(self, method: str, path: str, attempts: int = 1) -> None:
        super().__init__(
            f"{method} {path} may or may not have been executed (attempts: {attempts}); "
            "read what it should have changed before you repeat it"
        )
        self.method = method
        self.path = path
        self.attempts = attempts


class NotKept(OpenDentalError):
    """The office answered a write with success, and did not keep what was sent. Raised with `Verify.RAISE`.

    What it did keep stays there: read the row before you go on, and do not repeat a POST.

    Attributes:
        method: the HTTP method.
        path: the path below the base URL, without the query.
        fields: the wire names of the fields that were not kept; empty if a deleted row is still there.
        row_id: the id of the row that was written; None if it is not known.
    """

    def __init__(self, method: str, path: str, fields: tuple[str, ...], row_id: int | None = None) -> None:
        row = "the row" if row_id is None else f"row {row_id}"
        lost = f"did not keep {', '.join(fields)}" if fields else "did not delete it"
        super().__init__(
            f"{method} {path} was answered with success, but the office {lost}; read {row} before you go on, "
            "and look for a rule or a setting of the office that forbids it"
        )
        self.method = method
        self.path = path
        self.fields = fields
        self.row_id = row_id


class NotVerified(OpenDentalError):
    """A write was executed, and the read that should check it failed, with `__cause__`. With `Verify.RAISE`.

    Attributes:
        method: the HTTP method of the write.
        path: its path below the base URL, without the query.
        row_id: the id of the row that was written; None if it is not known.
    """

    def __init__(self, method: str, path: str, row_id: int | None = None) -> None:
        super().__init__(
            f"{method} {path} was executed, but reading it back failed, so it is not known whether the "
            "office kept all of it; read it later, and do not send the write again"
        )
        self.method = method
        self.path = path
        self.row_id = row_id


class RepeatedPage(OpenDentalError):
    """The server sends the same page again and again, so a list would never end.

    Attributes:
        offset: the offset of the page, in rows.
    """

    def __init__(self, offset: int) -> None:
        super().__init__(
            f"the page at offset {offset} is the same as the page before: the server ignores Offset, "
            "so the list cannot be read to its end"
        )
        self.offset = offset


class DecodeError(OpenDentalError):
    """A response does not have the documented structure, even if decoded tolerantly.

    Attributes:
        type_name: the struct that was expected.
        row: the index in the page of the row that cannot be decoded, if it is known.
        field: the name of the field that cannot be decoded, if it is known.
        raw: the bytes of that row, or of the whole body; empty if they are not known. They may contain
            patient data.
        problem: the message without the advice to look at `raw`.
    """

    def __init__(
        self,
        type_name: str,
        raw: bytes,
        *,
        row: int | None = None,
        field: str | None = None,
        problem: str | None = None,
    ) -> None:
        place = "" if row is None else f" in row {row}"
        place += f", field {field}" if field else ""
        self.problem = f"the response is {problem or f'not a valid {type_name}'}{place}"
        super().__init__(f"{self.problem}; its bytes are in .raw" if raw else self.problem)
        self.type_name = type_name
        self.raw = raw
        self.row = row
        self.field = field


class FilterIgnored(DecodeError):
    """A list has rows that a filter excludes: the office does not know the filter, and sends all rows.

    Attributes:
        field: the name of the filter, and of the field that contradicts it.
    """

    def __init__(self, type_name: str, field: str, since: str | None) -> None:
        came = f", which came with Open Dental {since}," if since else ""
        super().__init__(type_name, b"", field=field)
        message = (
            f"the office sends rows with another {field} than the filter: it does not know this filter{came} "
            "and ignores it; leave it out and select the rows yourself, or ask the office to update"
        )
        self.args = (message,)
        self.problem = message
