"""All of it on this machine, without keys: an office of the sandbox, the app, and a chat that prints."""

from __future__ import annotations

import asyncio
import datetime as dt
import tempfile
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import web

from chat_notice.app import create_app
from odapi_async import Mode, OpenDental
from odapi_async.events import ensure
from odapi_async.sandbox import Office, Sandbox

KEY = "key-of-harbour"
OFFICE = Office(customer_key=KEY, mode="local", rows={"appointments": 30, "subscriptions": 0})


@asynccontextmanager
async def serving(app: web.Application) -> AsyncGenerator[str]:
    """Serve an app on a free port, and yield its address."""
    # by default it waits up to a minute for a connection that came at the last moment and sends nothing
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


def chat_app(hear: Callable[[str], object]) -> web.Application:
    """Return a chat that passes on what it is told. A status from 400 on is what `hear` raises."""

    async def respond(request: web.Request) -> web.Response:
        hear((await request.json())["text"])
        return web.Response()

    app = web.Application()
    app.router.add_post("/hook", respond)
    return app


async def subscribe(sandbox: Sandbox, address: str) -> None:
    """Let the office post to the app, as you do once for each practice of yours."""
    async with OpenDental(sandbox.developer_key) as od:
        practice = od.practice(KEY, mode=Mode.LOCAL, base_url=sandbox.url)
        await ensure(practice, f"{address}/od", ["Appointment"], workstation="SERVER")


async def demo() -> None:
    """Change an appointment at a made-up office every few seconds, and print what the chat is told."""
    with tempfile.TemporaryDirectory() as folder:
        url = str(Path(folder) / "events.db")
        async with (
            Sandbox([OFFICE], event_polling=0.5) as sandbox,
            serving(chat_app(print)) as chat,
            serving(create_app(url, {"harbour": KEY}, f"{chat}/hook")) as address,
        ):
            await subscribe(sandbox, address)
            tomorrow = dt.datetime.now().astimezone().date() + dt.timedelta(days=1)
            for number in range(1, OFFICE.rows["appointments"] + 1):
                start = f"{tomorrow} {8 + number % 9:02}:00:00"
                sandbox.change_row(KEY, "appointments", number, {"AptDateTime": start})
                await asyncio.sleep(3)


if __name__ == "__main__":
    try:
        asyncio.run(demo())
    except KeyboardInterrupt:
        print("done")
