"""All of it on this machine, without keys: an office of the sandbox posts its changes to the app."""

from __future__ import annotations

import asyncio
import datetime as dt
import tempfile
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from changes_api.app import create_app
from odapi_async import Mode, OpenDental
from odapi_async.events import ensure
from odapi_async.sandbox import Office, Sandbox

KEY = "key-of-harbour"
TOKEN = "made-up-token"  # noqa: S105 - it is made up
POLLING = 0.5  # seconds; a real office polls every 5 or 30
OFFICE = Office(customer_key=KEY, mode="local", rows={"appointments": 30, "subscriptions": 0})


@asynccontextmanager
async def serving(app: FastAPI) -> AsyncGenerator[str]:
    """Serve the app on a free port, and yield its address."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, ws="none", access_log=False, log_level="warning"))
    task = asyncio.create_task(server.serve())
    try:
        while not server.started and not task.done():  # noqa: ASYNC110 - uvicorn has no event for it
            await asyncio.sleep(0.01)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        await task


async def subscribe(sandbox: Sandbox, address: str) -> None:
    """Let the office post to the app, as you do once for each practice of yours."""
    async with OpenDental(sandbox.developer_key) as od:
        practice = od.practice(KEY, mode=Mode.LOCAL, base_url=sandbox.url)
        for each in await ensure(
            practice, f"{address}/od/", ["Appointment", "AppointmentDeleted"], workstation="SERVER"
        ):
            print(f"{each.kind}: {each.action}")


async def demo() -> None:
    """Change an appointment at a made-up office, and ask the app for it."""
    with tempfile.TemporaryDirectory() as folder:
        url = str(Path(folder) / "events.db")
        async with (
            Sandbox([OFFICE], event_polling=POLLING) as sandbox,
            serving(create_app(url, {"harbour": KEY}, TOKEN)) as address,
        ):
            await subscribe(sandbox, address)
            tomorrow = dt.datetime.now().astimezone().date() + dt.timedelta(days=1)
            sandbox.change_row(KEY, "appointments", 1, {"AptDateTime": f"{tomorrow} 09:30:00"})
            print(f"appointment 1 was moved to tomorrow; Ctrl-C ends this:\n"
                  f'curl -H "Authorization: Bearer {TOKEN}" {address}/changes/{tomorrow}')  # fmt: skip
            await asyncio.Event().wait()


if __name__ == "__main__":
    try:
        asyncio.run(demo())
    except KeyboardInterrupt:
        print("done")
