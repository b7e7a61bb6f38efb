"""The configuration file practices.toml: the practices, the database, and where each customer key is.

This module only reads the file: it sends nothing and reads no key. The client checks URLs and versions when
it creates a practice.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, TypeVar, cast

import msgspec

from odapi_async import ConfigurationError, Mode, Tier, Way
from odapi_async.errors import suggestion
from odapi_async.mirror.database.url import has_password, resolve
from odapi_async.mirror.duration import check_sweep_days, parse_duration
from odapi_async.mirror.exclude import excluded_fields
from odapi_async.mirror.one_line import on_one_line
from odapi_async.mirror.suggestions import check_tables

T = TypeVar("T")

_Settings = dict[str, object]

_SECRETS: Final = frozenset({"key", "customer_key", "developer_key", "api_key", "password"})
_KEY_ADVICE: Final = (
    'keep it out of this file, and name its place: key_env = "VARIABLE", key_file = "path" or keyring = true'
)
_VARIABLE: Final = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_DUPLICATE: Final = re.compile(r"Cannot declare \('practices', (?P<name>.+)\) twice \(at line (?P<line>\d+)")
_POSITION: Final = re.compile(r" \(at (?P<position>line \d+, column \d+|end of document)\)$")
_TYPE_ERROR: Final = re.compile(r"Expected `(?P<expected>[^`]+)`, got `(?P<got>\w+)`")
_TYPE_NAMES: Final = {
    "str": "a string",
    "int": "a number",
    "float": "a number",
    "bool": "true or false",
    "array": "a list",
    "object": "a section",
}


class PracticeConfig(msgspec.Struct, frozen=True, kw_only=True):
    """The section of one practice.

    Attributes:
        key_env: the environment variable that holds its customer key.
        key_file: the file that holds the customer key and nothing else.
        keyring: whether the customer key is in the system's keyring, under the name of the practice.
        tier: the tier of its permissions; None lets the client find out.
        mode: how the client connects to it.
        base_url: the address of its API; None for the usual address of the mode.
        via: several ways to it in the order of preference, as `Way.parse` takes them; None for one way.
        version: the version of Open Dental that it runs, such as 24.4; None if unknown.
        tables: the tables to copy from this practice; None for those of the whole file.
        every: seconds from one round of this practice to the next, for a fleet, which reads each practice at
            its own interval; None for that of the fleet.
    """

    key_env: str | None = None
    key_file: Path | None = None
    keyring: bool = False
    tier: Tier | None = None
    mode: Mode = Mode.REMOTE
    base_url: str | None = None
    via: tuple[str, ...] | None = None
    version: str | None = None
    tables: tuple[str, ...] | None = None
    every: float | None = None


class Config(msgspec.Struct, frozen=True, kw_only=True):
    """The settings of a file.

    Attributes:
        store: the database, as `Store` takes it; None if the file does not name one.
        tables: the tables to copy; None for the default tables.
        sweep_days: days from one sweep, which reads all rows, to the next; None for each table's own number.
        exclude: the fields that are not stored, by table, spelled as in the API.
        practices: the practices by name. The settings of `[defaults]` are in each that does not set them.
    """

    store: str | None = None
    tables: tuple[str, ...] | None = None
    sweep_days: float | None = None
    exclude: Mapping[str, frozenset[str]] = {}
    practices: dict[str, PracticeConfig]


class _Exclude(msgspec.Struct, frozen=True):
    exclude: tuple[str, ...]


_FILE_SETTINGS: Final = (
    *(name for name in Config.__struct_fields__ if name != "practices"),
    "defaults",
    "practices",
)
_IN_DEFAULTS: Final = " in [defaults]"
_INSTEAD: Final = {
    "via": frozenset({"mode", "base_url"}),
    "mode": frozenset({"via"}),
    "base_url": frozenset({"via"}),
}
"""The settings of the defaults that a setting of a practice excludes."""
_OF_ONE_PRACTICE: Final = frozenset({"key_env", "key_file"})


def load(path: Path) -> Config:
    """Read a file. Paths in it are relative to its folder.

    Raises:
        ConfigurationError: the file cannot be read, or a setting is wrong; the message says which and where.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")  # some editors write a byte order mark
    except OSError as error:
        raise ConfigurationError(
            f"{path.name} cannot be read: {error.strerror or type(error).__name__}"
        ) from None
    except UnicodeDecodeError:
        raise ConfigurationError(f"{path.name} is not UTF-8 text") from None
    except ValueError:
        raise ConfigurationError("the name of the file has a character that no path has") from None
    try:
        return read(text, path.parent)
    except ConfigurationError as error:
        raise ConfigurationError(f"{path.name}: {error}") from None


