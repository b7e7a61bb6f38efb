"""What may happen to a scheduler, as values: an example is a list of them, which shrinks well and reads well."""

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


_lanes = st.sampled_from(list(PACES))
_rare = st.integers(0, 9).map(lambda number: number == 9)
_asks = st.builds(
    Ask,
    lane=_lanes,
    priority=st.sampled_from([Priority.NORMAL, Priority.INTERACTIVE, Priority.BULK]),
    flow=st.sampled_from([None, "x", "y"]),
    join=st.sampled_from([None, None, "p", "q"]),
    max_wait=st.sampled_from([None, None, 0.7, 4.0]),
    retry=_rare,
    fate=st.sampled_from([Fate.ANSWERED, Fate.ANSWERED, *Fate]),
    connect=st.sampled_from([0.0, 0.0, 0.3, 2.0]),
    duration=st.sampled_from([0.0, 0.2, 1.7]),
    times=st.sampled_from([1, 1, 1, 2, 3, 40]),
)
_plain_asks = st.builds(Ask, lane=_lanes, join=st.sampled_from([None, "p"]), times=st.integers(1, 3))
_cancels = st.builds(Cancel, st.integers(0, 20), st.booleans(), st.integers(0, 6))
_lets = st.builds(Let, st.sampled_from([0.0, 0.1, 0.5, 1.0, 1.01, 5.0, 40.0]))
_circuits = st.one_of(st.builds(Down, _lanes, st.sampled_from([1, 2])), st.builds(Up, _lanes))
_closes = _rare.map(lambda closes: Close() if closes else Let(0.0))

moves: st.SearchStrategy[list[Move]] = st.lists(
    st.one_of(_plain_asks, _asks, _lets, _cancels, st.one_of(_circuits, _closes)), max_size=40
)
caps = st.sampled_from([Caps(), Caps(), Caps(rate=3.0), Caps(places=1), Caps(rate=1.5, places=2)])
