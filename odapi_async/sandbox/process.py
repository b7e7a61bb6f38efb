"""A sandbox in a second Python process, so that its work does not delay the event loop under test."""

from __future__ import annotations

import asyncio
import sys
import urllib.error
import urllib.parse
import urllib.request
from asyncio.subprocess import PIPE, Process
from collections.abc import Iterable
from http import HTTPStatus
from types import TracebackType
from typing import Final, Self

import anyio.to_thread
import msgspec

from odapi_async.sandbox.events.commands import Command
from odapi_async.sandbox.events.subscribed import MACHINES
from odapi_async.sandbox.faults import Fault
from odapi_async.sandbox.office import Office
from odapi_async.sandbox.options import OfficeOptions, Ready, SandboxOptions
from odapi_async.sandbox.rows import Row
from odapi_async.sandbox.throttle import KeyStats, Throttle

_START: Final = 30.0
_EACH: Final = 1.0  # more seconds for each office, which makes its first rows before the process listens
_STOP: Final = 5.0
_TIMEOUT: Final = 10.0
_EVENTS: Final = 600.0  # receivers may be slow, one after another
_WITHOUT_PROXY: Final = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class SandboxProcess:
    """A `Sandbox` in another process, which ends with the `async with` block, whatever happens inside.

    Args:
        offices: the offices that it serves, each with a customer key of its own.
        developer_key: the developer key that every request must carry.
        throttle: what happens to requests that come too early.
        queue_limit: how many requests of one key may wait at the server at once.
        port: the port; 0 takes a free one.
        retry_after: seconds that a 429 tells; None tells the true number, rounded up to whole seconds.
        seed: decides on faults with a rate.
        event_polling: seconds between two polls of each subscription, instead of its PollingSeconds.
        event_timeout: seconds until the receiver of an event must have responded.
    """

    def __init__(
        self,
        offices: Iterable[Office],
        *,
        developer_key: str = "sandbox-developer",
        throttle: Throttle = Throttle.HOLD,
        queue_limit: int = 10,
        port: int = 0,
        retry_after: float | None = None,
        seed: int = 1,
        event_polling: float | None = None,
        event_timeout: float = 60.0,
    ) -> None:
        self.developer_key = developer_key
        self._options = SandboxOptions(
            offices=[OfficeOptions.of(office) for office in offices],
            developer_key=developer_key,
            throttle=throttle,
            queue_limit=queue_limit,
            port=port,
            retry_after=retry_after,
            seed=seed,
            event_polling=event_polling,
            event_timeout=event_timeout,
        )
        self._process: Process | None = None
        self._ready = Ready("", [])

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    @property
    def url(self) -> str:
        """The base URL of the API; empty before the start."""
        return self._ready.url

    @property
    def keys(self) -> list[str]:
        """The customer keys of the offices."""
        return self._ready.keys

    async def start(self) -> None:
        """Start the process and wait until it listens.

        Raises:
            RuntimeError: it ended instead; its error is on the standard error output.
            TimeoutError: it did not listen within 30 seconds, and a second for each office.
        """
        options = msgspec.json.encode(self._options).decode()
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "odapi_async.sandbox",
            options,
            stdin=PIPE,
            stdout=PIPE,
            start_new_session=True,  # Ctrl-C is for the parent; this process ends with its standard input
        )
        try:
            limit = _START + _EACH * len(self._options.offices)
            self._ready = await asyncio.wait_for(self._first_line(self._process), limit)
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """End the process and wait for its end. A second call does no harm."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.stdin is not None:
            process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), _STOP)
        except TimeoutError:
            await _kill(process)
        except asyncio.CancelledError:
            await _kill(process)
            raise

    async def stats(self) -> dict[str, KeyStats]:
        """Return the counts by customer key."""
        return msgspec.json.decode(await self._control("GET", "stats"), type=dict[str, KeyStats])

    async def reset_stats(self) -> None:
        """Set the counts to zero and forget the arrivals; rows, faults and the throttle stay."""
        await self._control("DELETE", "stats")

    async def reset(self) -> None:
        """Return to the start: rows, counts, arrivals, faults, throttle and clock."""
        await self._control("POST", "reset")

    async def add_fault(self, fault: Fault) -> None:
        """Add a fault after the existing ones; the first that matches a request hits it."""
        await self._control("POST", "faults", msgspec.json.encode(fault))

    async def clear_faults(self) -> None:
        """Remove all faults."""
        await self._control("DELETE", "faults")

    async def rows(self, customer_key: str, resource: str) -> list[Row]:
        """Return a copy of all rows of a resource, as they are stored now.

        Args:
            customer_key: the key of the office.
            resource: the name in the path, such as `patients` or `procedurelogs`, also as `procedure_logs`.

        Raises:
            KeyError: no office has this key, or there is no such resource.
        """
        return msgspec.json.decode(await self._row("GET", customer_key, resource), type=list[Row])

    async def add_row(self, customer_key: str, resource: str, values: Row) -> int:
        """Add a row, as someone at the office does, and return its id. Other fields are empty.

        Raises:
            KeyError: no office has this key, or there is no such resource, or it has no rows of its own.
            ValueError: a field is unknown, a value has the wrong type, or the values include the id.
        """
        return msgspec.json.decode(await self._row("POST", customer_key, resource, values=values), type=int)

    async def change_row(self, customer_key: str, resource: str, row_id: int, values: Row) -> None:
        """Write values into a row, as someone at the office does. If it changes, its stamps become now.

        Raises:
            KeyError: no office has this key, or there is no such resource or row, or the resource has no rows
                of its own.
            ValueError: a field is unknown, a value has the wrong type, or the values change the id.
        """
        await self._row("PUT", customer_key, resource, row_id, values)

    async def remove_row(self, customer_key: str, resource: str, row_id: int) -> None:
        """Remove a row, as someone at the office does: it is in no list any more, and no stamp shows it.

        Raises:
            KeyError: no office has this key, or there is no such resource or row.
        """
        await self._row("DELETE", customer_key, resource, row_id)

    async def select_patient(self, customer_key: str, row_id: int, *, workstation: str = MACHINES[1]) -> int:
        """Select a patient, as someone at a workstation does, and return how many events were accepted.

        Args:
            customer_key: the key of the office.
            row_id: the id of the patient.
            workstation: the workstation.

        Raises:
            KeyError: no office has this key, or there is no such patient.
        """
        command = Command(customer_key=customer_key, patient=row_id, workstation=workstation)
        return await self._event("patient", command)

    async def poll_events(self, customer_key: str | None = None) -> int:
        """Poll all subscriptions now, also those that are not due, and return how many events were accepted.

        Raises:
            KeyError: no office has this key.
        """
        return await self._event("poll", Command(customer_key=customer_key))

    async def set_workstation(self, customer_key: str, workstation: str, *, running: bool) -> None:
        """Start or end the program on a workstation. Where it does not run, nothing is polled and posted.

        Raises:
            KeyError: no office has this key.
        """
        command = Command(customer_key=customer_key, workstation=workstation, running=running)
        await self._event("workstation", command)

    async def _event(self, name: str, command: Command) -> int:
        body = msgspec.json.encode(command)
        return msgspec.json.decode(await self._checked("POST", f"events/{name}", body, _EVENTS), type=int)

    async def _row(
        self,
        method: str,
        customer_key: str,
        resource: str,
        row_id: int | None = None,
        values: Row | None = None,
    ) -> bytes:
        parts = [customer_key, resource, *([] if row_id is None else [str(row_id)])]
        path = "/".join(["rows", *(urllib.parse.quote(part, safe="") for part in parts)])
        return await self._checked(method, path, None if values is None else msgspec.json.encode(values))

    async def _checked(
        self, method: str, path: str, body: bytes | None = None, seconds: float = _TIMEOUT
    ) -> bytes:
        try:
            return await self._control(method, path, body, seconds)
        except urllib.error.HTTPError as error:
            with error:
                text = error.read().decode()
            raise (KeyError(text) if error.code == HTTPStatus.NOT_FOUND else ValueError(text)) from None

    @staticmethod
    async def _first_line(process: Process) -> Ready:
        line = await process.stdout.readline() if process.stdout is not None else b""
        if not line:
            raise RuntimeError("the sandbox's process ended before it listened")
        return msgspec.json.decode(line, type=Ready)

    async def _control(
        self, method: str, path: str, body: bytes | None = None, seconds: float = _TIMEOUT
    ) -> bytes:
        root = self.url.removesuffix("/api/v1")
        headers = {"Authorization": f"Bearer {self._ready.control_token}"}
        request = urllib.request.Request(  # noqa: S310 - own URL
            f"{root}/sandbox/{path}", data=body, headers=headers, method=method
        )
        return await anyio.to_thread.run_sync(_fetch, request, seconds, abandon_on_cancel=True)


async def _kill(process: Process) -> None:
    process.kill()
    await process.wait()


def _fetch(request: urllib.request.Request, seconds: float) -> bytes:
    with _WITHOUT_PROXY.open(request, timeout=seconds) as response:
        body: bytes = response.read()
    return body
