"""Why a request is refused."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Refused:
    """A refused request, without any value of it.

    Attributes:
        method: HTTP method.
        path: Template of the path as the reference prints it, or `unknown`.
        status: Status of the response.
        reason: Rule that the request breaks, with the name of a parameter.
    """

    method: str
    path: str
    status: int
    reason: str


class Refusal(Exception):
    """Ends a request with an error status and a JSON string."""

    def __init__(
        self, status: int, message: str, reason: str | None = None, *, retry_after: int | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.reason = reason or message
        self.headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
