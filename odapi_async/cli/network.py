"""The proxy, the certificates and the shared pace of the command line, from the environment."""

from __future__ import annotations

import os
import ssl
from typing import TYPE_CHECKING, Final, TypedDict

from odapi_async.cli.errors import UsageError
from odapi_async.errors import ConfigurationError

if TYPE_CHECKING:
    from odapi_async.scheduler.redis import RedisBuckets

_PROXY: Final = "OPENDENTAL_PROXY"
_CA_FILE: Final = "OPENDENTAL_CA_FILE"
_REDIS: Final = "ODAPI_REDIS"
_CLIENT_CERTIFICATE: Final = "OPENDENTAL_CLIENT_CERTIFICATE"


class NetworkArguments(TypedDict):
    """Arguments of `OpenDental`."""

    ssl: ssl.SSLContext | None
    proxy: str | None
    buckets: RedisBuckets | None


NO_NETWORK: Final[NetworkArguments] = {"ssl": None, "proxy": None, "buckets": None}
"""The arguments for a server on this machine that nobody else uses."""


def network_arguments() -> NetworkArguments:
    """Return the arguments of `OpenDental` that the environment sets.

    Raises:
        UsageError: a file cannot be read, or is no certificate; the URL of Redis is malformed, or the
            library for it is not installed.
    """
    return {"ssl": _context(), "proxy": os.environ.get(_PROXY) or None, "buckets": _buckets()}


def _buckets() -> RedisBuckets | None:
    """Return the buckets in Redis. The URL may contain a password, so no message shows it."""
    url = os.environ.get(_REDIS)
    if not url:
        return None
    try:
        from odapi_async.scheduler.redis import RedisBuckets  # noqa: PLC0415 - it needs the extra

        return RedisBuckets(url)
    except ModuleNotFoundError:
        raise UsageError(f"{_REDIS} needs the Redis client: pip install 'odapi-async[redis]'") from None
    except ConfigurationError as error:
        raise UsageError(f"{_REDIS}: {error}") from None


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
