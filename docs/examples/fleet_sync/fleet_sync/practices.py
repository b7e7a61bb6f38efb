"""The file practices.toml: the practices, and the places of their keys in the vault."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from odapi_async.errors import suggestion
from odapi_async.fleet import FleetPractice

_SETTINGS = (*(each for each in FleetPractice.__struct_fields__ if each != "name"),)


class PracticesFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The content of the file.

    Attributes:
        practices: the sections of the practices, by name.
        defaults: the settings of practices that do not set them.
        exclude: the fields that are not stored, as `table.field`.
    """

    practices: dict[str, dict[str, Any]]
    defaults: dict[str, Any] = {}
    exclude: list[str] = []

    def fleet_practices(self) -> list[FleetPractice]:
        """Return the practices as the fleet takes them.

        Raises:
            ValueError: there is no such setting, or a value cannot be used.
        """
        return [_practice(name, {**self.defaults, **each}) for name, each in self.practices.items()]

    def excluded(self) -> dict[str, list[str]]:
        """Return the excluded fields by table."""
        fields: dict[str, list[str]] = {}
        for each in self.exclude:
            table, _, name = each.partition(".")
            fields.setdefault(table, []).append(name)
        return fields


def read_practices(path: Path) -> PracticesFile:
    """Read the file.

    Raises:
        OSError: it cannot be read.
        ValueError: it is not TOML, or not such a file.
    """
    return msgspec.convert(tomllib.loads(path.read_text("utf-8")), PracticesFile)


def _practice(name: str, section: Mapping[str, Any]) -> FleetPractice:
    for setting in section:
        if setting not in _SETTINGS:
            raise ValueError(f"{name}: there is no setting {setting}; {suggestion(setting, _SETTINGS)}")
    try:
        return msgspec.convert({"name": name, **section}, FleetPractice, strict=False)
    except msgspec.ValidationError as error:
        raise ValueError(f"{name}: {error}") from None
