"""Decides whether a request may see the page. Pure.

The page is for those who know the token. A browser sends it once and gets a cookie for it, so that it is in
no further URL. The Host header has to be a name of this server: a foreign page whose name leads here
(DNS rebinding) is refused although its requests come from a browser on this machine.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import re
import secrets
from collections.abc import Iterable
from types import MappingProxyType
from typing import Final

from odapi_async.errors import ConfigurationError
from odapi_async.events.credentials import SHORTEST_TOKEN

HEADERS: Final = MappingProxyType(
    {
        "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
        "connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        "Cache-Control": "no-store",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }
)
"""The headers of every response."""

_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "[::1]"})
_HOST: Final = re.compile(r"(?P<name>\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:\d{1,5})?", re.ASCII | re.IGNORECASE)
_TOKEN: Final = re.compile(r"[\x21-\x7e]+", re.ASCII)


def new_token() -> str:
    """Return a random token."""
    return secrets.token_urlsafe(32)


def check_token(token: str) -> str:
    """Return a token without the spaces around it, if it is good enough.

    Raises:
        ConfigurationError: it is too short, or has characters that no token has.
    """
    token = token.strip()
    if len(token) < SHORTEST_TOKEN:
        raise ConfigurationError(
            f"the token is too short: it needs {SHORTEST_TOKEN} characters or more. Make one with: "
            "openssl rand -hex 32"
        )
    if not _TOKEN.fullmatch(token):
        raise ConfigurationError("the token may have letters, digits and punctuation only, in one line")
    return token


def is_loopback(host: str) -> bool:
    """Return whether only this machine reaches a host."""
    address = _address(host)
    return host.lower() == "localhost" if address is None else address.is_loopback


class Access:
    """Checks the Host header, the token and the cookie of requests.

    Args:
        token: the token.
        host: the interface that the server listens on.
        names: further names in the Host header that are right, such as that of a proxy.
    """

    def __init__(self, token: str, host: str, names: Iterable[str] = ()) -> None:
        self._token = token.encode()
        address = _address(host)
        self._any_address = address is not None and address.is_unspecified
        self._names = _LOOPBACK | {_in_header(each) for each in (host, *names)}
        # another program on this host has its cookies beside ours, whatever its port
        self.cookie_name = f"odapi_watch_{self._digest('name')[:8]}"
        self._cookie = self._digest("cookie")

    @property
    def cookie(self) -> str:
        """The value of the cookie; the token does not follow from it."""
        return self._cookie

    def is_host(self, header: str | None) -> bool:
        """Return whether a Host header names this server."""
        found = _HOST.fullmatch(header or "")
        if found is None:
            return False
        name = found["name"].lower()
        # no name can be made to lead here if there is only an address
        return name in self._names or (self._any_address and _address(name) is not None)

    def is_token(self, text: str) -> bool:
        """Return whether a text is the token."""
        return hmac.compare_digest(text.encode(errors="surrogatepass"), self._token)

    def is_cookie(self, text: str | None) -> bool:
        """Return whether a text is the value of the cookie."""
        return hmac.compare_digest((text or "").encode(errors="surrogatepass"), self._cookie.encode())

    def _digest(self, purpose: str) -> str:
        return hmac.new(self._token, f"odapi watch: {purpose}".encode(), hashlib.sha256).hexdigest()


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host.removeprefix("[").removesuffix("]"))
    except ValueError:
        return None


def _in_header(host: str) -> str:
    """Return a host as the Host header has it: an IPv6 address in brackets."""
    address = _address(host)
    return f"[{address}]" if isinstance(address, ipaddress.IPv6Address) else host.lower()
