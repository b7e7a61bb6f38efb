"""Which caller may use which practice. Put your own login here.

The functions are async although they wait for nothing: FastAPI would run others in a thread for each request.
"""

from __future__ import annotations

import secrets
from typing import Annotated

from fastapi import Depends, HTTPException, Request, Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from odapi_async import Practice, Priority
from practice_api.offices import Office, Offices

_BEARER = HTTPBearer(auto_error=False)


async def offices_of(request: Request) -> Offices:
    """Return the practices that the lifespan has opened."""
    offices: Offices = request.app.state.offices
    return offices


async def current_user(
    offices: Annotated[Offices, Depends(offices_of)],
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)],
) -> str:
    """Return the name of the caller.

    Raises:
        HTTPException: 401: there is no such token.
    """
    given = credentials.credentials.encode() if credentials else b""
    found = ""
    for name, user in offices.settings.users.items():  # all of them, so that the time tells nothing
        if secrets.compare_digest(given, user.token.get_secret_value().encode()):
            found = name
    if not given or not found:
        raise HTTPException(401, "the token is missing or wrong", {"WWW-Authenticate": "Bearer"})
    return found


async def current_office(
    name: str,
    response: Response,
    offices: Annotated[Offices, Depends(offices_of)],
    user: Annotated[str, Depends(current_user)],
) -> Office:
    """Return the practice of the path.

    Raises:
        HTTPException: 404: there is none of this name that the caller may use.
    """
    response.headers["Cache-Control"] = "no-store"  # the response holds patient data
    if name not in offices.settings.users[user].practices or name not in offices.offices:
        raise HTTPException(404, "there is no such practice")
    return offices.offices[name]


async def current_practice(
    office: Annotated[Office, Depends(current_office)],
    offices: Annotated[Offices, Depends(offices_of)],
    user: Annotated[str, Depends(current_user)],
) -> Practice:
    """Return the API of the practice, for a person who waits in front of a screen.

    Its requests go before syncs and reports, callers take turns, and nobody waits longer than `max_wait`.
    """
    return office.practice.with_options(
        priority=Priority.INTERACTIVE,
        flow=user,
        max_wait=offices.settings.max_wait,
        deadline=offices.settings.deadline,
    )
