"""practices.toml: which practices are copied, where to, and where each customer key is kept.

Plain values: nothing is sent, and no key is looked for or read here. Whether a URL or a version is one, the
client says when the practice is made.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, TypeVar, cast

import msgspec

from odapi_async import ConfigurationError, Mode, Tier
from odapi_async.errors import suggestion
from odapi_async.mirror.database.url import has_password, resolve
from odapi_async.mirror.suggestions import check_tables, printable

T = TypeVar("T")

_LONGEST: Final = 36_500
_SECRETS: Final = frozenset({"key", "customer_key", "developer_key", "api_key", "password"})
_ELSEWHERE: Final = (
    'keep it out of this file, and say where it is: key_env = "VARIABLE", key_file = "path" or keyring = true'
)
_VARIABLE: Final = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_TWICE: Final = re.compile(r"Cannot declare \('practices', (?P<name>.+)\) twice \(at line (?P<line>\d+)")
_PLACE: Final = re.compile(r" \(at (?P<place>line \d+, column \d+|end of document)\)$")
_KIND: Final = re.compile(r"Expected `(?P<wanted>[^`]+)`, got `(?P<got>\w+)`")
_KINDS: Final = {
    "str": "a text",
    "int": "a number",
    "float": "a number",
    "bool": "true or false",
    "array": "a list",
    "object": "a section",
}


class PracticeConfig(msgspec.Struct, frozen=True, kw_only=True):
    """One practice.

    Attributes:
        key_env: the environment variable that holds its customer key.
        key_file: the file that holds it and nothing else.
        keyring: whether it is in the system's keyring, under the practice's name.
        tier: what the developer may do there; None lets the client find out.
        mode: how it is reached.
        base_url: where, if not at the mode's usual address.
        version: the version of Open Dental that it runs, as 24.4; None if unknown.
        tables: what is copied there, instead of what is copied everywhere.
    """

    key_env: str | None = None
    key_file: Path | None = None
    keyring: bool = False
    tier: Tier | None = None
    mode: Mode = Mode.REMOTE
    base_url: str | None = None
    version: str | None = None
    tables: tuple[str, ...] | None = None


class Config(msgspec.Struct, frozen=True, kw_only=True):
    """What the file says.

    Attributes:
        store: the database, as `Store` takes it; None if the file leaves it open.
        tables: what is copied; None for the usual tables.
        sweep_days: days from one reading of all rows to the next; None lets each table have its own.
        practices: the practices by name.
    """

    store: str | None = None
    tables: tuple[str, ...] | None = None
    sweep_days: float | None = None
    practices: dict[str, PracticeConfig]


def load(path: Path) -> Config:
    """Read a file. Paths in it are relative to its folder.

    Raises:
        ConfigurationError: it cannot be read, or something in it is wrong; the text says what and where.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")  # some editors begin a file with a mark
    except OSError as error:
        raise ConfigurationError(
            f"{path.name} cannot be read: {error.strerror or type(error).__name__}"
        ) from None
    except UnicodeDecodeError:
        raise ConfigurationError(f"{path.name} is not a text in UTF-8") from None
    try:
        return read(text, path.parent)
    except ConfigurationError as error:
        raise ConfigurationError(f"{path.name}: {error}") from None


def read(text: str, folder: Path) -> Config:
    """Read the text of a file.

    Args:
        text: the text.
        folder: what paths are relative to.

    Raises:
        ConfigurationError: something in it is wrong; the text says what and where.
    """
    found = _parsed(text)
    _check_names(found, Config, "")
    sections = found.pop("practices", {})
    if not isinstance(sections, dict):
        raise ConfigurationError("practices are sections of their own, as [practices.main-street]")
    if not sections:
        raise ConfigurationError("there are no practices; each is a section, as [practices.main-street]")
    practices = {
        name: _practice(name, section, folder)
        for name, section in cast("dict[str, object]", sections).items()
    }
    config = _converted(Config, {**found, "practices": {}}, "")
    _check_tables(config.tables, "")
    if config.sweep_days is not None and not 0 <= config.sweep_days <= _LONGEST:
        raise ConfigurationError(f"sweep_days has to be a number of days, from 0 to {_LONGEST}")
    if config.store is not None and has_password(config.store):
        raise ConfigurationError(
            "store holds a password: keep it out of this file, in ~/.pgpass or in the variable ODAPI_STORE"
        )
    store = None if config.store is None else resolve(config.store, folder)
    return msgspec.structs.replace(config, store=store, practices=practices)


