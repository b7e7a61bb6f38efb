"""Reads how current the copies are, and prints it. Needs the extra `mirror`."""

from __future__ import annotations

from dataclasses import dataclass, field

from odapi_async.mirror.config import Config


@dataclass(frozen=True, kw_only=True)
class StatusOptions:
    """The options of the command.

    Attributes:
        store: the database.
        config: the content of the configuration file; None without one.
        practices: the practices to show; empty for all.
        max_age: seconds that a copy may be old; None for any number.
        as_json: whether JSON is printed.
    """

    store: str = field(repr=False)
    config: Config | None = field(repr=False)
    practices: tuple[str, ...] = ()
    max_age: float | None = None
    as_json: bool = False


async def show(options: StatusOptions) -> bool:
    """Print how current the copies are, and return whether none is too old."""
    raise NotImplementedError
