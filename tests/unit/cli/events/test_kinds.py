"""The names of tables: those of the API, and those of the SDK, which mean all events of theirs."""

from __future__ import annotations

import pytest

from odapi_async.cli.errors import UsageError
from odapi_async.cli.events.kinds import kinds_of


@pytest.mark.parametrize(
    ("names", "kinds"),
    [
        (["appointments"], ["Appointment", "AppointmentDeleted"]),
        (["Appointment"], ["Appointment"]),
        (["patients", "Patient", "PatientSelected"], ["Patient", "PatientSelected"]),
        (["AppointmentDeleted", "appointments"], ["AppointmentDeleted", "Appointment"]),
        ([], []),
    ],
)
def test_names_mean_kinds(names: list[str], kinds: list[str]) -> None:
    assert kinds_of(names) == kinds


@pytest.mark.parametrize(
    ("name", "hint"), [("appointment", "did you mean Appointment"), ("recalls", "there are")]
)
def test_what_no_office_posts_is_refused(name: str, hint: str) -> None:
    with pytest.raises(UsageError, match=rf"offices post nothing of {name}; .*{hint}"):
        kinds_of([name])
