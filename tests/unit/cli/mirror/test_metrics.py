"""Telemetry of a mirror that is a command: by the variables of OpenTelemetry."""

from __future__ import annotations

import os
import sys

import pytest

from odapi_async.cli.mirror.metrics import telemetry_hook
from odapi_async.otel import OpenTelemetryHook


@pytest.fixture(autouse=True)
def no_telemetry(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [each for each in os.environ if each.startswith("OTEL_")]:
        monkeypatch.delenv(name)


def test_without_a_variable_there_is_no_hook() -> None:
    assert telemetry_hook() is None


def test_with_a_variable_there_is_a_hook(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318")
    assert isinstance(telemetry_hook(), OpenTelemetryHook)


def test_without_the_extra_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318")
    monkeypatch.delitem(sys.modules, "odapi_async.otel")
    monkeypatch.setitem(sys.modules, "opentelemetry", None)
    monkeypatch.setitem(sys.modules, "opentelemetry.metrics", None)
    assert telemetry_hook() is None
