"""The deviations concern documented things, and really are deviations."""

from datetime import timedelta

from odapi_async._wire import decoder
from odapi_async.resources.clock_events import ClockEvent
from odapi_async.sandbox import rules
from tests.conformance import catalogue, deviations
from tests.conformance.catalogue import Field


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
        b'[{"ClockEventNum":1,"Adjust":"-01:00:00","OTimeAuto":"31:30:00","OTimeHours":"-01:00:00"}]'
    )
    assert event.Adjust == timedelta(hours=-1)
    assert event.OTimeAuto == timedelta(hours=31.5)
    assert event.OTimeHours is None


def test_parameters_that_need_others_or_a_version_are_documented_in_the_notes() -> None:
    for (resource, method), pairs in deviations.REQUIREMENTS.items():
        fields = _parameters(resource, method)
        assert all("required" in (fields[name].notes or "") for pair in pairs for name in pair)
    for (resource, method), since in deviations.REQUIRED_SINCE.items():
        fields = _parameters(resource, method)
        assert all(f"required since {version}" in (fields[name].notes or "") for name, version in since)
    for (resource, method, name), values in deviations.NEWER_VALUES.items():
        notes = _parameters(resource, method)[name].notes or ""
        tables = catalogue.watch_tables() if name == "WatchTable" else {}
        assert all(
            tables.get(str(value)) == version or f"{value} is accepted since {version}" in notes
            for value, version in values.items()
        )


def _parameters(resource: str, method: str) -> dict[str, Field]:
    operations = catalogue.resources()[resource].operations
    return next(each.parameters for each in operations if each.python == method)


def test_the_sandbox_knows_the_tables_that_a_subscription_can_watch() -> None:
    known = rules.WATCH_TABLES
    told = catalogue.watch_tables()
    assert known.keys() == told.keys()
    for table, since in told.items():
        first = known[table]
        assert first == since or (since and first and since.startswith(f"{first}-")), table
