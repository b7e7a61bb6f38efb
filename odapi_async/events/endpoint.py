"""The URL of a receiver: checked, compared and shown without its query, which may hold a secret."""

from __future__ import annotations

import hashlib
import ipaddress
import secrets
from collections.abc import Callable
from typing import Final, NamedTuple, NoReturn
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlsplit

from odapi_async.errors import ConfigurationError

TABLE: Final = "table"
"""The parameter that tells a receiver of which table an event is, if an old office sends no header."""

_PORTS: Final = {"http": 80, "https": 443}
_PRIVATE_NAMES: Final = (".localhost", ".local", ".internal", ".lan", ".home.arpa")
_LONGEST_SHOWN: Final = 200
_DIGEST_KEY: Final = secrets.token_bytes(16)  # a digest in a report says nothing about a short token


class Address(NamedTuple):
    """What of a URL may be shown and kept.

    Attributes:
        identity: equal for equal URLs, whatever their `table` is; empty if the URL is not absolute.
        table: the parameter `table`.
        shown: the URL without its query.
    """

    identity: bytes
    table: str
    shown: str


def address_of(url: str) -> Address:
    """Return the address of any URL that an office may have. It never fails."""
    parts = _split(url)
    if parts is None:
        return Address(b"", "", "not a URL")
    found = parse_qsl(parts.query, keep_blank_values=True)
    tables = [value for name, value in found if name == TABLE]
    others = sorted((name, value) for name, value in found if name != TABLE)
    origin = f"{parts.scheme}://{_host(parts)}{parts.path or '/'}"
    digest = hashlib.blake2b(repr((origin, others)).encode(), key=_DIGEST_KEY, digest_size=16).digest()
    shown = "".join(each if each.isprintable() else "?" for each in origin[:_LONGEST_SHOWN])
    return Address(digest, tables[0] if len(tables) == 1 else "", shown)


class Endpoint:
    """The URL of a receiver. Its repr has no query.

    Args:
        url: the URL, absolute, with http or https.

    Attributes:
        identity: equal for equal URLs.
        shown: the URL without its query.
        is_readable: whether strangers on the way can read what is sent: it is http to a public host.

    Raises:
        ConfigurationError: it cannot be used; the text does not quote it.
    """

    def __init__(self, url: str) -> None:
        try:
            self._url_with, self._without = _check(url)
            self.identity, _, self.shown = address_of(url)
            self.is_readable = _is_readable(url)
        finally:
            del url  # a report of an error may show it

    def __repr__(self) -> str:
        return f"Endpoint({self.shown})"

    def url_for(self, kind: str) -> str:
        """Return the URL for one kind of event: with the parameter `table`, beside what was there."""
        return self._url_with(kind)

    def hide(self, text: str) -> str:
        """Return a text without the query of the URL and the values in it."""
        return self._without(text)


def without(text: str, *hidden: str) -> str:
    """Return a text without other texts, the longest first."""
    for each in sorted(filter(None, hidden), key=len, reverse=True):
        text = text.replace(each, "…")
    return text


def secrets_in(url: str) -> list[str]:
    """Return the query of a URL and the values in it, as they are written and as they are meant."""
    query = url.partition("?")[2]
    values = [value for _, value in parse_qsl(query, keep_blank_values=True)]
    return [query, unquote(query), *values, *map(quote, values)]


def _check(url: object) -> tuple[Callable[[str], str], Callable[[str], str]]:
    """Check a URL, and return what adds the parameter to it, and what hides it."""
    parts: SplitResult | None = None
    try:
        if not isinstance(url, str):
            _refuse("must be a text")
        if any(not each.isprintable() or each == " " for each in url):
            _refuse("has a space or a control character; write it as %20 or leave it out")
        parts = _split(url)
        if parts is None:
            _refuse("must be absolute and begin with https:// or http:// and a host")
        if parts.username is not None or parts.password is not None:
            _refuse("has a user name or password, which an office does not send; put a token into its query")
        if parts.fragment or url.endswith("#"):
            _refuse("has a fragment (#), which an office does not send")
        if any(name == TABLE for name, _ in parse_qsl(parts.query, keep_blank_values=True)):
            _refuse(f"has a parameter {TABLE!r}, which is set for each subscription; leave it out")
        return _adder(url), _hider(url)
    finally:
        del url, parts


def _is_readable(url: str) -> bool:
    parts = _split(url)
    if parts is None or parts.scheme == "https":
        return False
    host = (parts.hostname or "").rstrip(".").lower()
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return "." in host and not host.endswith(_PRIVATE_NAMES)
    return not (address.is_private or address.is_loopback or address.is_link_local)


def _adder(url: str) -> Callable[[str], str]:
    base = url.rstrip("?&")
    separator = "&" if "?" in base else "?"
    return lambda kind: f"{base}{separator}{TABLE}={quote(kind, safe='')}"


def _hider(url: str) -> Callable[[str], str]:
    return lambda text: without(text, *secrets_in(url))


def _split(url: str) -> SplitResult | None:
    """Return the parts of an absolute URL; None for any other text."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in _PORTS and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return None
    return parts if usable else None


def _host(parts: SplitResult) -> str:
    host = (parts.hostname or "").rstrip(".")
    name = f"[{host}]" if ":" in host else host
    return name if parts.port in {None, _PORTS[parts.scheme]} else f"{name}:{parts.port}"


def _refuse(problem: str) -> NoReturn:
    raise ConfigurationError(f"the URL of the receiver {problem}")
