"""Checks keys and URLs before they are used. No error contains a key, nor do its frames."""

from __future__ import annotations

import hashlib
import ipaddress
import re
from typing import Final, cast

from yarl import URL

from odapi_async._core.secret import Secret
from odapi_async.errors import ConfigurationError
from odapi_async.limits import MAX_NAME

_NOT_IN_BASE_URL: Final = re.compile(r"[^!-~]|[?#@]")
_API_PATH: Final = re.compile(r"/api/v\d+$", re.ASCII)
_API_PATH_INSIDE: Final = re.compile(r"/api/v\d+(?=/)", re.ASCII)
_HOST_NAME: Final = re.compile(r"[\w-]{1,63}(\.[\w-]{1,63})*\.?", re.ASCII)
MIN_TELLING: Final = 8
"""Characters of a key whose appearance in a longer text is no coincidence; real keys are much longer."""
# not `is_private`, which has other networks in each version of Python, some of them tunnels over the internet
_PRIVATE_V4: Final = ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16")
_PRIVATE_V6: Final = ("::1/128", "fc00::/7", "fe80::/10")
_PRIVATE_NETWORKS: Final = tuple(map(ipaddress.ip_network, (*_PRIVATE_V4, *_PRIVATE_V6)))
_PRIVATE_NAMES: Final = (".local", ".lan", ".internal", ".home.arpa", ".localhost")


def check_key(name: str, key: object) -> str:
    """Return the key if it can be sent in a header.

    Args:
        name: the name of the argument, for the error's message.
        key: a developer key or a customer key.

    Raises:
        ConfigurationError: the key is empty, or contains a space, a slash or a character that is not
            printable ASCII.
    """
    flaw = _flaw_of_key(key)
    if not flaw:
        return cast("str", key)
    del key  # error reporters send local variables
    raise ConfigurationError(f"{name} {flaw}")


def _flaw_of_key(key: object) -> str:
    """Return what is wrong with a key, and what to do; empty if nothing is."""
    if not isinstance(key, str):
        return "has to be a text, as in the Open Dental developer portal"
    if not key.strip():
        return "is empty; copy it from the Open Dental developer portal"
    if not key.isascii() or not key.isprintable() or " " in key:
        return "contains a space, a line break or a character that no key has; copy it again"
    if "/" in key:
        return "contains a slash; pass the two keys separately and without 'ODFHIR'"
    return ""


def check_name(name: object, *keys: Secret[str]) -> str:
    """Return the name of a practice if it can be shown to people.

    Args:
        name: the name.
        keys: the keys that it must not be.

    Raises:
        ConfigurationError: it is no text of 1 to 64 printable characters, or it is a key.
    """
    flaw = f"has to be a text of 1 to {MAX_NAME} printable characters in one line, such as 'harbour'"
    if isinstance(name, str) and name.strip() and name.isprintable() and len(name) <= MAX_NAME:
        if not any(_is_told(key.reveal(), name) for key in keys):
            return name
        flaw = "is a key; use a name that may be shown in logs"
    del name  # error reporters send local variables
    raise ConfigurationError(f"name {flaw}")


def _is_told(key: str, name: str) -> bool:
    return name == key or (len(key) >= MIN_TELLING and key in name)


def lane_name(customer_key: str, base_url: str, developer_key: str) -> str:
    """Return the lane's name: a hash of the customer key and the URL, keyed with the developer key.

    All spellings of a URL have one lane: in several, a key would be used faster than its pace allows.
    Without the developer key nobody can find out from the name if a guessed customer key is the right one.
    """
    return _keyed_hash(f"{normalized(base_url)} {customer_key}", developer_key, size=8)


def key_fingerprint(authorization: Secret[str]) -> str:
    """Return a hash of the customer key, keyed with the developer key. It is the same for each URL."""
    developer_key, _, customer_key = authorization.reveal().removeprefix("ODFHIR ").partition("/")
    return _keyed_hash(customer_key, developer_key, size=16)


def keyed_digest(authorization: Secret[str], content: bytes) -> str:
    """Return a hash of something that is keyed with both keys."""
    secret = hashlib.blake2b(authorization.reveal().encode(), digest_size=32, person=b"journal").digest()
    return hashlib.blake2b(content, digest_size=16, key=secret).hexdigest()


def _keyed_hash(text: str, developer_key: str, *, size: int) -> str:
    secret = hashlib.blake2b(developer_key.encode(), digest_size=32).digest()
    return hashlib.blake2b(text.encode(), digest_size=size, key=secret).hexdigest()


def check_base_url(base_url: object) -> str:
    """Return a base URL without a slash at its end.

    Raises:
        ConfigurationError: the URL is not http(s), has a query, or would send the keys unencrypted over a
            public network.
    """
    if not isinstance(base_url, str):
        raise ConfigurationError("base_url has to be a text that looks like https://host/api/v1")
    try:
        url = URL(base_url)
    except (ValueError, IndexError):  # the parser itself fails over http://[]@
        raise ConfigurationError("base_url is not a URL; it has to look like https://host/api/v1") from None
    host = url.host or ""
    if url.scheme not in {"http", "https"} or not _is_host(host) or _NOT_IN_BASE_URL.search(base_url):
        raise ConfigurationError("base_url has to look like https://host/api/v1")
    if url.scheme == "http" and not _is_private(host):
        raise ConfigurationError(
            f"base_url is plain http to {host}, which may be public: the keys would be sent unencrypted; "
            "use https (plain http is accepted for loopback and private addresses)"
        )
    return base_url.rstrip("/")


def normalized(base_url: str) -> str:
    """Return a base URL in its one spelling: the host in lower case, and without the usual port."""
    return str(URL(base_url))


def base_url_hint(base_url: str) -> str:
    """Return how a base URL should look, if it does not end as those of Open Dental; else empty text."""
    path = URL(base_url).path
    if _API_PATH.search(path.rstrip("/")):
        return ""
    inside = _API_PATH_INSIDE.search(path)
    right = f"{server_of(base_url)}{path[: inside.end()] if inside else '/api/v1'}"
    return f"base_url is probably wrong: it has to end with /api/v1, as {right}"


def server_of(base_url: str) -> str:
    """Return scheme, host and port of a base URL that was checked."""
    return str(URL(base_url).origin())


def _is_host(host: str) -> bool:
    return ":" in host or _HOST_NAME.fullmatch(host) is not None  # with colons it is an IPv6 address


def _is_private(host: str) -> bool:
    try:
        return is_private_address(host)
    except ValueError:
        # a name that looks private; its address is checked, too, when a connection is opened
        return not host[0].isdigit() and ("." not in host or host.endswith(_PRIVATE_NAMES))


def is_private_address(address: str) -> bool:
    """Return whether an IP address is loopback, private or link-local.

    Raises:
        ValueError: it is not an IP address.
    """
    found = ipaddress.ip_address(address)
    if isinstance(found, ipaddress.IPv6Address):
        # without the name of an interface, and an IPv4 address inside of it as what it is
        found = found.ipv4_mapped or ipaddress.IPv6Address(int(found))
    return any(found in network for network in _PRIVATE_NETWORKS)
