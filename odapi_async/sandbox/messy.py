"""Rows in irregular forms, as the real API sends now and then."""

from __future__ import annotations

import random
from typing import Final

from odapi_async.sandbox.catalogue import Field

Piece = tuple[str, bytes]
"""The name of a field and its value as JSON."""

_SPREAD: Final = 2_654_435_761
_RANGE: Final = 2**32
_MOST: Final = 3


class Mess:
    """Decides which rows are messy, and how.

    Args:
        share: the share of messy rows, 0 to 1.
        seed: the same seed makes the same rows messy in the same way.
    """

    def __init__(self, share: float, seed: int) -> None:
        self._share = share
        self._seed = seed

    def hits(self, row_id: int) -> bool:
        """Return whether the row with this id is messy."""
        return self._share > 0 and (row_id + self._seed) * _SPREAD % _RANGE < self._share * _RANGE

    def applied(
        self, pieces: list[Piece], fields: dict[str, Field], row_id: int, keep: str | None
    ) -> list[Piece]:
        """Return the fields of a messy row; the field named `keep` is never omitted."""
        chance = random.Random(self._seed * _RANGE + row_id)  # noqa: S311 - repeatable mess, no secret
        messed = list(pieces)
        for position in chance.sample(range(len(messed)), k=min(len(messed), chance.randint(1, _MOST))):
            name, value = messed[position]
            messed[position] = (name, _irregular(fields[name].type, value, chance))
        if chance.getrandbits(1):
            messed = _without_one(messed, keep, chance)
        if chance.getrandbits(1):
            messed.append(("newerField", b'"unknown to older clients"'))
        return messed


def _irregular(kind: str, value: bytes, chance: random.Random) -> bytes:
    if kind in {"int", "float"} and not value.startswith(b'"'):
        return b'"%b"' % value
    if kind in {"date", "datetime"}:
        return b'""'
    if kind == "bool":
        is_true = value.strip(b'"').lower() == b"true"
        return chance.choice((b'"True"', b"true") if is_true else (b'"False"', b"false"))
    return value


def _without_one(pieces: list[Piece], keep: str | None, chance: random.Random) -> list[Piece]:
    gone = chance.randrange(len(pieces))
    if pieces[gone][0] == keep:
        return pieces
    return pieces[:gone] + pieces[gone + 1 :]
