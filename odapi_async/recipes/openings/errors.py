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
            at once, or that somebody else has taken from the schedule. It is on the office's list of
            unscheduled appointments. None if nothing was written.
    """

    def __init__(self, by: Iterable[int] = (), *, broken: int | None = None) -> None:
        self.by = tuple(by)
        self.broken = broken
        if self.by:
            ours = "" if broken is None else f"; our appointment {broken} was later and has been broken"
            text = f"this opening is taken by appointment {_listed(self.by)}{ours}"
        elif broken is None:
            text = "this opening is taken by a blockout, or nobody works there"
        else:
            text = f"somebody has taken our appointment {broken} from the schedule"
        super().__init__(f"{text}; look for other openings")


class Unsettled(OpenDentalError):  # noqa: N818 - likewise
    """An appointment was created, and a person has to look whether it can stay.

    Either it overlaps with another one that was there before, and is on the schedule all the same, or the day
    could not be read again, or was read and does not have it. `__cause__` is the error of that request.

    Attributes:
        apt_num: our appointment (AptNum): break it if it overlaps.
        by: the appointments with which it overlaps; empty if nobody has seen it again.
    """

    def __init__(self, apt_num: int, by: Iterable[int] = ()) -> None:
        self.apt_num = apt_num
        self.by = tuple(by)
        if self.by:
            which = f"overlaps with {_listed(self.by)}, which was there before"
            text = f"{which}; break it in the program, or move one of them"
        else:
            text = "was created, but was not seen again; look where it is, and what it overlaps with"
        super().__init__(f"appointment {apt_num} {text}")


def _listed(numbers: Iterable[int]) -> str:
    return " and ".join(map(str, numbers))
