"""Settings of Django: no session, no template and no database of its own, because the example has none."""

from __future__ import annotations

import os

SECRET_KEY = os.environ.get("DJANGO_SECRET_KEY", "not-used-by-this-example")
ALLOWED_HOSTS = os.environ.get("DJANGO_ALLOWED_HOSTS", "127.0.0.1,localhost").split(",")
ROOT_URLCONF = "reception.urls"
MIDDLEWARE = ["django.middleware.security.SecurityMiddleware"]
USE_TZ = True
