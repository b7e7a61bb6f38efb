"""An office knows nothing that is newer than its version."""

from __future__ import annotations

import msgspec
import pytest

from odapi_async.sandbox import Office, catalogue, versions
from odapi_async.sandbox.rows import Row
from tests.unit.sandbox.offices import Asked


def test_a_newer_operation_is_refused() -> None:
    old, new = Asked(version="22.1"), Asked()
    for path in ("/scheduleops", "/operatories/1", "/claims/1"):
        assert new.status("GET", path) == 200
        assert old.status("GET", path) == 400
    assert old.status("GET", "/patients/1") == 200


def test_a_version_counts_with_all_its_numbers() -> None:
    path = "/operatories/1"  # came with 24.1.10
    assert [Asked(version=each).status("GET", path) for each in ("24.1", "24.1.9", "24.1.10", "24.2")] == [
        400, 400, 200, 200,
    ]  # fmt: skip


def test_a_newer_filter_is_ignored() -> None:
    old, new = Asked(version="24.4"), Asked()
    assert len(old.list("/patients/Simple", FeeSched=1)) == 12  # the filter came with 25.2.19
    assert len(new.list("/patients/Simple", FeeSched=1)) < 12
    assert old.status("GET", "/patients/Simple", Nonsense=1) == 400


@pytest.mark.parametrize(
    ("version", "date", "moment"),
    [
        ("21.1", False, False),
        ("22.2.13", False, False),
        ("22.2.14", False, True),
        ("22.2.25", False, True),
        ("22.2.26", True, True),
    ],
)
def test_a_date_format_that_is_newer_than_the_office_is_ignored(
    version: str, date: bool, moment: bool
) -> None:
    asked = Asked(version=version)
    plain = asked.one("GET", "/patients/1")
    formats = {"DateFormatString": "M/d/yyyy", "DateTimeFormatString": "M/d/yyyy HH:mm"}
    found = asked.one("GET", "/patients/1", **formats)
    assert (found["Birthdate"] != plain["Birthdate"], found["DateTStamp"] != plain["DateTStamp"]) == (
        date,
        moment,
    )
    assert asked.status("GET", "/patients/1", DateFormatString="d") == (400 if date else 200)


def test_what_was_required_then_is_required() -> None:
    old, new = Asked(version="24.4"), Asked()
    assert new.status("GET", "/commlogs") == 200
    assert old.status("GET", "/commlogs") == 400  # PatNum is optional since 25.1.13
    assert old.status("GET", "/commlogs", PatNum=1) == 200


def test_a_newer_field_of_a_body_is_ignored_unless_it_is_required() -> None:
    old = Asked(version="24.4")
    body = {"PatNum": 1, "Op": 1, "AptDateTime": "2026-03-05 08:00:00", "SecUserNumEntry": 2}
    created = old.one("POST", "/appointments", body)["AptNum"]
    assert old.api.tables.named("appointments").row(created)["SecUserNumEntry"] == 0  # came with 25.1.27
    assert Asked().one("POST", "/appointments", body)["SecUserNumEntry"] == 2
    label = catalogue.Field("Label", "str", required=True, since="25.1")
    create = next(each for each in catalogue.load()["appointments"].operations if each.python == "create")
    known = versions.known(msgspec.structs.replace(create, body=(label,)), versions.parse("24.4"))
    assert known.operation.body == ()
    assert known.unknown == {"Label"}


def test_a_newer_field_is_absent() -> None:
    def fields(version: str) -> Row:
        return Asked(version=version).one("GET", "/claims/1")

    newer = {
        field.name
        for field in catalogue.load()["claims"].structs["Claim"]
        if versions.is_newer(field.since, versions.parse("24.4"))
    }
    assert fields("26.3").keys() - fields("24.4").keys() == newer


def test_some_field_is_absent_in_an_old_office() -> None:
    old, new = Asked(version="22.4"), Asked()
    missing = 0
    for resource in catalogue.load().values():
        path = resource.path
        if old.status("GET", path) == new.status("GET", path) == 200:
            before, now = old.list(path), new.list(path)
            missing += len({name for row in now for name in row} - {name for row in before for name in row})
    assert missing > 5


@pytest.mark.parametrize(
    ("version", "told"), [("24.4", "24.4.0.0"), ("25.4.48.0", "25.4.48.0"), (None, "26.3.1.0")]
)
def test_the_preference_tells_the_version(version: str | None, told: str) -> None:
    asked = Asked() if version is None else Asked(version=version)
    found = asked.list("/preferences", PrefName="ProgramVersion")
    assert [(row["PrefName"], row["ValueString"]) for row in found] == [("ProgramVersion", told)]


@pytest.mark.parametrize("version", ["", "26", "new", "24.4.", "1.2.3.4.5", "24.4-25.1"])
def test_a_version_that_is_none_is_refused(version: str) -> None:
    with pytest.raises(ValueError, match="is not a version"):
        Office(customer_key="k", version=version)


def test_everything_in_the_catalogue_is_known_to_the_newest_office() -> None:
    newest = versions.parse(versions.NEWEST)
    for resource in catalogue.load().values():
        for operation in resource.operations:
            assert versions.known(operation, newest) == versions.Known(operation)


@pytest.mark.parametrize(
    ("since", "newer"),
    [
        (None, False), ("24.4", False), ("24.4.22", True), ("25.4.x", True), ("2025-08 or later", False),
        ("25.4-26.1 (exact build unknown)", True), ("22.1-26.1 (exact build unknown)", False),
    ],
)  # fmt: skip
def test_a_remark_counts_by_its_first_version(since: str | None, newer: bool) -> None:
    assert versions.is_newer(since, versions.parse("24.4")) is newer