def read(text: str, folder: Path) -> Config:
    """Read the text of a file.

    Args:
        text: the text.
        folder: the folder that paths are relative to.

    Raises:
        ConfigurationError: a setting is wrong; the message says which and where.
    """
    found = _parse(text)
    _check_names(found, _FILE_SETTINGS, "")
    sections = found.pop("practices", {})
    if not isinstance(sections, dict):
        raise ConfigurationError("each practice must be a section, such as [practices.main-street]")
    if not sections:
        raise ConfigurationError("there are no practices; each is a section, such as [practices.main-street]")
    defaults = _defaults(found.pop("defaults", {}), found)
    practices = {
        name: _practice(name, section, defaults, folder)
        for name, section in cast("_Settings", sections).items()
    }
    exclude = _excluded(found.pop("exclude", []))
    config = _convert(Config, {**found, "practices": {}}, "")
    _check_tables(config.tables, "")
    check_sweep_days(config.sweep_days)
    if config.store is not None and has_password(config.store):
        raise ConfigurationError(
            "store holds a password: keep it out of this file, in ~/.pgpass or in the variable ODAPI_STORE"
        )
    store = None if config.store is None else resolve(config.store, folder)
    return msgspec.structs.replace(config, store=store, exclude=exclude, practices=practices)


def _defaults(section: object, file: Mapping[str, object]) -> _Settings:
    """Return the settings that all practices have unless their own sections set them."""
    if not isinstance(section, dict):
        raise ConfigurationError("defaults must be a section: [defaults]")
    settings = cast("_Settings", section)
    _check_names(settings, PracticeConfig.__struct_fields__, _IN_DEFAULTS)
    for name in _OF_ONE_PRACTICE:
        if name in settings:
            raise ConfigurationError(  # without the value, which may be the key itself
                f"{name}{_IN_DEFAULTS} names one key for all practices: set it in the section of a practice"
            )
    if "tables" in settings and "tables" in file:
        raise ConfigurationError(f"tables is set twice, at the top and{_IN_DEFAULTS}; keep one of them")
    _settings(settings, _IN_DEFAULTS)
    return settings


def _practice(name: str, section: object, defaults: _Settings, folder: Path) -> PracticeConfig:
    where = f" in [practices.{on_one_line(name)}]"
    if not name.strip():
        raise ConfigurationError("a practice needs a name")
    if not isinstance(section, dict):
        raise ConfigurationError(f"{on_one_line(name)} must be a section: [practices.{on_one_line(name)}]")
    settings = cast("_Settings", section)
    _check_names(settings, PracticeConfig.__struct_fields__, where)
    inherited = {field: value for field, value in defaults.items() if field not in settings}
    if not _OF_ONE_PRACTICE.isdisjoint(settings):
        inherited.pop("keyring", None)
    for field, others in _INSTEAD.items():
        if field in settings:
            inherited = {name: value for name, value in inherited.items() if name not in others}
    found = _settings(inherited | settings, where)
    if found.key_file is None:
        return found
    try:
        return msgspec.structs.replace(found, key_file=folder / found.key_file.expanduser())
    except RuntimeError:
        raise ConfigurationError(f"key_file{where} begins with ~ and a name that is no user's here") from None


def _settings(settings: _Settings, where: str) -> PracticeConfig:
    """Return the settings of a section whose names are known."""
    settings = settings | {
        field: _member(field, kind, settings[field], where)
        for field, kind in (("tier", Tier), ("mode", Mode))
        if field in settings
    }
    if "every" in settings:
        settings["every"] = _interval(settings["every"], where)
    found = _convert(PracticeConfig, settings, where)
    key_places = [
        field for field in ("key_env", "key_file", "keyring") if getattr(found, field) not in {None, False}
    ]
    if len(key_places) > 1:
        raise ConfigurationError(
            f"{' and '.join(key_places)}{where} name several places for one key; keep one of them"
        )
    _check_tables(found.tables, where)
    _check_variable(found, where)
    _check_ways(found, settings, where)
    return found


