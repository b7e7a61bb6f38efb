"""Calls to a practice with several ways to its office. A way is chosen before a call, which keeps it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, TypeVar

from odapi_async._core.attempt import ClientContext
from odapi_async._core.calls import Calls
from odapi_async._core.emitter import event_of
from odapi_async._core.explanations import set_refused
from odapi_async._core.fact_finder import PROBE
from odapi_async._core.options import PracticeSettings, RequestOptions
from odapi_async._core.requests import PreparedRequest
from odapi_async._core.retry import RetryPolicy, RetryState
from odapi_async._core.transport import Request, Response, Transport
from odapi_async._core.way_choice import WayChoice, falls_through
from odapi_async.errors import APIError, ConnectFailed, KeyRefused, OpenDentalError, WaitTooLong
from odapi_async.facts import Facts
from odapi_async.limits import INTERVALS, Mode, Tier
from odapi_async.scheduler import Budget, Priority
from odapi_async.scheduler.pristine import pristine
from odapi_async.telemetry import LOGGER, EventName
from odapi_async.ways import Local, Remote, Service, Way, WayStatus

E = TypeVar("E", bound=OpenDentalError)
S = TypeVar("S")

PROBE_INTERVAL: Final = 60.0
"""Seconds after which a way that failed is probed again, unless the practice says otherwise."""
_PROBE_TIMEOUTS: Final = {Mode.REMOTE: 20.0, Mode.LOCAL: 5.0, Mode.SERVICE: 5.0}
_ONCE: Final = RetryPolicy(max_attempts=1, max_throttled=0)


class _Gate:
    """The transport of one way: it sends nothing after the key was refused there.

    Calls that wait for a slot have chosen their way before.
    """

    __slots__ = ("_choice", "_number", "_transport")

    def __init__(self, transport: Transport, choice: WayChoice, number: int) -> None:
        self._transport = transport
        self._choice = choice
        self._number = number

    async def send(self, request: Request, on_sent: Callable[[], object]) -> Response:
        """Send a request, unless the key was refused."""
        if refusal := self._choice.refusal(self._number):
            error = pristine(refusal)
            set_refused(error, request.method, request.path)
            raise error
        return await self._transport.send(request, on_sent)

    async def close(self) -> None:
        """Close all connections."""
        await self._transport.close()


def _gated(context: ClientContext, choice: WayChoice, number: int) -> ClientContext:
    return replace(context, transport=_Gate(context.transport, choice, number))


class SingleWayCalls(Calls):
    """Calls that go one of several ways.

    Args:
        context: what all practices share, with the gate of this way.
        settings: the practice, as it is reached this way.
        options: how its requests are sent.
        choice: hears how the way does.
        number: the number of the way in it.
        budget: the time of all these calls together; None if each has its own deadline, or none.
    """

    __slots__ = ("_choice", "_number")

    def __init__(
        self,
        context: ClientContext,
        settings: PracticeSettings,
        options: RequestOptions,
        choice: WayChoice,
        number: int,
        budget: Budget | None = None,
    ) -> None:
        super().__init__(context, settings, options, budget)
        self._choice = choice
        self._number = number

    async def probe(self) -> None:
        """Send one cheap read this way, also through an open circuit.

        Raises:
            OpenDentalError: the way does not work.
        """
        settings = self.settings
        seconds = _PROBE_TIMEOUTS[settings.mode]
        max_wait = None if settings.mode is Mode.REMOTE else seconds  # there a 429 may pause the lane
        options = RequestOptions(priority=Priority.INTERACTIVE, timeout=seconds, max_wait=max_wait)
        context = replace(self._context, policy=_ONCE)
        self._context.scheduler.allow_probe(settings.lane)
        probing = SingleWayCalls(context, settings, options, self._choice, self._number)
        try:
            await probing._probe_once()
        except OpenDentalError as error:
            error.way = settings.way
            if isinstance(error, KeyRefused):
                LOGGER.warning(
                    "%s by %s: the key is refused there", settings.name or settings.lane, settings.way
                )
            raise

    async def _probe_once(self) -> None:
        try:
            await self._facts.probe()
        except WaitTooLong as error:
            raise ConnectFailed("GET", "/preferences", "calls without a response have all slots") from error

    def announce(self, left_for: str | None) -> None:
        """Emit that the practice is reached this way from now on.

        Args:
            left_for: the class of the error for which the way before was left; None if there was none.
        """
        settings = self.settings
        event = event_of(
            EventName.SWITCHED, settings, PROBE.operation, Priority.INTERACTIVE, settings.pace, error=left_for
        )
        self._context.emitter.emit(event)

    async def _execute(
        self,
        prepared: PreparedRequest,
        paging: Mapping[str, str] | None = None,
        state: RetryState | None = None,
    ) -> Response:
        choice, number = self._choice, self._number
        choice.asked(number, self._patience)
        try:
            response = await super()._execute(prepared, paging, state)
        except OpenDentalError as error:
            is_new, error.way = error.way is None, self.settings.way
            choice.failed(number, error)
            if is_new and falls_through(error):
                for reason in choice.reasons(number):
                    error.add_note(reason)
            raise
        choice.answered(number)
        return response

    @property
    def _patience(self) -> float:
        """Seconds without a response after which the way is doubted: those of a probe, and of its pace."""
        pace, mode = self.settings.pace, self.settings.mode
        interval = pace.interval if pace else INTERVALS[Tier.READ_ALL]
        return _PROBE_TIMEOUTS[mode] + 2 * interval

    def _copy(self, options: RequestOptions, budget: Budget | None) -> Calls:
        return SingleWayCalls(self._context, self.settings, options, self._choice, self._number, budget)


class WayChoosingCalls(Calls):
    """Calls that choose their way.

    Args:
        context: what all practices share.
        ways: the practice as it is reached by each way, in the order of preference.
        options: how its requests are sent.
        choice: which way is chosen.
        probe_interval: seconds after which a way that failed is probed again.
        budget: the time of all these calls together; None if each has its own deadline, or none.
    """

    __slots__ = ("_by_way", "_choice", "_probe_interval", "_ways")

    def __init__(
        self,
        context: ClientContext,
        ways: Sequence[PracticeSettings],
        options: RequestOptions,
        choice: WayChoice,
        probe_interval: float,
        budget: Budget | None = None,
    ) -> None:
        super().__init__(context, ways[0], options, budget)
        self._choice = choice
        self._probe_interval = probe_interval
        self._ways = tuple(ways)
        self._by_way = tuple(
            SingleWayCalls(_gated(context, choice, number), each, options, choice, number, budget)
            for number, each in enumerate(ways)
        )

    @property
    def settings(self) -> PracticeSettings:
        """The practice, as it is reached by the chosen way, or by the first one."""
        return self._ways[self._choice.chosen or 0]

    @property
    def known_version(self) -> str | None:
        """The version of the office as given, or as found out by the chosen way."""
        return self._by_way[self._choice.chosen or 0].known_version

    def label(self, error: E) -> E:
        """Give an error the name of the practice. No way was chosen yet; a probe names its own."""
        error.practice = self.settings.name
        return error

    async def on_way(self, prepared: PreparedRequest | None = None) -> Calls:
        """Return calls that all go the way that is chosen now.

        Args:
            prepared: the request that is about to be sent, for errors.

        Raises:
            OpenDentalError: a way answered with an error that does not fall through.
            WaitTooLong: the deadline was over before a way was found.
        """
        try:
            return self._by_way[await self._choose()]
        except OpenDentalError as error:
            self.label(error)
            if prepared and isinstance(error, APIError) and not error.sent:
                set_refused(error, prepared.operation.method, prepared.path)
            raise

    async def facts(self, *, refresh: bool = False) -> Facts:
        """Return the facts of the practice, as read by the way that is chosen now."""
        started = self.start()
        try:
            calls = await started.on_way()
        except OpenDentalError as error:
            return Facts(unknown={"permissions": error, "version": error})
        return await calls.facts(refresh=refresh)

    def execute(
        self,
        prepared: PreparedRequest,
        paging: Mapping[str, str] | None = None,
        state: RetryState | None = None,
    ) -> Coroutine[Any, Any, Response]:
        """Send a request by the way that is chosen now; see `Calls.execute`."""
        return self._execute_on_way(prepared, paging, state)

    async def execute_and_read(self, prepared: PreparedRequest, read: Callable[[Response], S]) -> S:
        """Send a request by the way that is chosen now, and read the response."""
        calls = await self.start().on_way(prepared)
        return await calls.execute_and_read(prepared, read)

    def reset_circuit(self) -> bool:
        """Close the circuits of all ways; return whether one was open."""
        return bool(self._context.scheduler.reset_circuits(*(each.lane for each in self._ways)))

    def reset_ways(self) -> None:
        """Forget which way works and which refuses the key, and close the circuits of all."""
        self._choice.reset()
        self.reset_circuit()

    def statuses(self) -> tuple[WayStatus, ...]:
        """Return what is known of each way."""
        choice = self._choice
        return tuple(
            WayStatus(
                way=_way_of(settings),
                lane=settings.lane,
                is_chosen=number == choice.chosen,
                chosen_for=choice.chosen_for if number == choice.chosen else None,
                error=type(error).__name__ if (error := choice.failure(number)) else None,
                key_refused=choice.is_refused(number),
                version=self._by_way[number].known_version,
            )
            for number, settings in enumerate(self._ways)
        )

    async def _execute_on_way(
        self, prepared: PreparedRequest, paging: Mapping[str, str] | None, state: RetryState | None
    ) -> Response:
        calls = await self.start().on_way(prepared)
        return await calls.execute(prepared, paging, state)

    async def _choose(self) -> int:
        ways = self._by_way
        found = self._choice.certain(ways, self._probe_interval)
        if found is not None:
            return found
        deadline = self.options.deadline
        budget = self._budget or (None if deadline is None else Budget.start(deadline))
        choosing = self._choice.choose(ways, self._probe_interval)
        return await (budget.wait_for(choosing) if budget else choosing)

    def _copy(self, options: RequestOptions, budget: Budget | None) -> Calls:
        return WayChoosingCalls(
            self._context, self._ways, options, self._choice, self._probe_interval, budget
        )


class WayChoices:
    """The choices of all practices of a client, by the lanes of their ways."""

    __slots__ = ("_choices", "_refusals")

    def __init__(self) -> None:
        self._choices: dict[tuple[str, ...], WayChoice] = {}
        self._refusals: dict[str, KeyRefused] = {}

    def of(self, ways: Sequence[PracticeSettings]) -> WayChoice:
        """Return the choice that all practices with the same key and the same ways share."""
        lanes = tuple(each.lane for each in ways)
        return self._choices.setdefault(lanes, WayChoice(lanes, self._refusals))

    async def close(self) -> None:
        """End all looks that go on."""
        ending = {look for each in self._choices.values() for look in each.close()}
        if ending:
            await asyncio.wait(ending)


def statuses(calls: Calls) -> tuple[WayStatus, ...]:
    """Return what is known of each way of a practice, which may have one only."""
    if isinstance(calls, WayChoosingCalls):
        return calls.statuses()
    settings = calls.settings
    return (WayStatus(_way_of(settings), settings.lane, is_chosen=True, version=calls.known_version),)


def _way_of(settings: PracticeSettings) -> Way:
    if settings.mode is Mode.REMOTE or settings.pace is None:
        return Remote(settings.base_url)
    kind = Local if settings.mode is Mode.LOCAL else Service
    return kind(settings.base_url, settings.pace.in_flight)
