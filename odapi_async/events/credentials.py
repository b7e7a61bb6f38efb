"""Tells which practice a POST belongs to, by the customer key that it carries."""

from __future__ import annotations

import os
from collections.abc import Mapping
from hashlib import blake2b
from hmac import compare_digest
from typing import Final

from odapi_async import ConfigurationError

_SECRET: Final = os.urandom(32)
"""Makes digests that are worth nothing outside of this process."""


class Credentials:
    """The customer keys of practices, each kept as a digest that only this process can make.

    Args:
        keys: the customer keys by the names of the practices.

    Raises:
        ConfigurationError: a key is empty, or two practices have the same one.
    """

    def __init__(self, keys: Mapping[str, str]) -> None:
        self._names: dict[bytes, str] = {}
        problem = self._fill(keys)
        del keys  # error reporters send local variables
        if problem:
            raise ConfigurationError(problem)

    def _fill(self, keys: Mapping[str, str]) -> str:
        """Take over the keys, and return what is wrong with them; empty if nothing is."""
        for name in keys:
            if not keys[name].strip():
                return f"the customer key of {name} is empty"
            other = self._names.setdefault(_digest(keys[name].strip()), name)
            if other != name:
                return f"{other} and {name} have the same customer key; give each its own"
        return ""

    def practice_of(self, authorization: str) -> str | None:
        """Return the practice of the value of an Authorization header; None if it has no key of any.

        It takes the same time whichever key is given, and whether it is known or not.
        """
        given, found = _digest(authorization.strip()), None
        for known, name in self._names.items():
            if compare_digest(known, given):
                found = name
        return found


class Token:
    """A secret, kept as a digest that only this process can make.

    Args:
        token: the secret.
    """

    def __init__(self, token: str) -> None:
        self._digest = _digest(token)

    def is_same(self, given: str) -> bool:
        """Return whether it is this secret, in a time that does not tell where it differs."""
        return compare_digest(self._digest, _digest(given))


def _digest(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "backslashreplace"), key=_SECRET, digest_size=32).digest()
