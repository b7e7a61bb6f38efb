"""All of it on this machine, without keys: two servers, a made-up office, and two patients for one chair."""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import socket
import sys
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager

import httpx

from odapi_async.sandbox import PERMISSIONS, Office, Sandbox

KEY = "key-of-harbour"
TOKEN = "made-up-token"  # noqa: S105 - it is made up
OFFICE = Office(
    customer_key=KEY,
    mode="local",
    permissions=frozenset(PERMISSIONS) - {"Enterprise"},
    rows={"appointments": 30, "operatories": 2, "providers": 2, "schedules": 60},
)
CALLER = {"Authorization": f"Bearer {TOKEN}"}


@asynccontextmanager
async def server(sandbox: Sandbox) -> AsyncGenerator[str]:
    """Serve the app in a process of its own, and yield its address."""
    settings = {
        "OPENDENTAL_DEVELOPER_KEY": sandbox.developer_key,
        "BOOKING_CUSTOMER_KEY": KEY,
        "BOOKING_TOKEN": TOKEN,
        "BOOKING_OPERATORIES": "1,2",
        "BOOKING_PROVIDERS": "1,2",
        "BOOKING_MODE": "local",
        "BOOKING_BASE_URL": sandbox.url,
    }
    with socket.create_server(("127.0.0.1", 0)) as listening:
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        app = ("--factory", "booking_api.app:make_app", "--no-access-log", "--log-level", "warning")
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "uvicorn", *app, "--fd", str(listening.fileno())),
            env={**os.environ, **settings, "PYTHONPATH": os.pathsep.join(sys.path)},
            pass_fds=[listening.fileno()],
        )
    try:
        yield address  # the socket listens already: the first request waits until the server has started
    finally:
        process.terminate()
        await process.wait()


async def demo() -> None:
    """Let two patients book the same opening at two servers."""
    async with AsyncExitStack() as stack:
        sandbox = await stack.enter_async_context(Sandbox([OFFICE]))
        addresses = [await stack.enter_async_context(server(sandbox)) for _ in range(2)]
        caller = await stack.enter_async_context(httpx.AsyncClient(headers=CALLER, timeout=30))
        today = dt.datetime.now(dt.timezone(dt.timedelta(hours=-8))).date()  # the zone of the sandbox
        tomorrow = today + dt.timedelta(days=1)
        found = (await caller.get(f"{addresses[0]}/openings", params={"first": f"{tomorrow}"})).json()
        wanted = {name: found[0][name] for name in ("start", "op", "provider")}
        responses = await asyncio.gather(
            *(
                caller.post(f"{address}/bookings", json={"pat_num": patient, **wanted})
                for patient, address in enumerate(addresses, 1)
            )
        )
        for patient, response in enumerate(responses, 1):
            print(f"patient {patient}: {response.status_code} {response.text}")


if __name__ == "__main__":
    asyncio.run(demo())
