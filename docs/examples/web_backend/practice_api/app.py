"""The app: `uvicorn --factory practice_api.app:make_app --no-access-log`."""

from __future__ import annotations

import logging
import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from odapi_async import OpenDental, Transport
from practice_api.access_log import AccessLog
from practice_api.offices import OfflinePractices, open_offices
from practice_api.problems import handle_errors
from practice_api.routes import practices, router
from practice_api.sandbox import sandbox_settings
from practice_api.settings import Settings


def make_app() -> FastAPI:
    """Return the app of a server process, with the settings of the environment."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    if os.environ.get("PRACTICE_API_SANDBOX"):
        return create_app(*sandbox_settings())
    return create_app(Settings())


def create_app(settings: Settings, transport: Transport | None = None) -> FastAPI:
    """Return an app.

    Args:
        settings: the settings.
        transport: what sends the requests; by default the network. Tests pass a `SandboxTransport`.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
        offline = OfflinePractices()
        key = settings.developer_key.get_secret_value() if settings.developer_key else None
        async with OpenDental(key, transport=transport, on_event=offline) as client:
            app.state.offices = open_offices(client, settings, offline)
            yield

    app = FastAPI(title="Practice API", lifespan=lifespan)
    app.add_middleware(AccessLog)
    app.include_router(router)
    app.include_router(practices)
    handle_errors(app)
    return app
