"""The seam between calls and the network: a request in, a response out, the moment of sending reported."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple, NoReturn, Protocol

from odapi_async._core.secret import Secret

MAX_RESPONSE: Final = 64 * 2**20
"""Bytes of one response's body at most, unless the client says otherwise."""


class Request:
    """One request, ready to be sent. Its repr and its stored attributes show neither keys nor the query.

    Args:
        method: the HTTP method.
        path: the path below the base URL, for errors.
        url: the whole URL, percent-encoded.
        authorization: the header that carries the keys.
        body: JSON, or None.
        timeout: seconds until the whole response must have arrived.

    Attributes:
        method: the HTTP method.
        path: the path below the base URL, for errors.
        timeout: seconds until the whole response must have arrived.
    """

    __slots__ = ("_hidden", "method", "path", "timeout")

    def __init__(
        self, method: str, path: str, url: str, authorization: str, body: bytes | None, timeout: float
    ) -> None:
        self.method = method
        self.path = path
        self.timeout = timeout
        self._hidden = Secret((url, authorization, body))

    @property
    def url(self) -> str:
        """The whole URL, percent-encoded."""
        return self._hidden.reveal()[0]

    @property
    def authorization(self) -> str:
        """The header that carries the keys."""
        return self._hidden.reveal()[1]

    @property
    def body(self) -> bytes | None:
        """JSON, or None."""
        return self._hidden.reveal()[2]

    def __repr__(self) -> str:
        return f"Request({self.method} {self.path})"

    def __reduce__(self) -> NoReturn:
        """Refuse to be pickled."""
        raise TypeError("a request contains keys and is not pickled")


class Response(NamedTuple):
    """One whole response. Its repr shows no part of the body.

    Attributes:
        status: the HTTP status.
        headers: the headers; names are compared without regard to case.
        body: the body, decompressed.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes

    def __repr__(self) -> str:
        return f"Response({self.status}, {len(self.body)} bytes)"


class Transport(Protocol):
    """What sends the requests of `OpenDental(transport=...)`: the network, or a sandbox in this process."""

    async def send(self, request: Request, on_sent: Callable[[], object]) -> Response:
        """Send one request exactly once, and return its response whatever the status.

        Args:
            request: what to send.
            on_sent: has to be called once, when the request is sent: the interval runs from that moment.

        Raises:
            ConnectFailed: the request was not sent.
            ConnectionLost: it was sent, and the connection broke before the whole response arrived.
            RequestTimeout: it was sent, and the response did not arrive within `request.timeout` seconds.
            ConfigurationError: an option of the network or the base URL cannot be used. It was not sent, and
                another attempt would fail in the same way.
        """
        ...

    async def close(self) -> None:
        """Release all connections. `OpenDental.aclose` calls it once."""
        ...
