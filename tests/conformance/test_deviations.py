"""The deviations concern documented things, and really are deviations."""

from datetime import timedelta

from odapi_async._wire import decoder
from odapi_async.resources.clock_events import ClockEvent
from tests.conformance import catalogue, deviations


def test_field_types_differ_from_documented_ones() -> None:
    documented = {
        (name, field.name): field.type
        for each in catalogue.RESOURCES
        for name, fields in each.structs.items()
        for field in fields
    }
    for place, kind in deviations.FIELD_TYPES.items():
        assert documented[place] != kind, place


def test_enumerations_with_another_name_are_documented() -> None:
    assert set(deviations.ENUM_NAMES) <= set(catalogue.enumerations())


def test_a_duration_may_be_negative_and_long() -> None:
    (event,) = decoder(ClockEvent).page(
        b'[{"Adjust":"-01:00:00","OTimeAuto":"31:30:00","OTimeHours":"-01:00:00"}]'
    )
    assert event.Adjust == timedelta(hours=-1)
    assert event.OTimeAuto == timedelta(hours=31.5)
    assert event.OTimeHours is None
