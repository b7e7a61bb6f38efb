"""Tells which practice a POST belongs to, by the customer key that it carries."""

from __future__ import annotations

import os
from collections.abc import Mapping
from hashlib import blake2b
from hmac import compare_digest
from typing import Final

from odapi_async import ConfigurationError

SHORTEST_TOKEN: Final = 20
"""Characters, of the tokens of the commands, too; `openssl rand -hex 16` prints 32."""


class Credentials:
    """The customer keys of practices, each kept as a digest that only this process can make.

    Args:
        keys: the customer keys by the names of the practices.

    Raises:
        ConfigurationError: a key is empty, or two practices have the same one.
    """

    def __init__(self, keys: Mapping[str, str]) -> None:
        self._secret = os.urandom(32)
        self._digests: dict[bytes, str] = {}
        problem = self._fill(keys)
        del keys  # error reporters send local variables
        if problem:
            raise ConfigurationError(problem)

    def _fill(self, keys: Mapping[str, str]) -> str:
        """Take over the keys, and return what is wrong with them; empty if nothing is."""
        for name in keys:
            if not keys[name].strip():
                return f"the customer key of {name} is empty"
            other = self._digests.setdefault(self._digest(keys[name]), name)
            if other != name:
                return f"{other} and {name} have the same customer key; give each its own"
        return ""

    def practice_of(self, authorization: str) -> str | None:
        """Return the practice of the value of an Authorization header; None if it has no key of any.

        It takes the same time whichever key is given, and whether it is known or not.
        """
        given, found = self._digest(authorization), None
        for known, name in self._digests.items():
            if compare_digest(known, given):
                found = name
        return found

    def _digest(self, key: str) -> bytes:
        return _digest(key.strip(), self._secret)


class Token:
    """A secret in the query of a URL, kept as a digest that only this process can make.

    Args:
        token: the secret.

    Raises:
        ConfigurationError: it is empty or too short.
    """

    def __init__(self, token: str) -> None:
        if not token:
            raise ConfigurationError("token is empty; leave it out to accept URLs without one")
        if len(token) < SHORTEST_TOKEN:
            raise ConfigurationError(
                f"token is too short: it needs {SHORTEST_TOKEN} characters or more, such as those of "
                "secrets.token_urlsafe()"
            )
        self._secret = os.urandom(32)
        self._known = _digest(token, self._secret)

    def is_it(self, given: str) -> bool:
        """Return whether this is the token. It takes the same time for every text."""
        return compare_digest(self._known, _digest(given, self._secret))


def _digest(text: str, secret: bytes) -> bytes:
    return blake2b(text.encode("utf-8", "backslashreplace"), key=secret, digest_size=32).digest()
