"""All of it on this machine, without keys: an office of the sandbox, and both processes."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
import tempfile
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from odapi_async import Mode, OpenDental
from odapi_async.events import ensure
from odapi_async.sandbox import Office, Sandbox

FOLDER = Path(__file__).parents[1]
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


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@asynccontextmanager
async def running(*arguments: str) -> AsyncGenerator[None]:
    """Run a module in a process of its own."""
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", *arguments, cwd=FOLDER)
    try:
        yield
    finally:
        with suppress(ProcessLookupError):  # Ctrl-C ends all of them
            process.terminate()
        await process.wait()


@asynccontextmanager
async def serving(port: int) -> AsyncGenerator[str]:
    """Serve the app, and yield its address."""
    server = ("uvicorn", "reception.asgi:app", "--port", f"{port}", "--lifespan", "off", "--no-access-log")
    async with running(*server), asyncio.timeout(30) as timeout:
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.05)
            else:
                break
        writer.close()
        timeout.reschedule(None)
        yield f"http://127.0.0.1:{port}"


async def subscribe(sandbox: Sandbox, address: str) -> None:
    """Let the office post to the app, as you do once for each practice of yours."""
    async with OpenDental(sandbox.developer_key) as od:
        practice = od.practice(KEY, mode=Mode.LOCAL, base_url=sandbox.url)
        await ensure(practice, f"{address}/od", [], workstation="FRONTDESK", selected=True)


async def demo() -> None:
    """Select a patient at a made-up office every few seconds."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= settings(Path(folder))
        async with Sandbox([OFFICE]) as sandbox, running("reception.handle"), serving(free_port()) as address:
            await subscribe(sandbox, address)
            print(f'curl -H "Authorization: Bearer {TOKEN}" {address}/selected/harbour/FRONTDESK')
            for number in range(1, OFFICE.rows["patients"] + 1):
                await sandbox.select_patient(KEY, number, workstation="FRONTDESK")
                await asyncio.sleep(3)


if __name__ == "__main__":
    try:
        asyncio.run(demo())
    except KeyboardInterrupt:
        print("done")
