"""What the command line of `odapi mirror` says, looked at before the mirror is needed. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from odapi_async.cli.errors import WrongInput
from odapi_async.cli.practice_options import Reach

_IN_THE_FILE: Final = ("tier", "mode", "base_url")
_OF_ITS_OWN: Final = ("practice", *_IN_THE_FILE, "config", "follow", "every", "sweep", "sweep_days")


@dataclass(frozen=True, kw_only=True)
class Order:
    """What was given.

    Attributes:
        reach: which practice, and how, unless a file says so.
        typed: names of the options that stand in the command line itself, not in the environment.
        tables: names of tables.
        config: the file of practices.
        store: the database.
        every: seconds from one round to the next; None for a single round.
        sweep: whether all rows are read in any case.
        sweep_days: days from one reading of all rows to the next.
        quiet: whether only failures are told.
        as_json: whether scripts read what is told.
    """

    reach: Reach
    typed: Collection[str] = ()
    tables: tuple[str, ...] = ()
    config: Path | None = None
    store: str | None = field(default=None, repr=False)
    every: float | None = None
    sweep: bool = False
    sweep_days: float | None = None
    quiet: bool = False
    as_json: bool = False


def check(order: Order) -> None:
    """Look whether the options go together.

    Raises:
        WrongInput: some do not.
    """
    typed = order.typed
    if "every" in typed and order.every is None:
        raise WrongInput("--every goes with --follow")
    if order.reach.sandbox:
        _refuse(_OF_ITS_OWN, typed, "--sandbox shows practices of its own and ends by itself")
    if order.config is not None:
        _refuse(_IN_THE_FILE, typed, "with --config this stands in the sections of the file")


def only(order: Order) -> str | None:
    """Return the one practice of the file that is wanted; what the environment says is for other commands."""
    return order.reach.practice if "practice" in order.typed else None


def _refuse(names: Collection[str], typed: Collection[str], reason: str) -> None:
    for name in names:
        if name in typed:
            raise WrongInput(f"--{name.replace('_', '-')} has no place here: {reason}")
