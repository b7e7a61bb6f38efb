"""Turns events into OpenTelemetry spans and metrics that follow its semantic conventions for HTTP clients.

Needs the extra `otel`, which installs only the API of OpenTelemetry; your application adds the SDK and the
exporters. They carry only the data of an `odapi_async.telemetry.Event`: no key, no query, no full URL.
"""

from __future__ import annotations

import time
import weakref
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final, Protocol
from urllib.parse import urlsplit

try:
    from opentelemetry.metrics import CallbackOptions, Meter, MeterProvider, Observation, get_meter
    from opentelemetry.trace import SpanKind, StatusCode, TracerProvider, get_tracer
except ImportError as missing:
    raise ImportError(
        "odapi_async.otel needs OpenTelemetry: pip install 'odapi-async[otel]'", name=missing.name
    ) from missing

from odapi_async import Event, EventName, OpenDental, Priority, Tier, __version__

_NAME: Final = "odapi_async"
_UNTHROTTLED: Final = "none"

_DURATIONS: Final = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0)
_WAITS: Final = (0.0, 0.01, 0.1, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0)

_COUNTED: Final = {
    EventName.RETRIED: ("odapi.retries", "Requests that are sent again after a failure"),
    EventName.THROTTLED: ("odapi.throttled", "Responses with status 429"),
    EventName.COALESCED: ("odapi.coalesced", "Calls that shared the response of an identical request"),
    EventName.REUSED: ("odapi.reused", "Reads that were answered with an earlier response"),
    EventName.PAUSED: ("odapi.lane.pauses", "Pauses of a lane because of a 429"),
    EventName.OPENED: (
        "odapi.circuit.opened",
        "Circuits opened: requests to the practice fail immediately for a while",
    ),
    EventName.CLOSED: ("odapi.circuit.closed", "Circuits closed: the practice responds again"),
    EventName.NOT_KEPT: ("odapi.not_kept", "Writes that had success, of which the office did not keep all"),
    EventName.NOT_VERIFIED: ("odapi.not_verified", "Writes whose read that checks them failed"),
    EventName.SWITCHED: ("odapi.way.switched", "Practices that are reached by another way from now on"),
}

_SINCE_COMPLETE: Final = "odapi.mirror.since_complete"

Attributes = dict[str, str | int | float]


class MirrorTable(Protocol):
    """The part of `odapi_async.mirror.TableStatus` that becomes metrics."""

    @property
    def error(self) -> str:
        """What failed: the class of an error, a colon, and a text."""
        ...


class MirrorReport(Protocol):
    """The part of `odapi_async.mirror.Report` that becomes metrics."""

    @property
    def complete(self) -> bool:
        """Whether everything that was due has been read."""
        ...

    @property
    def rows(self) -> int:
        """The number of rows that were written."""
        ...

    @property
    def failed(self) -> Sequence[MirrorTable]:
        """The tables that could not be read to the end."""
        ...


class _MirrorMetrics:
    """The metrics of a mirror's rounds.

    Args:
        meter: creates the instruments.
        start: the time of the monotonic clock from which the seconds count before the first complete round.
    """

    def __init__(self, meter: Meter, start: float) -> None:
        self._complete_at = start
        self._rounds = meter.create_counter(
            "odapi.mirror.rounds", unit="{round}", description="Rounds of the mirror that have ended."
        )
        self._rows = meter.create_counter(
            "odapi.mirror.rows", unit="{row}", description="Rows that the mirror has written."
        )
        self._failures = meter.create_counter(
            "odapi.mirror.failures",
            unit="{table}",
            description="Tables of a practice that could not be read in a round of the mirror.",
        )
        meter.create_observable_gauge(
            _SINCE_COMPLETE,
            callbacks=[self._since_complete],
            unit="s",
            description="Time since the end of the last round in which everything was read.",
        )

    def record(self, report: MirrorReport) -> None:
        """Record a round that has just ended."""
        if report.complete:
            self._complete_at = time.monotonic()
        self._rounds.add(1, {"odapi.mirror.complete": report.complete})
        self._rows.add(report.rows)
        for kind, number in Counter(each.error.partition(":")[0] for each in report.failed).items():
            self._failures.add(number, {"error.type": kind})

    def _since_complete(self, _: CallbackOptions) -> Iterable[Observation]:
        yield Observation(time.monotonic() - self._complete_at)


