"""A headless Chromium, driven over the DevTools protocol: only what the tests of the watch page need."""

from __future__ import annotations

import asyncio
import base64
import itertools
import json
import os
import shutil
import signal
import tempfile
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, Final

import aiohttp

_PROGRAMS: Final = ("chromium-headless-shell", "chrome-headless-shell", "chromium")
_FLAGS: Final = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--remote-debugging-port=0",
)
_PATIENCE: Final = 20.0
_STEP: Final = 0.02
_LISTENS: Final = b"DevTools listening on "

MISSING: Final = "there is no Chromium here, so the watch page is not tried in a browser"


def program() -> str | None:
    """Return the path of a Chromium, or None if there is none."""
    return next(filter(None, map(shutil.which, _PROGRAMS)), None)


class Page:
    """One tab.

    Attributes:
        errors: what the browser wrote to its console as an error: exceptions, refused resources, violations.
    """

    def __init__(self, browser: Browser, session: str) -> None:
        self._browser = browser
        self.session = session
        self.errors: list[str] = []

    async def send(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Send a command and return its result."""
        return await self._browser.send(method, parameters, self.session)

    async def open(self, url: str) -> None:
        """Go to a URL, and wait until it is loaded."""
        await self.send("Page.navigate", url=url)
        await self.until("location.href !== 'about:blank' && document.readyState === 'complete'")

    async def evaluate(self, script: str) -> Any:
        """Return the value of an expression; a promise is awaited."""
        found = await self.send("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in found, found["exceptionDetails"]
        return found["result"].get("value")

    async def until(self, script: str) -> None:
        """Wait until an expression is true."""
        async with asyncio.timeout(_PATIENCE):
            while True:
                with suppress(RuntimeError):  # the page is being replaced
                    if await self.evaluate(script):
                        return
                await asyncio.sleep(_STEP)

    async def text(self, selector: str) -> str:
        """Return the text of an element as it is shown."""
        return str(await self.evaluate(f"document.querySelector({json.dumps(selector)}).innerText"))

    async def click(self, selector: str) -> None:
        """Click on the middle of an element with the mouse, when the page is loaded and stands still."""
        script = f"""(() => {{ const each = document.querySelector({json.dumps(selector)});
            each.scrollIntoView({{block: "center"}}); const box = each.getBoundingClientRect();
            return [box.x + box.width / 2, box.y + box.height / 2]; }})()"""
        await self.until("document.readyState === 'complete'")
        before, found = None, await self.evaluate(script)
        while found != before:
            await asyncio.sleep(_STEP)
            before, found = found, await self.evaluate(script)
        x, y = found
        for kind in ("mousePressed", "mouseReleased"):
            await self.send("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    async def press(self, key: str, text: str = "") -> None:
        """Press a key, such as Enter or Tab."""
        code = {"Enter": 13, "Tab": 9}[key]
        given = {"key": key, "code": key, "windowsVirtualKeyCode": code}
        await self.send("Input.dispatchKeyEvent", type="keyDown", text=text, **given)
        await self.send("Input.dispatchKeyEvent", type="keyUp", **given)

    async def show_as(self, *, width: int = 1_000, height: int = 800, dark: bool = False) -> None:
        """Set the size of the window and the color scheme."""
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        await self.send("Emulation.setDeviceMetricsOverride", **size)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        await self.send("Emulation.setEmulatedMedia", features=[scheme])

    async def picture(self) -> bytes:
        """Return a PNG of what the window shows."""
        found = await self.send("Page.captureScreenshot", format="png")
        return base64.b64decode(found["data"])


class Browser:
    """A running Chromium."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._numbers = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._pages: dict[str, Page] = {}

    @asynccontextmanager
    async def page(self, *, script: bool = True) -> AsyncGenerator[Page]:
        """Open a tab with cookies of its own.

        Args:
            script: whether scripts run.
        """
        context = (await self.send("Target.createBrowserContext", {}))["browserContextId"]
        new = {"url": "about:blank", "browserContextId": context}
        target = (await self.send("Target.createTarget", new))["targetId"]
        attached = await self.send("Target.attachToTarget", {"targetId": target, "flatten": True})
        page = self._pages[attached["sessionId"]] = Page(self, attached["sessionId"])
        for domain in ("Page", "Runtime", "Log"):
            await page.send(f"{domain}.enable")
        if not script:
            await page.send("Emulation.setScriptExecutionDisabled", value=True)
        try:
            yield page
        finally:
            await self.send("Target.disposeBrowserContext", {"browserContextId": context})

    async def send(
        self, method: str, parameters: dict[str, Any], session: str | None = None
    ) -> dict[str, Any]:
        """Send a command and return its result."""
        number = next(self._numbers)
        response: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._waiting[number] = response
        to = {} if session is None else {"sessionId": session}
        await self._socket.send_json({"id": number, "method": method, "params": parameters, **to})
        async with asyncio.timeout(_PATIENCE):
            return await response

    async def listen(self) -> None:
        """Take responses and events until the connection ends."""
        async for message in self._socket:
            found = json.loads(message.data)
            waiting = self._waiting.pop(found.get("id"), None)
            if waiting is None:
                self._note(found)
            elif "error" in found:
                waiting.set_exception(RuntimeError(found["error"]["message"]))
            else:
                waiting.set_result(found["result"])

    def _note(self, event: dict[str, Any]) -> None:
        page = self._pages.get(event.get("sessionId", ""))
        given = event.get("params", {})
        if page is None:
            return
        if event["method"] == "Log.entryAdded" and given["entry"]["level"] in {"error", "warning"}:
            page.errors.append(f"{given['entry']['text']} {given['entry'].get('url', '')}")
        elif event["method"] == "Runtime.exceptionThrown":
            page.errors.append(json.dumps(given["exceptionDetails"]))
        elif event["method"] == "Runtime.consoleAPICalled" and given["type"] in {
            "error",
            "warning",
            "assert",
        }:
            page.errors.append(json.dumps(given["args"]))


@asynccontextmanager
async def chromium() -> AsyncGenerator[Browser]:
    """Start a Chromium with an empty profile, and end it afterwards."""
    path = program()
    assert path is not None, MISSING
    with tempfile.TemporaryDirectory(prefix="chromium-", ignore_cleanup_errors=True) as folder:
        arguments = (*_FLAGS, f"--user-data-dir={Path(folder) / 'profile'}")
        process = await asyncio.create_subprocess_exec(
            path, *arguments, stdout=DEVNULL, stderr=PIPE, start_new_session=True
        )
        try:
            url = await asyncio.wait_for(_url_of(process), _PATIENCE)
            async with (
                aiohttp.ClientSession() as session,
                session.ws_connect(url, max_msg_size=0) as socket,
            ):
                browser = Browser(socket)
                listening = asyncio.create_task(browser.listen())
                try:
                    yield browser
                finally:
                    listening.cancel()
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)  # its helpers keep its output open
            await process.communicate()


async def _url_of(process: Process) -> str:
    assert process.stderr is not None
    async for line in process.stderr:
        if line.startswith(_LISTENS):
            return line.removeprefix(_LISTENS).strip().decode()
    message = "Chromium ended before it listened"
    raise RuntimeError(message)
