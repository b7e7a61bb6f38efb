"""What may happen to a scheduler, as values: an example is a list of them, which shrinks and reads well."""

from dataclasses import dataclass
from enum import Enum, auto

from hypothesis import strategies as st

from odapi_async.scheduler import Pace, Priority

PACES = {"slow": Pace(1.0), "fast": Pace(0.5), "local": Pace(0.0, in_flight=2)}


class Fate(Enum):
    """What comes of a request."""

    ANSWERED = auto()
    UNSHARED = auto()
    """It is answered, but those who joined hear nothing of it."""
    LOST = auto()
    """It fails before it leaves."""
    THROTTLED = auto()
    """429, without a word on how long to wait."""
    PAUSED = auto()
    """429, with Retry-After."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One or several callers come."""

    lane: str = "slow"
    priority: Priority = Priority.NORMAL
    flow: str | None = None
    join: str | None = None
    max_wait: float | None = None
    retry: bool = False
    fate: Fate = Fate.ANSWERED
    connect: float = 0.0
    duration: float = 0.0
    times: int = 1


@dataclass(frozen=True, slots=True)
class Cancel:
    """A caller leaves: so many passes of the loop after now, or after the moment of its lane's next turn."""

    which: int
    at_turn: bool = False
    passes: int = 0


@dataclass(frozen=True, slots=True)
class Let:
    """Time passes; 0 seconds let everything run that is ready to."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Down:
    """A practice was found unreachable."""

    lane: str
    enough: int = 1


@dataclass(frozen=True, slots=True)
class Up:
    """A practice was found reachable."""

    lane: str


@dataclass(frozen=True, slots=True)
class Close:
    """The scheduler is closed, while callers may still come."""


Move = Ask | Cancel | Let | Down | Up | Close


@dataclass(frozen=True, slots=True)
class Caps:
    """Caps over all throttled lanes."""

    rate: float | None = None
    places: int | None = None


_lanes = st.sampled_from(["slow", "slow", "slow", "fast", "local"])
_rare = st.integers(0, 9).map(lambda number: number == 9)
_asks = st.builds(
    Ask,
    lane=_lanes,
    priority=st.sampled_from([Priority.NORMAL, Priority.INTERACTIVE, Priority.BULK]),
    flow=st.sampled_from([None, None, "x", "y"]),
    join=st.sampled_from([None, None, "p", "q"]),
    max_wait=st.sampled_from([None, None, 0.7, 4.0]),
    retry=_rare,
    fate=st.sampled_from([Fate.ANSWERED, Fate.ANSWERED, *Fate]),
    connect=st.sampled_from([0.0, 0.3, 2.0]),
    duration=st.sampled_from([0.0, 0.2, 1.7]),
    times=st.sampled_from([1, 1, 2, 3]),
)
_reads_and_writes = st.builds(
    Ask,
    join=st.sampled_from(["p", "p", None]),
    priority=st.sampled_from([Priority.NORMAL, Priority.INTERACTIVE]),
    fate=st.sampled_from([Fate.ANSWERED, Fate.ANSWERED, Fate.UNSHARED, Fate.PAUSED]),
    duration=st.sampled_from([0.0, 0.2, 1.7]),
)
_crowds = st.builds(
    Ask, lane=_lanes, priority=st.sampled_from([Priority.INTERACTIVE, Priority.BULK]), times=st.just(45)
)
_cancels = st.builds(Cancel, st.integers(0, 5), st.booleans(), st.integers(0, 6))
_lets = st.builds(Let, st.sampled_from([0.0, 0.1, 0.5, 1.0, 1.01, 5.0, 40.0]))
_ends = st.sampled_from([Down("slow"), Down("slow", 2), Up("slow"), Up("slow"), Close(), *[Let(0.0)] * 5])
_kinds: dict[str, st.SearchStrategy[Move]] = {
    "mixed": st.one_of(_asks, _lets, _cancels, _ends),
    "joining": st.one_of(_reads_and_writes, _reads_and_writes, _lets, _cancels, _ends),
    "crowded": st.one_of(_crowds, _asks, _asks, _lets),
}
_kind = st.sampled_from(["mixed", "mixed", "mixed", "joining", "joining", "crowded", "crowded"])

moves: st.SearchStrategy[list[Move]] = _kind.flatmap(
    lambda kind: st.lists(_kinds[kind], max_size=8 if kind == "crowded" else 30)
)
caps = st.sampled_from([Caps(), Caps(), Caps(rate=0.4), Caps(places=1), Caps(rate=1.5, places=2)])
