"""The links by which patients confirm: a number and a signature, so that nobody can guess another one."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import Final

_LONGEST: Final = 20  # characters of an id and its dash


def link_of(apt_num: int, secret: str) -> str:
    """Return the last part of a link."""
    return f"{apt_num}-{_signature(apt_num, secret)}"


def read_link(link: str, secret: str) -> int | None:
    """Return the appointment of a link; None if we did not make it."""
    number, _, signature = link.partition("-")
    if not (number.isascii() and number.isdecimal() and len(number) < _LONGEST):
        return None
    right = _signature(int(number), secret)
    return int(number) if secrets.compare_digest(signature.encode(), right.encode()) else None


def _signature(apt_num: int, secret: str) -> str:
    return hmac.new(secret.encode(), f"confirm {apt_num}".encode(), hashlib.sha256).hexdigest()
