"""An office in this process whose responses are replaced by others."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager

from odapi_async import OpenDental, Request, Response
from odapi_async.mirror import Mirror
from odapi_async.testing import SandboxTransport
from tests.support.bench import QUICK, Bench
from tests.support.mirror import Copy

Change = Callable[[Request, bytes], bytes | Response]


class BadOffice:
    """A transport to a sandbox that changes the responses at one path.

    Args:
        real: the transport to the sandbox.
        path: the path below the base URL.
        change: returns the body to respond with, or the whole response.

    Attributes:
        sent: the number of requests at that path.
    """

    def __init__(self, real: SandboxTransport, path: str, change: Change) -> None:
        self.sent = 0
        self._real = real
        self._path = path
        self._change = change

    async def send(self, request: Request, on_sent: Callable[[], object]) -> Response:
        response = await self._real.send(request, on_sent)
        if request.path != self._path:
            return response
        self.sent += 1
        changed = self._change(request, response.body)
        return changed if isinstance(changed, Response) else Response(200, {}, changed)

    async def close(self) -> None:
        """Leave the sandbox open."""


@asynccontextmanager
async def responding(copy: Copy, path: str, change: Change | bytes) -> AsyncGenerator[Copy]:
    """The same copy, of an office whose responses at one path are changed.

    Args:
        copy: the copy of a good office.
        path: the path below the base URL.
        change: the body of each response, or what changes it.
    """
    assert copy.bench.transport
    office = BadOffice(copy.bench.transport, path, _always(change) if isinstance(change, bytes) else change)
    async with OpenDental(copy.bench.box.developer_key, retries=QUICK, transport=office) as client:
        bench = Bench(copy.bench.box, client, copy.bench.transport)
        yield Copy(bench, copy.store, Mirror(client, copy.store), bench.practice(concurrency=1), copy.clock)


def _always(body: bytes) -> Change:
    def change(request: Request, right: bytes) -> bytes:
        return body

    return change
