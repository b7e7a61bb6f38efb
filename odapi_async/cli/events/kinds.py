"""The names of tables that a person types: the API's names of events, and the resources of the SDK. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from odapi_async.cli.errors import UsageError
from odapi_async.cli.screen import printable
from odapi_async.errors import suggestion
from odapi_async.events.event import PATIENT_SELECTED, WATCHED


def kinds_of(names: Iterable[str]) -> list[str]:
    """Return the kinds of events that names mean, each once.

    Args:
        names: kinds, such as `Appointment`; or resources, such as `appointments`, which mean all events of
            theirs: `Appointment` and `AppointmentDeleted`.

    Raises:
        UsageError: there is no such name.
    """
    return list(dict.fromkeys(kind for name in names for kind in _kinds(name)))


def _kinds(name: str) -> list[str]:
    if name in WATCHED or name == PATIENT_SELECTED:
        return [name]
    found = [kind for kind, watched in WATCHED.items() if watched.table == name]
    if not found:
        tables = dict.fromkeys(watched.table for watched in WATCHED.values())
        raise UsageError(
            f"offices post nothing of {printable(name)}; {suggestion(name, [*WATCHED, *tables])}"
        )
    return found
