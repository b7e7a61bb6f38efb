"""The URLs: offices post to one, and the screens of the reception ask the other one.

The secret of the screens is in RECEPTION_TOKEN.
"""

from __future__ import annotations

import os
import secrets

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.http import require_GET

from odapi_async.events import Receiver
from reception.database import customer_keys, make_inbox, selected

STORE, INBOX = make_inbox()
RECEIVER = Receiver(INBOX, keys=customer_keys())


@require_GET
async def selected_patient(request: HttpRequest, practice: str, workstation: str) -> HttpResponse:
    """Return the id of the patient that is selected on a workstation."""
    expected = f"Bearer {os.environ['RECEPTION_TOKEN']}"
    if not secrets.compare_digest(request.headers.get("Authorization", "").encode(), expected.encode()):
        return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
    return JsonResponse({"pat_num": await selected(STORE, practice, workstation)})


urlpatterns = [
    path("od", RECEIVER.django),
    path("selected/<str:practice>/<str:workstation>", selected_patient),
]
