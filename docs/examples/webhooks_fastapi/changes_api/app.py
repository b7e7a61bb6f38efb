"""The receiver, what handles its events, and one route that shows the result.

The customer keys are in OPENDENTAL_CUSTOMER_KEY_HARBOUR and so on, the database is in ODAPI_STORE, and the
secret of those who may read the changes is in CHANGES_TOKEN.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import os
import secrets
import signal
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager

from fastapi import FastAPI, Header, HTTPException

from changes_api.changes import Change, create_table, note, of_day
from odapi_async.events import Inbox, Receiver
from odapi_async.mirror import Store

LOG = logging.getLogger(__name__)
PREFIX = "OPENDENTAL_CUSTOMER_KEY_"


def create_app(url: str, keys: Mapping[str, str], token: str) -> FastAPI:
    """Return the app.

    Args:
        url: the database: a path, or a URL of PostgreSQL.
        keys: the customer keys by the names of the practices.
        token: the secret of those who may read the changes.
    """
    store = Store(url)
    inbox = Inbox(store)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncGenerator[None]:
        async with store:
            await create_table(store)
            handling = asyncio.create_task(handle(inbox))
            handling.add_done_callback(end_server)
            try:
                yield
            finally:
                handling.cancel()
                await asyncio.gather(handling, return_exceptions=True)

    app = FastAPI(title="Changes of appointments", lifespan=lifespan)
    app.mount("/od", Receiver(inbox, keys=keys).asgi)

    @app.get("/changes/{day}")
    async def changes(day: dt.date, authorization: str = Header("")) -> list[Change]:
        """Return which appointments of a day have changed, or have moved to it or away from it."""
        if not secrets.compare_digest(authorization.encode(), f"Bearer {token}".encode()):
            raise HTTPException(401, headers={"WWW-Authenticate": "Bearer"})
        return await of_day(store, day)

    return app


async def handle(inbox: Inbox) -> None:
    """Handle events until it is cancelled, each exactly once: the notes are in the same database."""
    async for unread in inbox.unread():
        async with unread, unread.transaction() as connection:
            await note(unread.event, connection)


def end_server(handling: asyncio.Task[None]) -> None:
    """End the server if nothing handles events any more: offices would be answered all the same.

    Whatever starts the server again has to do so after each end.
    """
    if not handling.cancelled():
        LOG.critical("nothing handles events any more: %s", type(handling.exception()).__name__)
        signal.raise_signal(signal.SIGTERM)


def make_app() -> FastAPI:
    """Return the app with the settings of the environment: `uvicorn --factory changes_api.app:make_app`."""
    keys = {
        name.removeprefix(PREFIX).lower(): key for name, key in os.environ.items() if name.startswith(PREFIX)
    }
    return create_app(os.environ["ODAPI_STORE"], keys, os.environ["CHANGES_TOKEN"])
