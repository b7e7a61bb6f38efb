"""The practices of the demo, and how many rows and calls each of them has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from odapi_async.limits import CERTAIN_LIMIT, Mode, Tier, interval

if TYPE_CHECKING:  # the help shows the limits below, and needs no sandbox
    from odapi_async.cli.sandbox_practices import PracticeSpec

SHORTEST: Final = 10
"""Seconds that the slowest practice needs for two pages and one interactive call."""
DEFAULT: Final = 40
LONGEST: Final = 45
"""Seconds; with the extra time and the start of the server the demo stays below a minute."""

_EXTRA_TIME: Final = 10.0
_LOCAL_ROWS: Final = 20_000
_MISSING_IN_LAST_PAGE: Final = 25  # a full last page would need an empty page after it


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoPractice:
    """One practice of the demo.

    Attributes:
        name: its name.
        tier: the developer's permissions there.
        mode: how it is reached.
        first_call: seconds until the first interactive call.
        call_interval: seconds from the response to an interactive call to the next call.
        calls: the number of interactive calls.
        patients: rows to stream.
        appointments: rows to stream.
    """

    name: str
    tier: Tier
    mode: Mode
    first_call: float
    call_interval: float
    calls: int = 0
    patients: int = 0
    appointments: int = 0

    @property
    def interval(self) -> float:
        """Seconds from start to start that the API demands; 0 for no limit."""
        return interval(self.mode, self.tier)

    @property
    def rows(self) -> int:
        """All rows to stream."""
        return self.patients + self.appointments

    @property
    def spec(self) -> PracticeSpec:
        """The practice of the sandbox."""
        from odapi_async.cli.sandbox_practices import PracticeSpec  # noqa: PLC0415 - see above

        return PracticeSpec(f"demo-{self.name}", self.tier, self.mode)


@dataclass(frozen=True, slots=True)
class DemoPlan:
    """The whole demo.

    Attributes:
        practices: its practices.
        latency: seconds that the server takes for each request, as an office's database would.
        margin: seconds that the client adds to every interval. Client and server share one machine here. If
            it is busy, the server sees one request some hundredths of a second late and the next one in time.
        time_limit: seconds after which it ends, finished or not.
    """

    practices: tuple[DemoPractice, ...]
    latency: float
    margin: float
    time_limit: float


def make_plan(seconds: float) -> DemoPlan:
    """Choose numbers of rows that keep every throttled practice busy for about `seconds`."""
    read_all = _throttled("readall", Tier.READ_ALL, seconds, first_call=1.0, call_interval=12.0)
    standard = _throttled("standard", Tier.STANDARD, seconds, first_call=0.5, call_interval=4.0)
    local = DemoPractice(
        name="local",
        tier=Tier.STANDARD,
        mode=Mode.LOCAL,
        first_call=0.2,
        call_interval=4.0,
        calls=int(seconds // 4.0),
        patients=_LOCAL_ROWS,
        appointments=_LOCAL_ROWS,
    )
    return DemoPlan((read_all, standard, local), latency=0.15, margin=0.02, time_limit=seconds + _EXTRA_TIME)


def _throttled(
    name: str, tier: Tier, seconds: float, *, first_call: float, call_interval: float
) -> DemoPractice:
    pace = interval(Mode.REMOTE, tier)
    slots = 1 + int(seconds / pace)
    calls = 1 + int((seconds - first_call) / (call_interval + pace))  # a response takes at most one interval
    pages = slots - calls
    return DemoPractice(
        name=name,
        tier=tier,
        mode=Mode.REMOTE,
        first_call=first_call,
        call_interval=call_interval,
        calls=calls,
        patients=_rows(pages - pages // 2),
        appointments=_rows(pages // 2),
    )


def _rows(pages: int) -> int:
    return pages * CERTAIN_LIMIT - _MISSING_IN_LAST_PAGE
