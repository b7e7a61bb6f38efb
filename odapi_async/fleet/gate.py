"""The gate in front of the network: a worker that cannot prove that it holds its locks sends nothing."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from odapi_async import ConnectFailed, Request, Response, Transport

_SHUT: Final = "this worker cannot prove that it holds the lock of the key"


class Gate:
    """Open for a while after each proof that the locks are held.

    A process that was frozen finds it shut when it continues. A clock that only counts while the machine runs
    would not show a machine that was suspended, so the time of day counts, too: it only ever shuts too early.

    Args:
        lease: seconds that a proof is worth.
        monotonic: a clock that is never set.
        time_of_day: the clock of the machine, in seconds.
    """

    def __init__(
        self,
        lease: float,
        monotonic: Callable[[], float] = time.monotonic,
        time_of_day: Callable[[], float] = time.time,
    ) -> None:
        self._lease = lease
        self._clocks = monotonic, time_of_day
        self._proven: tuple[float, float] | None = None

    @property
    def is_open(self) -> bool:
        """Whether requests may be sent."""
        if self._proven is None:
            return False
        return all(now - then < self._lease for now, then in zip(self.now(), self._proven, strict=True))

    def now(self) -> tuple[float, float]:
        """Return the time of both clocks."""
        monotonic, time_of_day = self._clocks
        return monotonic(), time_of_day()

    def open(self, since: tuple[float, float]) -> None:
        """Open it.

        Args:
            since: the time before the locks were probed, from `now`.
        """
        self._proven = since

    def shut(self) -> None:
        """Shut it: the locks are lost, or nobody knows."""
        self._proven = None


class GatedTransport:
    """A transport that sends a request only while a gate is open.

    Args:
        gate: the gate.
        transport: what sends the requests. It is closed with this one.
    """

    def __init__(self, gate: Gate, transport: Transport) -> None:
        self._gate = gate
        self._transport = transport

    async def send(self, request: Request, on_sent: Callable[[], object]) -> Response:
        """Send one request, unless the gate is shut; see `Transport.send`.

        Raises:
            ConnectFailed: the gate is shut, so nothing was sent; or as the transport raises it.
        """
        if not self._gate.is_open:
            raise ConnectFailed(request.method, request.path, _SHUT)
        return await self._transport.send(request, on_sent)

    async def close(self) -> None:
        """Close the transport."""
        await self._transport.close()
