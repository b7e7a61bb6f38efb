"""Which of several ways to one office is taken: state that all callers share, and one look at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final, Protocol

from odapi_async._core.calls import jitter
from odapi_async.errors import (
    APIError,
    ConfigurationError,
    DecodeError,
    KeyRefused,
    OfficeOffline,
    OpenDentalError,
    OutcomeUnknown,
    SchedulerClosed,
    ServerError,
    Throttled,
    TransportError,
    Unauthorized,
    WrongEventLoop,
)
from odapi_async.scheduler import Budget
from odapi_async.scheduler.pristine import pristine

_LATER: Final = 0.25
"""The part of an interval by which a probe may come later, so that many practices do not probe together."""
_REFUSED: Final = "no request goes this way until practice.reset_ways()"
_PROBED: Final = "this was a read to find out whether the way works; the call itself was not sent"

_Look = asyncio.Task[int | OpenDentalError | None]


class Candidate(Protocol):
    """One of the ways, as a look needs it."""

    async def probe(self) -> None:
        """Send one cheap read that way.

        Raises:
            OpenDentalError: the way does not work.
        """
        ...

    def announce(self, left_for: str | None) -> None:
        """Tell that the practice is reached this way from now on.

        Args:
            left_for: the class of the error for which the way before was left; None if there was none.
        """
        ...


def falls_through(error: OpenDentalError) -> bool:
    """Return whether the next way is tried after a probe: nobody answered, or the office could not.

    A `ConfigurationError` of the network is among them: outside of the office, the name of a server inside it
    may lead to a public address, to which nothing is sent.
    """
    return isinstance(error, TransportError | OfficeOffline | ServerError | ConfigurationError)


class WayChoice:
    """Which way to one office is chosen, and why the others are not.

    Ways are known by their numbers, in the order of preference. The last one is taken without a probe,
    because there is nothing after it.

    Args:
        lanes: the names of their lanes.
        refusals: the refused keys by lane, which all choices of a client share.

    Attributes:
        chosen: the way of the next call; None before the first one, or if there is none.
    """

    __slots__ = (
        "_failures",
        "_is_closed",
        "_is_doubted",
        "_lanes",
        "_look",
        "_looks",
        "_refusals",
        "_since",
        "_term",
        "chosen",
    )

    def __init__(self, lanes: tuple[str, ...], refusals: dict[str, KeyRefused]) -> None:
        self._lanes = lanes
        self._refusals = refusals
        self.chosen: int | None = None
        self._since: Budget | None = None
        self._is_doubted = False
        self._term: Budget | None = None  # in which the chosen way has to answer
        self._failures: dict[int, tuple[OpenDentalError, Budget]] = {}
        self._look: _Look | None = None
        self._looks: set[_Look] = set()  # also one that was cancelled and has not ended yet
        self._is_closed = False

    @property
    def chosen_for(self) -> float | None:
        """Seconds since the way was chosen; None outside of the event loop."""
        try:
            return None if self._since is None else -self._since.left
        except RuntimeError:
            return None

    def failure(self, number: int) -> OpenDentalError | None:
        """Return the error for which a way was not taken when it was last probed."""
        return self.refusal(number) or self._failures.get(number, (None,))[0]

    def reasons(self, number: int) -> list[str]:
        """Return why the ways before one were not taken."""
        found = (self.failure(each) for each in range(number))
        return [f"not taken: {each}" for each in found if each]

    def is_refused(self, number: int) -> bool:
        """Return whether the key was refused on a way."""
        return self.refusal(number) is not None

    def refusal(self, number: int) -> KeyRefused | None:
        """Return the error with which the key was refused on a way."""
        return self._refusals.get(self._lanes[number])

    def asked(self, number: int, patience: float) -> None:
        """Note that a call begins on a way.

        Args:
            number: the way.
            patience: seconds without any response after which the way is doubted.
        """
        if number == self.chosen and self._term is None:
            self._term = Budget.start(patience)

    def answered(self, number: int) -> None:
        """Note that a way works."""
        if number == self.chosen:
            self._is_doubted, self._term = False, None

    def failed(self, number: int, error: OpenDentalError) -> None:
        """Note how a call ended on a way. An error that is an answer shows that the way works."""
        if isinstance(error, KeyRefused):
            if error.sent:
                self._refuse(number, error)
        elif falls_through(error) or isinstance(error, OutcomeUnknown):
            self._is_doubted |= number == self.chosen
        elif type(error) is Unauthorized and number < len(self._lanes) - 1:
            self._is_doubted |= number == self.chosen  # a probe tells whether the key is refused
        elif isinstance(error, APIError):
            self.answered(number)

    def reset(self) -> None:
        """Forget what is known, so that the next call chooses again."""
        if self._look:
            self._look.cancel()
        self.chosen = self._since = self._term = self._look = None
        self._is_doubted = False
        self._failures = {}
        for lane in self._lanes:
            self._refusals.pop(lane, None)

    def close(self) -> set[_Look]:
        """Begin no further look, and cancel those that go on; return these."""
        self._is_closed = True
        for look in self._looks:
            look.cancel()
        return {*self._looks}

    def certain(self, ways: Sequence[Candidate], interval: float) -> int | None:
        """Return the chosen way; None if a look has to come first.

        If a better way is due for a probe, a look begins meanwhile, and nobody waits for it.

        Args:
            ways: the ways in the order of preference.
            interval: seconds after which a way that failed is probed again.
        """
        if self._must_look(len(ways)):
            return None
        is_due = any(map(self._is_due, range(self.chosen or 0)))
        if is_due and self._look is None and not self._is_closed:
            self._begin(ways, interval)
        return self.chosen

    async def choose(self, ways: Sequence[Candidate], interval: float) -> int:
        """Return the way of the next call. All who wait share one look.

        Raises:
            OpenDentalError: a way answered with an error that does not fall through.
        """
        while (found := self.certain(ways, interval)) is None:
            if self._is_closed:
                raise SchedulerClosed
            look = self._look or self._begin(ways, interval)
            if look.get_loop() is not asyncio.get_running_loop():
                raise WrongEventLoop
            await asyncio.wait([look])  # which does not cancel it with one of those who wait
            if look.cancelled():
                continue
            outcome = look.result()
            if isinstance(outcome, int):  # also if another call has failed that way in the meantime
                return outcome
            if outcome is not None:
                raise pristine(outcome)
        return found

    def _must_look(self, number: int) -> bool:
        is_silent = self._term is not None and self.chosen != number - 1 and self._term.left <= 0
        return self.chosen is None or self._is_doubted or is_silent

    def _is_due(self, number: int) -> bool:
        """Return whether a way is worth a probe: it did not fail lately, and has not refused the key."""
        resting = self._failures.get(number)
        return not self.is_refused(number) and (resting is None or resting[1].left <= 0)

    def _begin(self, ways: Sequence[Candidate], interval: float) -> _Look:
        thorough = self._must_look(len(ways))
        look = asyncio.create_task(self._search(ways, interval, thorough=thorough), name="odapi-ways")
        self._look = look
        self._looks.add(look)
        look.add_done_callback(self._end)
        return look

    def _end(self, look: _Look) -> None:
        self._looks.discard(look)
        if self._look is look:
            self._look = None
        if not look.cancelled():
            look.exception()  # marks it as retrieved: perhaps nobody waits

    async def _search(
        self, ways: Sequence[Candidate], interval: float, *, thorough: bool
    ) -> int | OpenDentalError | None:
        """Probe the ways in their order, and choose the first one that answers.

        Args:
            ways: the ways in the order of preference.
            interval: seconds after which a way that failed is probed again.
            thorough: whether some way has to be found; else only those before the chosen one count.

        Returns:
            The way that is chosen now, or why none is; None if nothing has changed.
        """
        last = len(ways) - 1
        for number, way in enumerate(ways if thorough else ways[: self.chosen]):
            if thorough and (refusal := self.refusal(number)):
                self.chosen = None
                return refusal
            if number < last and self._is_skipped(number, thorough=thorough):
                continue
            error = None if number == last else await _error_of(way)
            if error is None or isinstance(error, Throttled):
                self._choose(number, way)
                return number
            self._note(number, error, interval)
            if thorough and not falls_through(error):
                error.add_note(_REFUSED if isinstance(error, KeyRefused) else _PROBED)
                return error
        return None

    def _is_skipped(self, number: int, *, thorough: bool) -> bool:
        if self._is_due(number):
            return False
        failure = self.failure(number)
        return not thorough or (failure is not None and falls_through(failure))

    def _choose(self, number: int, way: Candidate) -> None:
        before, self.chosen = self.chosen, number
        self._is_doubted, self._term = False, None
        self._failures.pop(number, None)
        if before != number:
            self._since = Budget.start(0.0)
            failure = None if before is None else self.failure(before)
            way.announce(type(failure).__name__ if failure else None)

    def _note(self, number: int, error: OpenDentalError, interval: float) -> None:
        if isinstance(error, KeyRefused):
            self._refuse(number, error)
        failure = pristine(error)
        if isinstance(failure, DecodeError):
            failure.raw = b""  # it may be long, and this is kept
        self._failures[number] = failure, Budget.start(interval * (1 + _LATER * jitter()))

    def _refuse(self, number: int, error: KeyRefused) -> None:
        refusal = pristine(error)
        refusal.sent = False  # for those who ask later
        refusal.add_note(_REFUSED)
        self._refusals[self._lanes[number]] = refusal
        self._is_doubted |= number == self.chosen


async def _error_of(way: Candidate) -> OpenDentalError | None:
    try:
        await way.probe()
    except OpenDentalError as error:
        return pristine(error)
    return None
