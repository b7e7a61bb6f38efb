"""The app for a server: `uvicorn reception.asgi:app`. A server for WSGI has no event loop that lasts."""

from __future__ import annotations

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reception.settings")
app = get_asgi_application()
