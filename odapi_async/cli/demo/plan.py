"""Which practices the demo has, and how much it asks of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from odapi_async.cli.sandbox_practices import Spec
from odapi_async.limits import CERTAIN_LIMIT, Mode, Tier, interval

SHORTEST: Final = 10
"""Seconds that the slowest practice needs for two pages and one interactive call."""
USUAL: Final = 40
LONGEST: Final = 45
"""Seconds; with the grace and the start of the server it stays below a minute."""

_GRACE: Final = 10.0
_LOCAL_ROWS: Final = 20_000
_BELOW_FULL: Final = 25  # rows that the last page lacks, so that no empty page has to follow it


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticePlan:
    """One practice of the demo.

    Attributes:
        name: what it is called.
        tier: what the developer may do there.
        mode: how it is reached.
        first_ask: seconds until the first interactive call.
        ask_every: seconds from the answer to one interactive call to the next call.
        asks: interactive calls.
        patients: rows to stream.
        appointments: rows to stream.
    """

    name: str
    tier: Tier
    mode: Mode
    first_ask: float
    ask_every: float
    asks: int = 0
    patients: int = 0
    appointments: int = 0

    @property
    def interval(self) -> float:
        """Seconds from start to start that the API demands; 0 for no limit."""
        return interval(self.mode, self.tier)

    @property
    def rows(self) -> int:
        """All rows that it has to bring."""
        return self.patients + self.appointments

    @property
    def spec(self) -> Spec:
        """The practice as the sandbox is told about it."""
        return Spec(f"demo-{self.name}", self.tier, self.mode)


@dataclass(frozen=True, slots=True)
class Plan:
    """The whole demo.

    Attributes:
        practices: who takes part.
        latency: seconds that the server takes for each request, as an office's database would.
        margin: seconds that the client adds to every interval. Client and servers share one machine here, and
            where it is busy, a request is seen some hundredths of a second late and the next one in time.
        cut: seconds after which it ends, finished or not.
    """

    practices: tuple[PracticePlan, ...]
    latency: float
    margin: float
    cut: float


def make_plan(seconds: float) -> Plan:
    """Choose amounts that keep every throttled practice busy for about `seconds`, at the real intervals."""
    read_all = _throttled("readall", Tier.READ_ALL, seconds, first_ask=1.0, ask_every=12.0)
    standard = _throttled("standard", Tier.STANDARD, seconds, first_ask=0.5, ask_every=4.0)
    local = PracticePlan(
        name="local",
        tier=Tier.STANDARD,
        mode=Mode.LOCAL,
        first_ask=0.2,
        ask_every=4.0,
        asks=int(seconds // 4.0),
        patients=_LOCAL_ROWS,
        appointments=_LOCAL_ROWS,
    )
    return Plan((read_all, standard, local), latency=0.15, margin=0.02, cut=seconds + _GRACE)


def _throttled(name: str, tier: Tier, seconds: float, *, first_ask: float, ask_every: float) -> PracticePlan:
    pace = interval(Mode.REMOTE, tier)
    slots = 1 + int(seconds / pace)
    asks = 1 + int((seconds - first_ask) / (ask_every + pace))  # an answer is one interval away at most
    pages = slots - asks
    return PracticePlan(
        name=name,
        tier=tier,
        mode=Mode.REMOTE,
        first_ask=first_ask,
        ask_every=ask_every,
        asks=asks,
        patients=_rows(pages - pages // 2),
        appointments=_rows(pages // 2),
    )


def _rows(pages: int) -> int:
    return pages * CERTAIN_LIMIT - _BELOW_FULL
