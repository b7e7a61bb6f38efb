"""The options that choose among the events that were set aside."""

from __future__ import annotations

from typing import Annotated, NamedTuple

import typer

PracticeOption = Annotated[
    str | None, typer.Option(metavar="NAME", help="Only events of this practice. If not given: of all.")
]
TableOption = Annotated[
    list[str] | None,
    typer.Option(
        metavar="TABLE",
        help="Only events of this table, such as appointments, or of this kind, such as "
        "AppointmentDeleted. It can be given several times.",
    ),
]
IdOption = Annotated[
    list[int] | None,
    typer.Option(
        "--id",
        metavar="ID",
        help="Only the event with this number, which odapi events set-aside tells. It can be given several "
        "times.",
    ),
]


class Filters(NamedTuple):
    """Which events are meant.

    Attributes:
        event_ids: their numbers; None for all.
        practice: the name of the practice; None for all.
        kinds: the kinds; one of None for all.
    """

    event_ids: list[int] | None
    practice: str | None
    kinds: tuple[str | None, ...]


def find_filters(ids: list[int] | None, practice: str | None, tables: list[str] | None) -> Filters:
    """Return which events the options mean.

    Raises:
        UsageError: there is no such table.
    """
    from odapi_async.cli.events.kinds import kinds_of  # noqa: PLC0415 - the help needs no tables

    return Filters(ids or None, practice, tuple(kinds_of(tables or ())) or (None,))
