"""What can go wrong when an opening is taken, apart from the errors of single requests."""

from __future__ import annotations

from collections.abc import Iterable

from odapi_async.errors import OpenDentalError


class Taken(OpenDentalError):  # noqa: N818 - named after the state, as the other errors are
    """The time is not open any more. Nothing of ours is booked: look for other openings.

    Attributes:
        by: the appointments (AptNum) that take the time; empty if nobody works there any more, or if a
            blockout forbids it.
        broken: the appointment (AptNum) that was created before the other one could be seen, and was broken
            at once. It is on the office's list of unscheduled appointments. None if nothing was written.
    """

    def __init__(self, by: Iterable[int] = (), *, broken: int | None = None) -> None:
        self.by = tuple(by)
        self.broken = broken
        why = f"by appointment {_listed(self.by)}" if self.by else "by a blockout, or nobody works there"
        ours = "" if broken is None else f"; our appointment {broken} was later and has been broken"
        super().__init__(f"this opening is taken {why}{ours}; look for other openings")


class Unsettled(OpenDentalError):  # noqa: N818 - likewise
    """An appointment was created, and a person has to look whether it can stay.

    Either it overlaps with another one that was there before, and is on the schedule all the same, or the day
    could not be read again. `__cause__` is the error of that request.

    Attributes:
        apt_num: our appointment (AptNum): break it if it overlaps.
        by: the appointments with which it overlaps; empty if the day could not be read.
    """

    def __init__(self, apt_num: int, by: Iterable[int] = ()) -> None:
        self.apt_num = apt_num
        self.by = tuple(by)
        if self.by:
            which = f"overlaps with {_listed(self.by)}, which was there before"
            text = f"{which}; break it in the program, or move one of them"
        else:
            text = "was created, but the day could not be read again; look whether it overlaps with another"
        super().__init__(f"appointment {apt_num} {text}")


def _listed(numbers: Iterable[int]) -> str:
    return " and ".join(map(str, numbers))
