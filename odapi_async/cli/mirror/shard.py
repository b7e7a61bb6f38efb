"""Shards: a split of the practices among several programs, by their names. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from odapi_async.cli.errors import UsageError

_SHARD: Final = re.compile(r"(?P<number>\d{1,5})/(?P<count>\d{1,5})", re.ASCII)


@dataclass(frozen=True)
class Shard:
    """One part of the practices.

    Whether a practice belongs to it depends on the practice's name alone. So a practice that is added to the
    file or removed from it moves no other one to another shard.

    Attributes:
        number: the number of the shard, from 1.
        count: the number of all shards.
    """

    number: int
    count: int

    def includes(self, practice: str) -> bool:
        """Return whether the practice of this name belongs to the shard."""
        digest = sha256(practice.encode("utf-8", "surrogatepass")).digest()
        return int.from_bytes(digest[:8], "big") % self.count == self.number - 1

    def __str__(self) -> str:
        return f"{self.number}/{self.count}"


def parse_shard(text: str) -> Shard:
    """Return the shard that a text such as 2/3 names.

    Raises:
        UsageError: the text has another form, or there is no such shard.
    """
    found = _SHARD.fullmatch(text.strip())
    shard = Shard(int(found["number"]), int(found["count"])) if found else Shard(0, 0)
    if not 1 <= shard.number <= shard.count:
        raise UsageError("--shard needs a number and the number of all shards: 1/3, 2/3 or 3/3")
    return shard


def check_shard(*, has_config: bool, has_names: bool) -> None:
    """Check that a shard goes together with the other options.

    Args:
        has_config: whether there is a configuration file.
        has_names: whether practices are named.

    Raises:
        UsageError: there is nothing to divide.
    """
    if not has_config:
        raise UsageError("--shard needs --config: it divides the practices of the file")
    if has_names:
        raise UsageError("--shard cannot be used with --practice: give one of them")
