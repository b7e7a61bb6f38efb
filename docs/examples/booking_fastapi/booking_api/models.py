"""What goes in and out: no more than a website needs."""

from __future__ import annotations

import datetime as dt

from pydantic import BaseModel, ConfigDict

from odapi_async.recipes.openings import Opening


class Place(BaseModel):
    """An opening, as the website shows it and sends it back.

    Attributes:
        start: when it begins, by the clock on the office's wall.
        minutes: how long it is.
        op: the operatory.
        provider: the provider.
    """

    start: dt.datetime
    minutes: int
    op: int
    provider: int

    @classmethod
    def of(cls, opening: Opening) -> Place:
        """Return what the website needs of an opening."""
        return cls(start=opening.start, minutes=opening.minutes, op=opening.Op, provider=opening.ProvNum)


class NewBooking(BaseModel):
    """What the website sends to book. Your login says which patient it is.

    Attributes:
        pat_num: the patient.
        start: as in the opening.
        op: as in the opening.
        provider: as in the opening.
    """

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    pat_num: int
    start: dt.datetime
    op: int
    provider: int


class Booked(BaseModel):
    """A booking that stands.

    Attributes:
        start: when it begins, by the clock on the office's wall.
        minutes: how long it is.
        confirm: where the patient confirms it; below the address of this server.
    """

    start: dt.datetime
    minutes: int
    confirm: str


class NextOpenings(BaseModel):
    """The time is taken. These are the next ones that are open.

    Attributes:
        message: what has happened.
        openings: the next openings.
    """

    message: str
    openings: list[Place]
