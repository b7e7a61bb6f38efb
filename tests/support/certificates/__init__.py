"""TLS contexts of a test CA that no system trusts."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).parent
CA: Final = HERE / "ca.pem"
SERVER: Final = HERE / "server.pem"
CLIENT: Final = HERE / "client.pem"


def server(*, wants_client: bool = False) -> ssl.SSLContext:
    """A server's context; with `wants_client` it accepts only clients that have a certificate of the CA."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=CA)
    context.load_cert_chain(SERVER)
    context.verify_mode = ssl.CERT_REQUIRED if wants_client else ssl.CERT_NONE
    return context


def client(*, has_certificate: bool = False) -> ssl.SSLContext:
    """The context of a client that trusts the CA."""
    context = ssl.create_default_context(cafile=CA)
    if has_certificate:
        context.load_cert_chain(CLIENT)
    return context
