"""How the network is reached: the TLS context and the proxy, checked before they are used. No I/O.

No error, no frame of an error and no repr contains the credentials of a proxy.
"""

from __future__ import annotations

import base64
import ipaddress
import ssl
from collections.abc import Mapping
from typing import Final

from yarl import URL

from odapi_async._core.secret import Secret
from odapi_async.errors import ConfigurationError

ENVIRONMENT: Final = "environment"
"""As the proxy of a client: the one that HTTPS_PROXY names, except for the hosts of NO_PROXY."""
_VARIABLE: Final = "HTTPS_PROXY"
_FORM: Final = (
    'has to look like "http://proxy.example.com:3128", with user:password@ before the host if needed'
)


class Proxy:
    """The proxy of https requests. Its repr shows no credentials.

    Args:
        url: the URL of the proxy, without credentials.
        credentials: the Proxy-Authorization header; None if the proxy wants none.
        excluded: the hosts that are reached directly, as in NO_PROXY: names, which stand for what is below
            them, too, addresses, networks such as 10.0.0.0/8, each perhaps with a port, or * for all.

    Attributes:
        url: the URL of the proxy, without credentials.
    """

    __slots__ = ("_credentials", "_excluded", "url")

    def __init__(self, url: URL, credentials: Secret[str] | None = None, excluded: str = "") -> None:
        self.url = url
        self._credentials = credentials
        self._excluded = [each.strip().lower() for each in excluded.split(",") if each.strip()]

    def __repr__(self) -> str:
        return f"Proxy({self.url})"

    def is_for(self, url: URL) -> bool:
        """Return whether a request goes through the proxy.

        Plain http never does: it is for servers in the office's own network, whose address is checked when
        a connection is opened, and a proxy would see the keys.
        """
        if url.scheme != "https":
            return False
        host, port = (url.host or "").lower().rstrip("."), url.port
        return not any(_is_in(host, each, f":{port}") for each in self._excluded)

    def headers(self) -> Mapping[str, str]:
        """Return the headers for the proxy alone."""
        return {"Proxy-Authorization": self._credentials.reveal()} if self._credentials else {}


def _is_in(host: str, entry: str, port: str) -> bool:
    if entry.count(":") == 1 or entry.startswith("["):  # otherwise the colons are those of an IPv6 address
        entry = entry.removesuffix(port)
    entry = entry.strip("[]").lstrip(".")
    if entry in {"*", host} or host.endswith(f".{entry}"):
        return True
    try:
        return ipaddress.ip_address(host) in ipaddress.ip_network(entry, strict=False)
    except ValueError:
        return False


def check_ssl(context: object) -> ssl.SSLContext | None:
    """Return the TLS context if it checks the certificates of servers.

    Raises:
        ConfigurationError: it is no context, is one of servers, or checks no certificates or host names.
    """
    if context is None:
        return None
    if not isinstance(context, ssl.SSLContext):
        raise ConfigurationError(
            "ssl has to be an ssl.SSLContext, such as ssl.create_default_context(cafile=...)"
        )
    if context.protocol is ssl.PROTOCOL_TLS_SERVER:
        raise ConfigurationError("ssl is a context of servers; use ssl.create_default_context(cafile=...)")
    if context.verify_mode is not ssl.CERT_REQUIRED or not context.check_hostname:
        raise ConfigurationError(
            "ssl does not check certificates and host names, so anyone could read the keys; to trust the CA "
            "of a company or a self-signed certificate, use ssl.create_default_context(cafile=...)"
        )
    return context


def check_proxy(proxy: object) -> Proxy | None:
    """Return the proxy that a URL or the environment names; None if there is none.

    Raises:
        ConfigurationError: it cannot be used.
    """
    found = _proxy_of(proxy)
    del proxy  # error reporters send local variables
    if isinstance(found, ConfigurationError):
        raise found
    return found


def _proxy_of(proxy: object) -> Proxy | ConfigurationError | None:
    if proxy is None:
        return None
    if not isinstance(proxy, str):
        return ConfigurationError(f'proxy {_FORM}, or to be "{ENVIRONMENT}"')
    if proxy != ENVIRONMENT:
        return _parsed("proxy", proxy)
    from urllib.request import getproxies_environment  # noqa: PLC0415 - slow, and rarely needed

    named = getproxies_environment()
    url = named.get("https", "")
    if not url:
        return None
    return _parsed(_VARIABLE, url if "://" in url else f"http://{url}", named.get("no", ""))


def _parsed(name: str, text: str, excluded: str = "") -> Proxy | ConfigurationError:
    try:
        url = URL(text)
        user, password = url.user, url.password
        bare = url.with_user(None)
    except (ValueError, IndexError):
        return ConfigurationError(f"{name} {_FORM}")
    if url.scheme not in {"http", "https"}:
        return ConfigurationError(f"{name} {_FORM}; other kinds of proxies, such as SOCKS, are not supported")
    if not url.host or url.path not in {"", "/"} or not text.isprintable() or set(text) & set(" ?#"):
        return ConfigurationError(f"{name} {_FORM}")
    if user is None and password is None:
        return Proxy(bare, excluded=excluded)
    secret = base64.b64encode(f"{user or ''}:{password or ''}".encode()).decode()
    return Proxy(bare, Secret(f"Basic {secret}"), excluded)