class OpenTelemetryHook:
    """Turns events into spans and metrics: `OpenDental(on_event=OpenTelemetryHook())`.

    Each request that was sent becomes a span of kind CLIENT inside the caller's span, and a value of
    `http.client.request.duration`. Its wait becomes a value of `odapi.queue.wait`.

    Args:
        tracer_provider: receives the spans; by default the global provider.
        meter_provider: receives the metrics; by default the global provider.
    """

    def __init__(
        self, tracer_provider: TracerProvider | None = None, meter_provider: MeterProvider | None = None
    ) -> None:
        self._tracer = get_tracer(_NAME, __version__, tracer_provider)
        meter = get_meter(_NAME, __version__, meter_provider)
        self._duration = meter.create_histogram(
            "http.client.request.duration",
            unit="s",
            description="Duration of HTTP client requests.",
            explicit_bucket_boundaries_advisory=_DURATIONS,
        )
        self._wait = meter.create_histogram(
            "odapi.queue.wait",
            unit="s",
            description="Time that requests waited for a slot.",
            explicit_bucket_boundaries_advisory=_WAITS,
        )
        self._counters = {
            event: meter.create_counter(name, unit="1", description=description)
            for event, (name, description) in _COUNTED.items()
        }
        self._meter = meter
        self._created_at = time.monotonic()
        self._mirror: _MirrorMetrics | None = None
        self._observed: tuple[weakref.ref[OpenDental], ...] = ()
        meter.create_observable_gauge(
            "odapi.queue.depth",
            callbacks=[self._depths],
            unit="{request}",
            description="Requests that wait for a slot.",
        )

    def observe(self, od: OpenDental) -> None:
        """Report in `odapi.queue.depth` how many requests of a client wait, by priority and tier."""
        alive = (each for each in self._observed if each() is not None)
        self._observed = (*alive, weakref.ref(od))

    def record_mirror(self, report: MirrorReport) -> None:
        """Record a round of a mirror in the metrics that begin with `odapi.mirror.`.

        Args:
            report: what `odapi_async.mirror.Mirror.run` has returned.
        """
        if self._mirror is None:
            self._mirror = _MirrorMetrics(self._meter, self._created_at)
        self._mirror.record(report)

    def __call__(self, event: Event) -> None:
        """Record an event."""
        if event.name is EventName.FINISHED:
            self._record_finished(event)
        elif event.name in self._counters:
            self._counters[event.name].add(1, _request(event) | _failure(event))

    def _record_finished(self, event: Event) -> None:
        duration = event.duration or 0.0
        request = _request(event) | _response(event) | _failure(event)
        self._duration.record(duration, request | _server(event.base_url))
        self._wait.record(event.wait or 0.0, _queue(event.priority, event.tier))
        end = time.time_ns()
        span = self._tracer.start_span(
            event.operation,
            kind=SpanKind.CLIENT,
            attributes=request | _server(event.base_url) | _details(event),
            start_time=end - round(duration * 1e9),
        )
        if event.error:
            span.set_status(StatusCode.ERROR)
        span.end(end)

    def _depths(self, _: CallbackOptions) -> Iterable[Observation]:
        # exporters call this from their own threads
        depths: Counter[tuple[str, Tier | None]] = Counter()
        for od in filter(None, (reference() for reference in self._observed)):
            for lane in od.scheduler.snapshot().lanes:
                depths.update({(priority.name, lane.tier): depth for priority, depth in lane.queued.items()})
        for priority in Priority:  # zeros too, so that a depth drops to zero when its lanes are gone
            for tier in (*Tier, None):
                yield Observation(depths[priority.name, tier], _queue(priority.name, tier))


def _request(event: Event) -> Attributes:
    method, _, path = event.operation.partition(" ")
    return {"http.request.method": method, "url.template": path}


def _response(event: Event) -> Attributes:
    return {} if event.status is None else {"http.response.status_code": event.status}


def _failure(event: Event) -> Attributes:
    return {} if event.error is None else {"error.type": event.error}


def _details(event: Event) -> Attributes:
    resent: Attributes = {"http.request.resend_count": event.attempt - 1} if event.attempt > 1 else {}
    named: Attributes = {} if event.practice is None else {"odapi.practice": event.practice}
    way: Attributes = {} if event.way is None else {"odapi.way": event.way}
    return {
        "odapi.lane": event.lane,
        "odapi.queue.wait": event.wait or 0.0,
        **_queue(event.priority, event.tier),
        **named,
        **way,
        **resent,
    }


def _queue(priority: str, tier: Tier | None) -> Attributes:
    return {"odapi.priority": priority, "odapi.tier": tier.value if tier else _UNTHROTTLED}


@lru_cache(maxsize=4096)
def _server(base_url: str) -> Attributes:
    url = urlsplit(base_url)
    port = url.port or (443 if url.scheme == "https" else 80)
    return {"server.address": url.hostname or "", "server.port": port}
