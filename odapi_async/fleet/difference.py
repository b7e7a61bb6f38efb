"""What loading a file would change in a fleet, and lines about it for a person. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from odapi_async.errors import ConfigurationError
from odapi_async.limits import Mode, Tier

EVERY: Final = 900.0
"""Seconds from one round of a practice to the next if nobody says otherwise."""


class FleetPractice(msgspec.Struct, frozen=True, kw_only=True):
    """One practice of a fleet, and the way to it.

    Attributes:
        name: its name.
        key_ref: where its customer key is, never what it is.
        mode: how the client connects to it.
        base_url: the address of its API; None for the usual address of the mode.
        tier: the tier of its permissions; None lets the client find out.
        version: the version of Open Dental that it runs; None if unknown.
        tables: the tables to copy; None for the default tables.
        every: seconds from one round to the next.
        enabled: whether it is read.
    """

    name: str
    key_ref: str
    mode: Mode = Mode.REMOTE
    base_url: str | None = None
    tier: Tier | None = None
    version: str | None = None
    tables: tuple[str, ...] | None = None
    every: float = EVERY
    enabled: bool = True


class FieldChange(msgspec.Struct, frozen=True):
    """A field of a practice that changes.

    Attributes:
        field: its name.
        old: the value in the database.
        new: the value that is wanted.
    """

    field: str
    old: object
    new: object


class ChangedPractice(msgspec.Struct, frozen=True):
    """A practice that changes.

    Attributes:
        practice: the practice as it is wanted.
        changes: its fields that change.
    """

    practice: FleetPractice
    changes: tuple[FieldChange, ...]


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """What has to change, each part sorted by name.

    Attributes:
        added: practices that the database does not know.
        changed: practices of which some fields change.
        disabled: the names of practices that are not wanted any more. Their rows stay.
        enabled: practices that were disabled and are wanted again, with all fields that are wanted now.
        unchanged: the number of practices that stay as they are.
    """

    added: tuple[FleetPractice, ...] = ()
    changed: tuple[ChangedPractice, ...] = ()
    disabled: tuple[str, ...] = ()
    enabled: tuple[ChangedPractice, ...] = ()
    unchanged: int = 0

    def __bool__(self) -> bool:
        """Whether anything has to change."""
        return bool(self.added or self.changed or self.disabled or self.enabled)

    @property
    def written(self) -> tuple[FleetPractice, ...]:
        """All practices that are added, changed or enabled, sorted by name."""
        found = [*self.added, *(each.practice for each in (*self.changed, *self.enabled))]
        return tuple(sorted(found, key=_name))


def difference(current: Iterable[FleetPractice], wanted: Iterable[FleetPractice]) -> Difference:
    """Return what makes the wanted practices of the current ones.

    Args:
        current: the practices in the database, also those that are disabled.
        wanted: the practices that are to be read. One that is disabled counts as not wanted.

    Raises:
        ConfigurationError: two practices that are wanted have the same name.
    """
    known = {each.name: each for each in current}
    names: set[str] = set()
    added: list[FleetPractice] = []
    changed: list[ChangedPractice] = []
    enabled: list[ChangedPractice] = []
    unchanged = 0
    for each in sorted((each for each in wanted if each.enabled), key=_name):
        if each.name in names:
            raise ConfigurationError(f"there are two practices with the name {_shown(each.name)}")
        names.add(each.name)
        old = known.get(each.name)
        if old is None:
            added.append(each)
            continue
        found = ChangedPractice(each, _changes(old, each))
        if not old.enabled:
            enabled.append(found)
        elif found.changes:
            changed.append(found)
        else:
            unchanged += 1
    return Difference(
        added=tuple(added),
        changed=tuple(changed),
        disabled=tuple(sorted(name for name, each in known.items() if each.enabled and name not in names)),
        enabled=tuple(enabled),
        unchanged=unchanged,
    )


def lines(found: Difference) -> list[str]:
    """Return a line for each practice that changes: disabled ones first, because that may be a mistake."""
    return [
        *(f"- {_shown(name)}: not read any more; its rows stay" for name in found.disabled),
        *(f"~ {_shown(each.practice.name)}: {_fields(each.changes)}" for each in found.changed),
        *(f"+ {_shown(each.practice.name)}: read again{_also(each)}" for each in found.enabled),
        *(f"+ {_shown(each.name)}: {_described(each)}" for each in found.added),
    ]


def summary(found: Difference) -> str:
    """Return the numbers: `2 added, 1 changed, 3 disabled, 1 enabled again, 24 unchanged`."""
    counts: Mapping[str, int] = {
        "added": len(found.added),
        "changed": len(found.changed),
        "disabled": len(found.disabled),
        "enabled again": len(found.enabled),
        "unchanged": found.unchanged,
    }
    return ", ".join(f"{number:,} {word}" for word, number in counts.items() if number)


_FIELDS: Final = tuple(each for each in FleetPractice.__struct_fields__ if each not in {"name", "enabled"})
_NOTHING: Final = {
    "base_url": "the usual address",
    "tier": "looked up",
    "version": "unknown",
    "tables": "the default tables",
}
_LABELS: Final = {"key_ref": "key"}
_PLACES: Final = {
    "env": "in the variable",
    "file": "in the file",
    "keyring": "in the keyring",
    "name": "by its name",
}
_UNITS: Final = ((86_400, "d"), (3_600, "h"), (60, "m"))


def _name(practice: FleetPractice) -> str:
    return practice.name


def _changes(old: FleetPractice, new: FleetPractice) -> tuple[FieldChange, ...]:
    return tuple(
        FieldChange(field, getattr(old, field), getattr(new, field))
        for field in _FIELDS
        if getattr(old, field) != getattr(new, field)
    )


def _fields(changes: Iterable[FieldChange]) -> str:
    return "; ".join(
        f"{_LABELS.get(field, field)} {_text(field, old)} -> {_text(field, new)}"
        for field, old, new in map(msgspec.structs.astuple, changes)
    )


def _also(found: ChangedPractice) -> str:
    return f"; {_fields(found.changes)}" if found.changes else ""


def _described(practice: FleetPractice) -> str:
    set_ = [
        f"{field} {_text(field, value)}"
        for field in ("base_url", "tier", "version", "tables")
        if (value := getattr(practice, field)) is not None
    ]
    mode = [] if practice.mode is Mode.REMOTE else [f"mode {practice.mode.value}"]
    return ", ".join(
        [f"every {_text('every', practice.every)}", f"key {_text('key_ref', practice.key_ref)}", *mode, *set_]
    )


def _text(field: str, value: object) -> str:
    if value is None:
        return _NOTHING[field]
    if field == "key_ref":
        return _place(str(value))
    if isinstance(value, float | int):
        return _interval(value)
    if isinstance(value, tuple):
        return ", ".join(map(str, value))  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
    return _shown(str(value))


def _place(key_ref: str) -> str:
    """Return the place of a key in words."""
    kind, _, rest = key_ref.partition(":")
    return f"{_PLACES.get(kind, kind)} {_shown(rest)}".rstrip()


def _interval(seconds: float) -> str:
    """Return an interval as in the file, such as 15m."""
    for length, unit in _UNITS:
        if seconds and not seconds % length:
            return f"{seconds / length:g}{unit}"
    return f"{seconds:g}s"


def _shown(text: str) -> str:
    """Return a text in a form that is safe to print on one line."""
    return text if text.isprintable() else ascii(text)
