"""Spans and metrics of real calls, in the SDK's own memory exporters."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import subprocess
import sys
import threading
import time
from collections.abc import Generator
from pathlib import Path
from typing import Any, Final

import pytest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from odapi_async import ConnectFailed, Mode, NotFound, OfficeOffline, OpenDental, Priority, Tier
from odapi_async.mirror import Outcome, Report, TableStatus
from odapi_async.otel import OpenTelemetryHook
from odapi_async.sandbox import Fault
from tests.support.bench import KEY, Bench, local, remote
from tests.support.events import DEVELOPER, telling
from tests.support.mirror import copying
from tests.support.watch import until

CUSTOMER: Final = "Cst0merK3y"
NAME: Final = "Quinzelburg"
NUMBER: Final = "123456789"

DURATION: Final = "http.client.request.duration"
DEPTH: Final = "odapi.queue.depth"

WITHOUT_OPENTELEMETRY: Final = """
import sys
sys.modules["opentelemetry"] = None
import odapi_async
try:
    import odapi_async.otel
except ImportError as error:
    print(error)
"""


class Station:
    """A hook with in-memory exporters that show everything that OpenTelemetry exports."""

    def __init__(self) -> None:
        self.exporter = InMemorySpanExporter()
        self.tracers = TracerProvider(shutdown_on_exit=False)
        self.tracers.add_span_processor(SimpleSpanProcessor(self.exporter))
        self.reader = InMemoryMetricReader()
        self.meters = MeterProvider([self.reader], shutdown_on_exit=False)
        self.hook = OpenTelemetryHook(self.tracers, self.meters)

    def close(self) -> None:
        self.tracers.shutdown()
        self.meters.shutdown()

    @property
    def spans(self) -> list[ReadableSpan]:
        return list(self.exporter.get_finished_spans())

    def metrics(self) -> dict[str, Any]:
        data = self.reader.get_metrics_data()
        if data is None:
            return {}
        return {
            metric.name: metric
            for resource in data.resource_metrics
            for scope in resource.scope_metrics
            for metric in scope.metrics
        }

    def points(self, name: str) -> list[Any]:
        return list(self.metrics()[name].data.data_points)

    def total(self, name: str) -> int:
        return sum(point.value for point in self.points(name))

    def depths(self) -> dict[tuple[str, str], int]:
        """Return the queue depths by priority and tier, without the zeros."""
        return {
            (point.attributes["odapi.priority"], point.attributes["odapi.tier"]): point.value
            for point in self.points(DEPTH)
            if point.value
        }


@pytest.fixture
def station() -> Generator[Station]:
    opened = Station()
    yield opened
    opened.close()


async def test_a_span_has_the_name_of_the_practice(station: Station) -> None:
    async with telling(station.hook) as bench:
        practice = bench.practice(name="harbour")
        await practice.patients.get(3)
    (span,) = station.spans
    attributes = span.attributes or {}
    assert (attributes["odapi.practice"], attributes["odapi.lane"]) == ("harbour", practice.lane)
    (point,) = station.points(DURATION)
    assert "odapi.practice" not in point.attributes


async def test_each_request_is_a_span_and_a_duration(station: Station) -> None:
    async with telling(station.hook) as bench:
        practice = bench.practice()
        with station.tracers.get_tracer("app").start_as_current_span("page") as page:
            await practice.patients.get(3)
        with pytest.raises(NotFound):
            await practice.patients.get(999)
        port = int(bench.box.url.split(":")[2].split("/")[0])
        arrivals = len(bench.arrivals)
    found, parent, missed = station.spans
    assert parent.name == "page"
    assert found.parent is not None
    assert found.parent.span_id == page.get_span_context().span_id
    assert {span.name for span in (found, missed)} == {"GET /patients/{PatNum}"}
    assert {span.kind for span in (found, missed)} == {SpanKind.CLIENT}
    assert (found.status.status_code, missed.status.status_code) == (StatusCode.UNSET, StatusCode.ERROR)
    request = {
        "http.request.method": "GET",
        "url.template": "/patients/{PatNum}",
        "server.address": "127.0.0.1",
        "server.port": port,
    }
    queued = {"odapi.priority": "NORMAL", "odapi.tier": "none"}
    assert dict(found.attributes or {}) == {
        **request,
        **queued,
        "http.response.status_code": 200,
        "odapi.lane": practice.lane,
        "odapi.queue.wait": (found.attributes or {})["odapi.queue.wait"],
    }
    assert dict(missed.attributes or {}).items() >= {**request, "error.type": "NotFound"}.items()
    points = station.points(DURATION)
    assert sum(point.count for point in points) == arrivals == 2
    assert {point.attributes.get("error.type") for point in points} == {None, "NotFound"}
    assert dict(points[0].attributes) == {**request, "http.response.status_code": 200}
    assert station.metrics()[DURATION].unit == "s"
    assert points[0].explicit_bounds[0] == 0.005, "seconds, not milliseconds"
    (wait,) = station.points("odapi.queue.wait")
    assert (wait.count, dict(wait.attributes)) == (2, queued)


async def test_a_span_lasts_as_long_as_its_request(station: Station) -> None:
    async with telling(station.hook) as bench:
        bench.box.add_fault(Fault("latency", seconds=0.1))
        await bench.practice().patients.get(3)
    (span,) = station.spans
    (point,) = station.points(DURATION)
    assert span.start_time is not None
    assert span.end_time is not None
    assert (span.end_time - span.start_time) / 1e9 == pytest.approx(point.sum)
    assert point.sum >= 0.099


async def test_counters_match_the_scheduler(station: Station, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("odapi_async.scheduler.circuit_breaker.FIRST_PROBE_DELAY", 0.01)
    async with telling(station.hook) as bench:
        practice = bench.practice(concurrency=1)
        bench.box.add_fault(Fault("status", status=503, times=2))
        await practice.patients.get(3)
        bench.box.add_fault(Fault("throttle", times=2, retry_after=0.01))
        await practice.patients.get(3)
        bench.box.add_fault(Fault("latency", seconds=0.05))
        await asyncio.gather(*(practice.patients.get(3) for _ in range(5)))
        bench.box.add_fault(Fault("offline"))
        with pytest.raises(OfficeOffline):
            await practice.patients.get(3)
        await _until_answered(bench)
        counts = bench.client.scheduler.snapshot().counts
        arrivals = len(bench.arrivals)
    assert len(station.spans) == sum(point.count for point in station.points(DURATION)) == arrivals
    assert station.total("odapi.retries") == counts.retried == 4
    assert station.total("odapi.throttled") == counts.throttled == 2
    assert station.total("odapi.coalesced") == counts.coalesced == 4
    assert station.total("odapi.lane.pauses") == 2
    assert station.total("odapi.circuit.opened") == station.total("odapi.circuit.closed") == 1
    resent = [(span.attributes or {}).get("http.request.resend_count") for span in station.spans[:3]]
    assert resent == [None, 1, 2]


async def _until_answered(bench: Bench) -> None:
    answered = False
    while not answered:
        try:
            await bench.practice().patients.get(3)
            answered = True
        except OfficeOffline:
            await asyncio.sleep(0.001)  # wait until the probe is due


async def test_a_connection_that_fails_is_a_span_too(station: Station) -> None:
    async with telling(station.hook) as bench:
        await bench.box.close()
        with pytest.raises(ConnectFailed):
            await bench.practice().patients.get(3)
    assert [(span.attributes or {})["error.type"] for span in station.spans] == ["ConnectFailed"] * 4
    (point,) = station.points(DURATION)
    assert point.count == 4


async def test_queue_depth_is_reported_by_priority_and_tier(station: Station) -> None:
    practices_served = [remote(interval=0.0), remote("office-two", interval=0.0), local("office-three")]
    async with telling(station.hook, *practices_served) as bench:
        station.hook.observe(bench.client)
        bench.box.add_fault(Fault("latency", seconds=30.0, times=3))
        manners = [
            (bench.practice(KEY, mode=Mode.REMOTE, tier=Tier.STANDARD), Priority.BULK),
            (bench.practice("office-two", mode=Mode.REMOTE, tier=Tier.READ_ALL), Priority.BULK),
            (bench.practice("office-three", concurrency=1), Priority.INTERACTIVE),
        ]
        calls = [
            asyncio.create_task(_quietly(practice.with_options(priority=priority).patients.get(key)))
            for practice, priority in manners
            for key in range(1, 5)
        ]
        await until(lambda: len(bench.arrivals) == 3)
        assert station.depths() == {
            ("BULK", "Standard"): 3,
            ("BULK", "ReadAll"): 3,
            ("INTERACTIVE", "none"): 3,
        }
        for call in calls:
            call.cancel()
        await asyncio.wait(calls)
        assert station.depths() == {}
        assert len(station.points(DEPTH)) == len(Priority) * (len(Tier) + 1)


async def _quietly(call: Any) -> None:
    with contextlib.suppress(asyncio.CancelledError):
        await call


async def test_a_deleted_client_is_not_kept_alive(station: Station) -> None:
    async with OpenDental(DEVELOPER, on_event=station.hook) as client:
        station.hook.observe(client)
    del client
    gc.collect()
    assert station.depths() == {}


async def test_nothing_is_left_of_clients_that_were_deleted(station: Station) -> None:
    for _ in range(20):
        async with OpenDental(DEVELOPER, on_event=station.hook) as client:
            station.hook.observe(client)
        del client
        gc.collect()
    assert len(station.hook._observed) == 1


@pytest.mark.unmeasured
async def test_an_exporter_may_read_from_its_own_thread(
    station: Station, caplog: pytest.LogCaptureFixture
) -> None:
    ended, seen = threading.Event(), 0

    def look() -> None:
        nonlocal seen
        while not ended.is_set():
            seen += len(station.points(DEPTH)) > 0

    often = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)  # threads switch as often as possible
    looking = threading.Thread(target=look)
    try:
        async with telling(station.hook, *(local(f"office-{n}") for n in range(20))) as bench:
            station.hook.observe(bench.client)
            looking.start()
            practices = [bench.practice(f"office-{n}") for n in range(20)]
            for _ in range(2):
                await asyncio.gather(*(each.patients.get(key) for each in practices for key in (1, 2)))
    finally:
        ended.set()
        looking.join()
        sys.setswitchinterval(often)
    assert seen
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []


async def test_no_span_and_no_metric_contains_a_secret(station: Station) -> None:
    async with telling(station.hook, local(CUSTOMER)) as bench:
        station.hook.observe(bench.client)
        practice = bench.practice(CUSTOMER)
        await practice.patients.create(LName=NAME, SSN=NUMBER, FName=NAME)
        for fault in (None, Fault("status", status=503), Fault("throttle", retry_after=0.01), Fault("drop")):
            if fault:
                bench.box.add_fault(fault)
            await practice.patients.list(LName=NAME, SSN=NUMBER)
        with pytest.raises(NotFound):
            await practice.request("GET", f"/patients/{NUMBER}")
        assert any(NAME in str(each.query) for each in bench.arrivals)
    exported = "".join(span.to_json() for span in station.spans)
    exported += "".join(metric.to_json() for metric in station.metrics().values())
    assert "/patients/{id}" in exported
    for secret in (DEVELOPER, CUSTOMER, NAME, NUMBER, "?"):
        assert secret.lower() not in exported.lower()


def test_without_providers_the_global_ones_are_used_and_do_nothing() -> None:
    assert callable(OpenTelemetryHook())


def test_without_opentelemetry_the_error_names_the_extra() -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_OPENTELEMETRY], capture_output=True, text=True, timeout=50, check=True
    )
    assert done.stdout == "odapi_async.otel needs OpenTelemetry: pip install 'odapi-async[otel]'\n"


async def test_the_rounds_of_a_mirror_become_metrics(
    station: Station, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with copying(str(tmp_path / "mirror.db"), local(rows={"patients": 30, "recalls": 4})) as copy:
        assert not [name for name in station.metrics() if name.startswith("odapi.mirror.")]
        station.hook.record_mirror(await copy.run("patients", "recalls"))
        assert station.total("odapi.mirror.rows") == 34
        assert "odapi.mirror.failures" not in station.metrics()
        now = time.monotonic()
        monkeypatch.setattr("odapi_async.otel.time.monotonic", lambda: now + 500.0)
        copy.bench.box.add_fault(Fault("status", None, path="/patients", status=404))
        station.hook.record_mirror(await copy.run("patients", "recalls"))
    assert {
        point.attributes["odapi.mirror.complete"]: point.value
        for point in station.points("odapi.mirror.rounds")
    } == {True: 1, False: 1}
    (failures,) = station.points("odapi.mirror.failures")
    assert (dict(failures.attributes), failures.value) == ({"error.type": "NotFound"}, 1)
    (since,) = station.points("odapi.mirror.since_complete")
    assert 500.0 <= since.value < 560.0
    assert dict(since.attributes) == {}


def test_before_the_first_complete_round_the_time_counts_from_the_hook(
    station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.monotonic()
    monkeypatch.setattr("odapi_async.otel.time.monotonic", lambda: now + 500.0)
    status = TableStatus(practice="a", table="patients", outcome=Outcome.FAILED, error="OfficeOffline: ...")
    station.hook.record_mirror(Report(tables=(status,)))
    assert station.points("odapi.mirror.since_complete")[0].value >= 500.0
