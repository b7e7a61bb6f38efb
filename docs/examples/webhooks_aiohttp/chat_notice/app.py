"""The receiver, and what handles its events.

The customer keys are in OPENDENTAL_CUSTOMER_KEY_HARBOUR and so on, the database is in ODAPI_STORE, and the
incoming webhook of the chat is in CHAT_URL.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections import Counter
from collections.abc import AsyncGenerator, Mapping

from aiohttp import ClientSession, web

from odapi_async.events import Changed, Event, Inbox, Receiver
from odapi_async.mirror import Store

LOG = logging.getLogger(__name__)
PREFIX = "OPENDENTAL_CUSTOMER_KEY_"


def create_app(url: str, keys: Mapping[str, str], chat: str) -> web.Application:
    """Return the app.

    Args:
        url: the database: a path, or a URL of PostgreSQL.
        keys: the customer keys by the names of the practices.
        chat: the incoming webhook of the chat, which takes `{"text": "..."}`.
    """
    store = Store(url)
    inbox = Inbox(store)

    async def run(_: web.Application) -> AsyncGenerator[None]:
        async with store, ClientSession(raise_for_status=True) as session:
            handling = asyncio.create_task(handle(inbox, session, chat))
            handling.add_done_callback(end_program)
            yield
            handling.cancel()
            await asyncio.gather(handling, return_exceptions=True)

    app = web.Application()
    app.cleanup_ctx.append(run)
    app.router.add_post("/od", Receiver(inbox, keys=keys).aiohttp)
    return app


async def handle(inbox: Inbox, session: ClientSession, chat: str) -> None:
    """Tell events to the chat until it is cancelled. What the chat does not accept is told later."""
    async for unread in inbox.unread():
        async with unread:
            if text := text_of(unread.event):
                await tell(session, chat, text)


async def tell(session: ClientSession, chat: str, text: str) -> None:
    """Tell a text to the chat."""
    async with session.post(chat, json={"text": text}):
        pass  # the status is all that matters, and now the connection is free again


def end_program(handling: asyncio.Task[None]) -> None:
    """End the program if nothing handles events any more: offices would be answered all the same."""
    if not handling.cancelled():
        LOG.critical("nothing handles events any more: %s", type(handling.exception()).__name__)
        sys.exit(1)


def text_of(event: Event) -> str:
    """Return what a chat may know: days and counts, and nothing about a patient. Empty for other events."""
    if not isinstance(event, Changed) or event.table != "appointments":
        return ""
    days = Counter(row.AptDateTime.date() for row in event.rows if row.AptDateTime)
    counts = [f"{day:%a %Y-%m-%d} ({count})" for day, count in sorted(days.items())]
    return f"{event.practice}: appointments changed on {', '.join(counts)}" if counts else ""


async def make_app() -> web.Application:
    """Return the app with the settings of the environment."""
    keys = {
        name.removeprefix(PREFIX).lower(): key for name, key in os.environ.items() if name.startswith(PREFIX)
    }
    return create_app(os.environ["ODAPI_STORE"], keys, os.environ["CHAT_URL"])


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    web.run_app(make_app(), host=(*sys.argv[1:], "127.0.0.1")[0], port=8000, access_log=None)
