"""What loading a file would change in a fleet, and lines about it for a person. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, cast

import msgspec

from odapi_async.errors import ConfigurationError
from odapi_async.fleet.settings import NO_SETTINGS, FleetSettings
from odapi_async.limits import Mode, Tier
from odapi_async.mirror.one_line import on_one_line

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


SETTINGS: Final = tuple(each for each in FleetPractice.__struct_fields__ if each != "name")
"""The fields of a practice but its name; the columns of its settings have the same names."""


class FieldChange(msgspec.Struct, frozen=True):
    """A field of a practice that changes, or a setting of the fleet.

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
        settings: settings of the fleet that change: `exclude` or `sweep_days`; see `FleetSettings`.
        added: practices that the database does not know.
        changed: practices of which some fields change.
        disabled: the names of practices that are not wanted any more. Their rows stay.
        enabled: practices that were disabled and are wanted again, with all fields that are wanted now.
        unchanged: the number of practices that stay as they are.
    """

    settings: tuple[FieldChange, ...] = ()
    added: tuple[FleetPractice, ...] = ()
    changed: tuple[ChangedPractice, ...] = ()
    disabled: tuple[str, ...] = ()
    enabled: tuple[ChangedPractice, ...] = ()
    unchanged: int = 0

    def __bool__(self) -> bool:
        """Whether anything has to change."""
        return bool(self.settings or self.added or self.changed or self.disabled or self.enabled)

    @property
    def written(self) -> tuple[FleetPractice, ...]:
        """All practices that are added, changed or enabled, sorted by name."""
        found = [*self.added, *(each.practice for each in (*self.changed, *self.enabled))]
        return tuple(sorted(found, key=_name))


def difference(
    current: Iterable[FleetPractice],
    wanted: Iterable[FleetPractice],
    old: FleetSettings = NO_SETTINGS,
    new: FleetSettings = NO_SETTINGS,
) -> Difference:
    """Return what makes the wanted practices and settings of the current ones.

    Args:
        current: the practices in the database, also those that are disabled.
        wanted: the practices that are to be read. One that is disabled counts as not wanted.
        old: the settings in the database.
        new: the settings that are wanted.

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
            raise ConfigurationError(f"there are two practices with the name {on_one_line(each.name)}")
        names.add(each.name)
        before = known.get(each.name)
        if before is None:
            added.append(each)
            continue
        found = ChangedPractice(each, _changes(known[each.name], each, _FIELDS))
        if not before.enabled:
            enabled.append(found)
        elif found.changes:
            changed.append(found)
        else:
            unchanged += 1
    return Difference(
        settings=_changes(old, new, FleetSettings.__struct_fields__),
        added=tuple(added),
        changed=tuple(changed),
        disabled=tuple(sorted(name for name, each in known.items() if each.enabled and name not in names)),
        enabled=tuple(enabled),
        unchanged=unchanged,
    )


def lines(found: Difference) -> list[str]:
    """Return a line for each setting and each practice that changes: first those that may be a mistake."""
    return [
        *(_setting(each) for each in found.settings),
        *(f"- {on_one_line(name)}: not read any more; its rows stay" for name in found.disabled),
        *(f"~ {on_one_line(each.practice.name)}: {_fields(each.changes)}" for each in found.changed),
        *(f"+ {on_one_line(each.practice.name)}: read again{_also(each)}" for each in found.enabled),
        *(f"+ {on_one_line(each.name)}: {_described(each)}" for each in found.added),
    ]


def summary(found: Difference) -> str:
    """Return the numbers: `2 added, 1 changed, 3 disabled, 1 enabled again, 24 unchanged`."""
    changed = [f"{each.field} changed" for each in found.settings]
    counts: Mapping[str, int] = {
        "added": len(found.added),
        "changed": len(found.changed),
        "disabled": len(found.disabled),
        "enabled again": len(found.enabled),
        "unchanged": found.unchanged,
    }
    return ", ".join([*(f"{number:,} {word}" for word, number in counts.items() if number), *changed])


_FIELDS: Final = tuple(each for each in FleetPractice.__struct_fields__ if each not in {"name", "enabled"})
_NOTHING: Final = {
    "base_url": "the usual address",
    "tier": "looked up",
    "version": "unknown",
    "tables": "the default tables",
}
_NOTHING_SET: Final = "the number of each table"
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


def _changes(old: object, new: object, fields: Iterable[str]) -> tuple[FieldChange, ...]:
    return tuple(
        FieldChange(field, getattr(old, field), getattr(new, field))
        for field in fields
        if getattr(old, field) != getattr(new, field)
    )


def _fields(changes: Iterable[FieldChange]) -> str:
    return "; ".join(
        f"{_LABELS.get(field, field)} {_text(field, old)} -> {_text(field, new)}"
        for field, old, new in map(msgspec.structs.astuple, changes)
    )


def _setting(change: FieldChange) -> str:
    """Return a line about a setting of the fleet; all practices have it."""
    if change.field != "exclude":
        old, new = (_NOTHING_SET if each is None else f"{each:g}" for each in (change.old, change.new))
        return f"sweep_days: {old} -> {new}"
    before, after = (set(cast("tuple[str, ...]", each)) for each in (change.old, change.new))
    hidden, shown = (sorted(map(on_one_line, each)) for each in (after - before, before - after))
    added = [f"+ {each}, its values are removed from the database" for each in hidden]
    removed = [f"- {each}, its table is read again" for each in shown]
    return f"exclude: {'; '.join(added + removed)}"


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
    return on_one_line(str(value))


def _place(key_ref: str) -> str:
    """Return the place of a key in words."""
    kind, _, rest = key_ref.partition(":")
    return f"{_PLACES.get(kind, kind)} {on_one_line(rest)}".rstrip()


def _interval(seconds: float) -> str:
    """Return an interval as in the file, such as 15m."""
    for length, unit in _UNITS:
        if seconds and not seconds % length:
            return f"{seconds / length:g}{unit}"
    return f"{seconds:g}s"
