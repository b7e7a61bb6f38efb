"""What an adapter calls."""

from __future__ import annotations

from collections.abc import AsyncIterable, Mapping
from typing import Protocol

from odapi_async import Response


class Receive(Protocol):
    """Receives one request: `Receiver.receive`."""

    async def __call__(
        self,
        headers: Mapping[str, str],
        chunks: AsyncIterable[bytes],
        *,
        method: str = "POST",
        query: str = "",
    ) -> Response:
        """Return the response."""
        ...
