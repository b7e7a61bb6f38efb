"""What loading a file would change, and the lines about it."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from odapi_async import ConfigurationError
from odapi_async.fleet.difference import Difference, difference, lines, summary
from odapi_async.fleet.settings import FleetSettings
from tests.support.fleet import HARBOUR, HILL


def test_nothing_changes_if_both_are_the_same() -> None:
    found = difference([HILL, HARBOUR], [HARBOUR, HILL])
    assert found == Difference(unchanged=2)
    assert not found
    assert (lines(found), summary(found)) == ([], "2 unchanged")


def test_new_practices_are_added_sorted_by_name() -> None:
    found = difference([], [HILL, HARBOUR])
    assert found.added == found.written == (HARBOUR, HILL)
    described = (
        "key in the file /srv/harbour.key, mode local, base_url http://office:30222/api/v1, tier Standard, "
        "version 24.4, tables patients, recalls"
    )
    assert lines(found) == [
        f"+ harbour: every 90m, {described}",
        "+ hill: every 15m, key in the variable HILL_KEY",
    ]


def test_a_change_names_its_fields_with_the_old_and_the_new_value() -> None:
    new = replace(HARBOUR, every=86_400.0, tables=None, tier=None, base_url=None)
    found = difference([HARBOUR, HILL], [new, HILL])
    assert [each.field for each in found.changed[0].changes] == ["base_url", "tier", "tables", "every"]
    changes = (
        "base_url http://office:30222/api/v1 -> the usual address; tier Standard -> looked up; "
        "tables patients, recalls -> the default tables; every 90m -> 1d"
    )
    assert lines(found) == [f"~ harbour: {changes}"]
    assert summary(found) == "1 changed, 1 unchanged"


def test_a_practice_that_is_not_in_the_file_is_disabled_and_shown_first() -> None:
    found = difference([HARBOUR], [HILL])
    assert found.disabled == ("harbour",)
    assert lines(found)[0] == "- harbour: not read any more; its rows stay"


def test_a_disabled_practice_that_stays_away_is_no_change() -> None:
    assert not difference([replace(HARBOUR, enabled=False)], [])


def test_a_disabled_practice_that_comes_back_is_enabled_with_its_new_settings() -> None:
    found = difference([replace(HILL, enabled=False)], [replace(HILL, every=60.0)])
    assert (found.changed, found.written) == ((), (replace(HILL, every=60.0),))
    assert lines(found) == ["+ hill: read again; every 15m -> 1m"]
    assert summary(found) == "1 enabled again"


def test_names_of_a_file_cannot_write_to_the_terminal() -> None:
    found = difference([], [replace(HILL, name="hill\x1b[2J")])
    assert lines(found) == [r"+ 'hill\x1b[2J': every 15m, key in the variable HILL_KEY"]


def test_a_practice_that_is_given_as_disabled_is_not_wanted() -> None:
    found = difference([HILL], [replace(HILL, enabled=False), replace(HARBOUR, enabled=False)])
    assert (found.disabled, found.written) == (("hill",), ())


def test_two_practices_with_one_name_are_refused() -> None:
    with pytest.raises(ConfigurationError, match="two practices with the name hill"):
        difference([], [HILL, HARBOUR, replace(HILL, every=60.0)])


def test_the_place_of_a_key_is_shown_in_words() -> None:
    found = difference([replace(HILL, key_ref="keyring:")], [replace(HILL, key_ref="name:")])
    assert lines(found) == ["~ hill: key in the keyring -> by its name"]


def test_settings_of_the_fleet_that_change_are_the_first_lines() -> None:
    old = FleetSettings(exclude=("patients.Email",))
    new = FleetSettings(exclude=("patients.City", "patients.SSN"), sweep_days=0.5)
    found = difference([HILL], [HARBOUR], old, new)
    removed = "its values are removed from the database"
    again = "- patients.Email, its table is read again"
    assert lines(found)[:3] == [
        f"exclude: + patients.City, {removed}; + patients.SSN, {removed}; {again}",
        "sweep_days: the number of each table -> 0.5",
        "- hill: not read any more; its rows stay",
    ]
    assert summary(found) == "1 added, 1 disabled, exclude changed, sweep_days changed"
    assert difference([HILL], [HILL], old, new), "settings alone are a change"
