"""Tells which practice a POST belongs to, by the customer key that it carries."""

from __future__ import annotations

import os
from collections.abc import Mapping
from hashlib import blake2b
from hmac import compare_digest

from odapi_async import ConfigurationError


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
        for name in keys:
            if not keys[name].strip():
                raise ConfigurationError(f"the customer key of {name} is empty")
            digest = self._digest(keys[name])
            if other := self._digests.get(digest):
                raise ConfigurationError(f"{other} and {name} have the same customer key; give each its own")
            self._digests[digest] = name

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
        text = key.strip().encode("utf-8", "backslashreplace")
        return blake2b(text, key=self._secret, digest_size=32).digest()


def is_same(given: str, secret: str) -> bool:
    """Return whether two secrets are the same, in a time that does not tell where they differ."""
    return compare_digest(*(each.encode("utf-8", "backslashreplace") for each in (given, secret)))
