"""The response to a POST of an office."""

from __future__ import annotations

from collections.abc import AsyncIterable, Mapping
from typing import NamedTuple, Protocol


class Reply(NamedTuple):
    """The response to a POST.

    Attributes:
        status: the HTTP status. Only 200 means that the event is stored; after any other the office sends it
            again.
        body: a text for people, without a value of what was sent.
        headers: the headers of the response.
    """

    status: int
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()


class Receive(Protocol):
    """Receives one request: `Receiver.receive`."""

    async def __call__(
        self,
        headers: Mapping[str, str],
        chunks: AsyncIterable[bytes],
        *,
        method: str = "POST",
        query: str = "",
    ) -> Reply:
        """Return the response."""
        ...
