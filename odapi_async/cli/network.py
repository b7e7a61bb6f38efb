"""The proxy and the certificates of the command line, from the environment."""

from __future__ import annotations

import os
import ssl
from typing import Final, TypedDict

from odapi_async.cli.errors import UsageError

_PROXY: Final = "OPENDENTAL_PROXY"
_CA_FILE: Final = "OPENDENTAL_CA_FILE"
_CLIENT_CERTIFICATE: Final = "OPENDENTAL_CLIENT_CERTIFICATE"


class NetworkArguments(TypedDict):
    """Arguments of `OpenDental`."""

    ssl: ssl.SSLContext | None
    proxy: str | None


def network_arguments() -> NetworkArguments:
    """Return the arguments of `OpenDental` that the environment sets.

    Raises:
        UsageError: a file cannot be read, or is no certificate.
    """
    return {"ssl": _context(), "proxy": os.environ.get(_PROXY) or None}


def _context() -> ssl.SSLContext | None:
    ca, certificate = os.environ.get(_CA_FILE), os.environ.get(_CLIENT_CERTIFICATE)
    if not ca and not certificate:
        return None
    context = ssl.create_default_context()
    name, problem = _CA_FILE, "certificate in PEM format"
    try:
        if ca:
            context.load_verify_locations(ca)
        if certificate:
            name, problem = (
                _CLIENT_CERTIFICATE,
                "certificate and private key without a password in PEM format",
            )
            context.load_cert_chain(certificate, password="")
    except (OSError, ValueError):  # errors of TLS are OSErrors
        raise UsageError(f"{name} has to be the path of a {problem}") from None
    return context
