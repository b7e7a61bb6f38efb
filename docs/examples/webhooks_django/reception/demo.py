"""All of it on this machine, without keys: an office of the sandbox, the server, and the other process."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import uvicorn

from odapi_async import Mode, OpenDental
from odapi_async.events import ensure
from odapi_async.sandbox import Office, Sandbox

KEY = "key-of-harbour"
TOKEN = "made-up-token"  # noqa: S105 - it is made up
OFFICE = Office(customer_key=KEY, mode="local", rows={"patients": 30, "subscriptions": 0})


def settings(folder: Path) -> dict[str, str]:
    """Return the variables of the demo."""
    return {
        "ODAPI_STORE": str(folder / "events.db"),
        "OPENDENTAL_CUSTOMER_KEY_HARBOUR": KEY,
        "RECEPTION_TOKEN": TOKEN,
    }


@asynccontextmanager
async def serving() -> AsyncGenerator[str]:
    """Serve the app on a free port, and yield its address."""
    config = uvicorn.Config("reception.asgi:app", port=0, ws="none", lifespan="off", access_log=False,
                            log_level="warning")  # fmt: skip
    server = uvicorn.Server(config)
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
        await ensure(practice, f"{address}/od", [], workstation="FRONTDESK", selected=True)


async def demo() -> None:
    """Select a patient at a made-up office every few seconds."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= settings(Path(folder))
        handler = await asyncio.create_subprocess_exec(sys.executable, "-m", "reception.handle")
        try:
            async with Sandbox([OFFICE]) as sandbox, serving() as address:
                await subscribe(sandbox, address)
                url = f"{address}/selected/harbour/FRONTDESK"
                print(f'curl -H "Authorization: Bearer {TOKEN}" {url}')
                for number in range(1, OFFICE.rows["patients"] + 1):
                    await sandbox.select_patient(KEY, number, workstation="FRONTDESK")
                    await asyncio.sleep(3)
        finally:
            handler.terminate()
            await handler.wait()


if __name__ == "__main__":
    try:
        asyncio.run(demo())
    except KeyboardInterrupt:
        print("done")
