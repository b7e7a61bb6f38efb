"""Turns a configuration file into the practices of a fleet, and checks their keys. Nothing is sent."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from odapi_async import ConfigurationError, OpenDental
from odapi_async.cli.errors import UsageError
from odapi_async.cli.keys import lookup as keys
from odapi_async.cli.screen import printable
from odapi_async.fleet.difference import FleetPractice
from odapi_async.fleet.errors import KeyNotFound
from odapi_async.fleet.key_places import ENV, FILE, KEYRING, NAME, find_key, key_ref_of
from odapi_async.mirror.config import Config
from odapi_async.mirror.texts import counted

_LOOKS_LIKE_KEY: Final = re.compile(r"(?=.*[a-z])(?=.*[A-Z])[A-Za-z0-9]{12,}", re.ASCII)
_ANY_KEY: Final = "unused"
_SHOWN: Final = 5
_ACCEPT_KEY: Final = (
    "if it is the same office: odapi fleet accept NAME; if not: correct the key, or choose another name"
)


@dataclass(frozen=True, kw_only=True)
class FoundKeys:
    """The keys that were found on this machine.

    Attributes:
        keys: the customer keys by name of the practice.
        missing: why a key was not found, by name of the practice.
        developer_key: the developer key; None if it is not on this machine.
    """

    keys: Mapping[str, str] = field(repr=False)
    missing: Mapping[str, str]
    developer_key: str | None = field(repr=False)


def wanted_practices(config: Config, every: float) -> list[FleetPractice]:
    """Return the practices of a file.

    Args:
        config: the content of the file.
        every: seconds from one round to the next for practices that do not set it.

    Raises:
        UsageError: a practice has several ways.
    """
    for name, each in config.practices.items():
        if each.via is not None:
            raise UsageError(f"{printable(name)}: a fleet knows no via; set mode and base_url instead")
    return [
        FleetPractice(
            name=name,
            key_ref=key_ref_of(each),
            mode=each.mode,
            base_url=each.base_url,
            tier=each.tier,
            version=each.version,
            tables=each.tables or config.tables,
            every=float(each.every or every),
        )
        for name, each in config.practices.items()
    ]


def find_keys(practices: Iterable[FleetPractice]) -> FoundKeys:
    """Look for the keys of practices on this machine.

    Raises:
        UsageError: the name of a variable looks like a key.
    """
    found: dict[str, str] = {}
    missing: dict[str, str] = {}
    for each in practices:
        try:
            found[each.name] = find_key(each.name, each.key_ref)
        except KeyNotFound as error:
            _refuse_key(each)
            missing[each.name] = error.message
    try:
        developer_key = keys.developer_key()
    except keys.MissingKeyError:
        developer_key = None
    return FoundKeys(keys=found, missing=missing, developer_key=developer_key)


def check_practices(practices: Sequence[FleetPractice], found: FoundKeys) -> dict[str, str]:
    """Check the settings and the keys of practices.

    Returns:
        The fingerprints of the keys that were found, by name of the practice; none without a developer key.

    Raises:
        UsageError: two practices have the same key, or the same place of a key.
        ConfigurationError: a setting or a key is malformed; the message names the practice.
    """
    for each in practices:
        if each.key_ref in {f"{NAME}:", f"{KEYRING}:"}:
            keys.check_practice_name(each.name)
    keys.check_distinct(each.name for each in practices if each.key_ref == f"{NAME}:")
    keys.check_different(found.keys, "have the same customer key")
    places = {
        each.name: each.key_ref for each in practices if each.key_ref.startswith((f"{ENV}:", f"{FILE}:"))
    }
    keys.check_different(places, "have their customer key in the same place")
    od = OpenDental(found.developer_key or _ANY_KEY)
    fingerprints: dict[str, str] = {}
    for each in practices:
        try:
            practice = od.practice(
                found.keys.get(each.name, _ANY_KEY),
                tier=each.tier,
                mode=each.mode,
                base_url=each.base_url,
                version=each.version,
            )
        except ConfigurationError as error:
            raise ConfigurationError(f"{printable(each.name)}: {error}") from None
        if found.developer_key is not None and each.name in found.keys:
            fingerprints[each.name] = practice.key_fingerprint
    return fingerprints


def check_names(fingerprints: Mapping[str, str], recorded: Mapping[str, str], wanted: Iterable[str]) -> None:
    """Check that no practice has a new name: its rows would be in the database twice.

    Args:
        fingerprints: the fingerprints of the keys that were found, by name of the practice.
        recorded: the fingerprints of the keys that practices were read with, by their names.
        wanted: the names of all practices of the file.

    Raises:
        UsageError: a practice has the key of another one, which is in the database, but not in the file.
    """
    gone = {each: name for name, each in recorded.items() if name not in {*wanted}}
    for name, each in sorted(fingerprints.items()):
        old = gone.get(each)
        if old is not None and name not in recorded:
            new, old = printable(name), printable(old)
            raise UsageError(
                f"{new} has the key of {old}, whose rows are in the database: if it is the same office, use "
                f"the name {old} again; or remove its rows, and it is copied again as {new}: "
                f"odapi mirror forget {old}"
            )


def changed_lines(
    fingerprints: Mapping[str, str], recorded: Mapping[str, str], most: int = _SHOWN
) -> list[str]:
    """Return lines about the practices whose rows were read with another key: no worker reads them."""
    changed = [
        printable(name)
        for name, each in sorted(fingerprints.items())
        if name in recorded and recorded[name] != each
    ]
    if not changed:
        return []
    more = len(changed) - most
    names = ", ".join(changed[:most]) + (f" + {more:,} more" if more > 0 else "")
    has, its, it = ("has", "its", "it") if len(changed) == 1 else ("have", "their", "them")
    other = f"{has} another customer key or developer key than {its} rows were read with"
    return [
        f"{counted(len(changed), 'practice')} {other}: {names}",
        f"  no worker reads {it} -> {_ACCEPT_KEY}",
    ]


def missing_lines(missing: Mapping[str, str], most: int = _SHOWN) -> list[str]:
    """Return lines about the keys that are not on this machine."""
    if not missing:
        return []
    shown = [f"  {printable(name)}: {why}" for name, why in sorted(missing.items())]
    more = len(shown) - most
    return [
        f"{len(shown):,} of the keys are not on this machine; the workers must find them:",
        *shown[:most],
        *([f"  + {more:,} more"] if more > 0 else []),
    ]


def _refuse_key(practice: FleetPractice) -> None:
    """Refuse the name of a variable that looks like a key, without showing it: it would be stored."""
    kind, _, variable = practice.key_ref.partition(":")
    if kind == ENV and _LOOKS_LIKE_KEY.fullmatch(variable):
        raise UsageError(
            f"key_env of {printable(practice.name)} looks like a key, and there is no variable of this name "
            "here: write the name of a variable, such as MAIN_STREET_KEY, and put the key into the variable"
        )