def _practice(name: str, section: object, folder: Path) -> PracticeConfig:
    where = f" in [practices.{printable(name)}]"
    if not name.strip():
        raise ConfigurationError("a practice's name cannot be blank")
    if not isinstance(section, dict):
        raise ConfigurationError(f"{printable(name)} has to be a section: [practices.{printable(name)}]")
    given = cast("dict[str, object]", section)
    _check_names(given, PracticeConfig, where)
    given = given | {
        field: _spelt(field, kind, given[field], where)
        for field, kind in (("tier", Tier), ("mode", Mode))
        if field in given
    }
    found = _converted(PracticeConfig, given, where)
    ways = [
        field for field in ("key_env", "key_file", "keyring") if getattr(found, field) not in {None, False}
    ]
    if len(ways) > 1:
        raise ConfigurationError(f"{' and '.join(ways)}{where} are two places for one key; keep one of them")
    _check_tables(found.tables, where)
    _check_variable(found, where)
    if found.key_file is None:
        return found
    return msgspec.structs.replace(found, key_file=folder / found.key_file.expanduser())


def _parsed(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        said = str(error)
    if twice := _TWICE.match(said):
        name = twice["name"].strip("'\"")
        raise ConfigurationError(f"line {twice['line']}: there is a practice {name} already")
    place = _PLACE.search(said)
    what = said if place is None else said[: place.start()]
    if what == "Cannot overwrite a value":
        what = "this name has a value already"
    raise ConfigurationError(f"{place['place'] if place else 'somewhere'}: {what}; the file has to be TOML")


def _check_names(found: Mapping[str, object], kind: type[msgspec.Struct], where: str) -> None:
    for name in found:
        if name.lower() in _SECRETS:
            raise ConfigurationError(f"{printable(name)}{where} is a secret: {_ELSEWHERE}")
        if name not in kind.__struct_fields__:
            hint = suggestion(name, kind.__struct_fields__)
            raise ConfigurationError(f"there is no setting {printable(name)}{where}; {hint}")


def _converted(kind: type[T], found: Mapping[str, object], where: str) -> T:
    try:
        return msgspec.convert(found, kind, dec_hook=_path)
    except msgspec.ValidationError as error:
        what, _, place = str(error).partition(" - at `$.")
    field = place.rstrip("`").partition("[")[0]
    if kinds := _KIND.match(what):
        wanted = next(words for each, words in _KINDS.items() if each in kinds["wanted"])
        inside = "a list of texts" if "[" in place else wanted
        raise ConfigurationError(f"{field}{where} has to be {inside}")
    raise ConfigurationError(f"{field}{where}: {what.replace('`', '')}")


def _path(_: type, value: object) -> Path:
    if not isinstance(value, str):
        raise TypeError(f"Expected `str`, got `{type(value).__name__}`")
    return Path(value)


def _spelt(field: str, kind: type[StrEnum], value: object, where: str) -> StrEnum:
    """Read a word in any case."""
    known = {each.value.lower(): each for each in kind}
    if not isinstance(value, str) or value.lower() not in known:
        raise ConfigurationError(f"{field}{where} has to be one of {', '.join(kind)}")
    return known[value.lower()]


def _check_tables(names: tuple[str, ...] | None, where: str) -> None:
    if names == ():
        raise ConfigurationError(f"tables{where} is empty; leave it out for the usual ones")
    try:
        check_tables(names or ())
    except ConfigurationError as error:
        raise ConfigurationError(f"tables{where}: {error}") from None


def _check_variable(found: PracticeConfig, where: str) -> None:
    if found.key_env is not None and not _VARIABLE.fullmatch(found.key_env):
        # what stands there may be the key itself
        raise ConfigurationError(f"key_env{where} has to be the name of an environment variable")
