"""The app: `uvicorn --factory booking_api.app:make_app --no-access-log`."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from booking_api.problems import handle_errors
from booking_api.routes import pages, website
from booking_api.settings import Settings, from_environment
from odapi_async import OpenDental, Priority, Transport
from odapi_async.recipes.openings import Openings


def make_app() -> FastAPI:
    """Return the app of a server process, with the settings of the environment."""
    return create_app(from_environment())


def create_app(settings: Settings, transport: Transport | None = None) -> FastAPI:
    """Return an app.

    Args:
        settings: the settings.
        transport: what sends the requests; by default the network. Tests pass a `SandboxTransport`.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
        async with OpenDental(settings.developer_key, transport=transport) as client:
            practice = client.practice(
                settings.customer_key, mode=settings.mode, base_url=settings.base_url, name="booking"
            ).with_options(priority=Priority.INTERACTIVE, max_wait=8, deadline=25)
            app.state.settings = settings
            app.state.practice = practice
            app.state.openings = Openings(practice, settle=settings.settle)
            yield

    app = FastAPI(title="Booking", lifespan=lifespan)
    app.include_router(website)
    app.include_router(pages)
    handle_errors(app)
    return app