def _excluded(names: object) -> dict[str, frozenset[str]]:
    """Return the fields that are not stored, by table."""
    listed = _convert(_Exclude, {"exclude": names}, "").exclude
    try:
        return excluded_fields(listed)
    except ConfigurationError as error:
        raise ConfigurationError(f"exclude: {error}") from None


def _parse(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise ConfigurationError("the file has too many levels") from None
    except tomllib.TOMLDecodeError as error:
        message = str(error)
    except ValueError:  # such as a number with thousands of digits
        raise ConfigurationError("the file has a value that cannot be read") from None
    if duplicate := _DUPLICATE.match(message):
        name = duplicate["name"].strip("'\"")
        raise ConfigurationError(f"line {duplicate['line']}: there is a practice {name} already")
    found = _POSITION.search(message)
    position, problem = (found["position"], message[: found.start()]) if found else ("somewhere", message)
    if problem == "Cannot overwrite a value":
        problem = "this name has a value already"
    raise ConfigurationError(f"{position}: {problem}; the file must be TOML")


def _check_names(found: Mapping[str, object], known: tuple[str, ...], where: str) -> None:
    for name in found:
        if name.lower() in _SECRETS:
            raise ConfigurationError(f"{on_one_line(name)}{where} is a secret: {_KEY_ADVICE}")
        if name not in known:
            hint = suggestion(name, known)
            raise ConfigurationError(f"there is no setting {on_one_line(name)}{where}; {hint}")


def _convert(kind: type[T], found: Mapping[str, object], where: str) -> T:
    try:
        return msgspec.convert(found, kind, dec_hook=_path)
    except msgspec.ValidationError as error:
        problem, _, path = str(error).partition(" - at `$.")
    field = path.rstrip("`").partition("[")[0]
    if types := _TYPE_ERROR.match(problem):
        expected = next(words for each, words in _TYPE_NAMES.items() if each in types["expected"])
        raise ConfigurationError(f"{field}{where} must be {'a list of strings' if '[' in path else expected}")
    raise ConfigurationError(f"{field}{where}: {problem.replace('`', '')}")


def _path(_: type, value: object) -> Path:
    if not isinstance(value, str):
        raise TypeError(f"Expected `str`, got `{type(value).__name__}`")
    return Path(value)


def _member(field: str, kind: type[StrEnum], value: object, where: str) -> StrEnum:
    """Return the member of an enum, spelled in any case."""
    known = {each.value.lower(): each for each in kind}
    if not isinstance(value, str) or value.lower() not in known:
        raise ConfigurationError(f"{field}{where} must be one of {', '.join(kind)}")
    return known[value.lower()]


def _interval(value: object, where: str) -> int:
    """Return the seconds of an interval, which the file has as text."""
    return parse_duration(value if isinstance(value, str) else "", f"every{where}")


def _check_tables(names: tuple[str, ...] | None, where: str) -> None:
    if names == ():
        raise ConfigurationError(f"tables{where} is empty; leave it out for the default tables")
    try:
        check_tables(names or ())
    except ConfigurationError as error:
        raise ConfigurationError(f"tables{where}: {error}") from None


def _check_ways(found: PracticeConfig, settings: _Settings, where: str) -> None:
    if found.via is None:
        return
    if not _INSTEAD["via"].isdisjoint(settings):
        raise ConfigurationError(f"via{where} excludes mode and base_url: each way has its own")
    if not found.via:
        raise ConfigurationError(f"via{where} is empty; leave it out for the internet")
    try:
        for each in found.via:
            Way.parse(each)
    except ConfigurationError as error:
        raise ConfigurationError(f"via{where}: {error}") from None


def _check_variable(found: PracticeConfig, where: str) -> None:
    if found.key_env is not None and not _VARIABLE.fullmatch(found.key_env):
        # the value may be the key itself, so the message does not repeat it
        raise ConfigurationError(f"key_env{where} must be the name of an environment variable")
