"""The configuration of a run and the keys of its practices. Nothing is sent here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final

import msgspec

from odapi_async import ConfigurationError, OpenDental, Practice, Way
from odapi_async.cli.errors import UsageError
from odapi_async.cli.keys import lookup as keys
from odapi_async.cli.keys.names import DEFAULT
from odapi_async.cli.mirror.options import ALL_PRACTICES, MirrorOptions, Overrides, Selection
from odapi_async.cli.practice_options import PracticeOptions
from odapi_async.cli.screen import printable
from odapi_async.errors import suggestion
from odapi_async.fleet.errors import KeyNotFound
from odapi_async.fleet.key_places import find_key, key_ref_of
from odapi_async.limits import MAX_NAME
from odapi_async.mirror import DEFAULT_TABLES, Outcome, TableStatus
from odapi_async.mirror.config import Config, PracticeConfig, load
from odapi_async.mirror.suggestions import check_tables

DEFAULT_STORE: Final = "mirror.db"


@dataclass(frozen=True, kw_only=True)
class MirrorJob:
    """A configuration with the keys that it needs.

    Attributes:
        config: the configuration; the URL of its database may contain a password.
        developer_key: the developer key for all practices; empty if nothing is sent to them.
        customer_keys: the customer keys by name of the practice.
        missing: why a practice has no key, by its name; these practices are not read.
    """

    config: Config = field(repr=False)
    developer_key: str = field(repr=False)
    customer_keys: Mapping[str, str] = field(repr=False)
    missing: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def store(self) -> str:
        """The database."""
        return self.config.store or DEFAULT_STORE

    def without_key(self) -> list[TableStatus]:
        """Return a failed status for each table of the practices that have no key."""
        return [
            TableStatus(
                practice=name,
                table=table,
                outcome=Outcome.FAILED,
                error=f"{keys.MissingKeyError.__name__}: {problem}",
            )
            for name, problem in self.missing.items()
            for table in tables_of(self.config, name)
        ]

    def practices(self, od: OpenDental) -> dict[str, Practice]:
        """Return the practices by name.

        Raises:
            ConfigurationError: a key or a setting is malformed; the message names the practice.
        """
        made: dict[str, Practice] = {}
        for name, each in self.config.practices.items():
            if name in self.missing:
                continue
            try:
                made[name] = od.practice(
                    self.customer_keys[name],
                    tier=each.tier,
                    mode=each.mode,
                    base_url=each.base_url,
                    via=None if each.via is None else [*map(Way.parse, each.via)],
                    version=each.version,
                    name=_shown_name(name, self.customer_keys[name]),
                )
            except ConfigurationError as error:
                raise ConfigurationError(f"{printable(name)}: {error}") from None
        return made


def tables_of(config: Config, practice: str) -> tuple[str, ...]:
    """Return the tables of a practice, without those by whose rows they are read."""
    return config.practices[practice].tables or config.tables or DEFAULT_TABLES


def _shown_name(name: str, customer_key: str) -> str | None:
    """Return the name that the client shows; None if it would be empty or the key."""
    shown = printable(name).strip()[:MAX_NAME]
    return None if shown in {"", customer_key} else shown


def merge(config: Config, overrides: Overrides) -> Config:
    """Return a configuration with the overrides in it.

    Raises:
        ConfigurationError: there is no such table.
    """
    tables = check_tables(overrides.tables)
    practices = config.practices
    if tables:
        practices = {
            name: msgspec.structs.replace(each, tables=None) for name, each in config.practices.items()
        }
    return msgspec.structs.replace(
        config,
        store=overrides.store or config.store,
        tables=tables or config.tables,
        sweep_days=config.sweep_days if overrides.sweep_days is None else overrides.sweep_days,
        practices=practices,
    )


def job_without_file(
    options: PracticeOptions,
    overrides: Overrides,
    selection: Selection = ALL_PRACTICES,
    *,
    sends: bool = True,
) -> MirrorJob:
    """Return the job of practices whose names are options, without a configuration file.

    Args:
        options: the way to the practices, and the practice if `selection` names none.
        overrides: the tables, the database and the days between two sweeps.
        selection: the practices.
        sends: whether anything is sent to the practices; if not, the developer key is left empty.

    Raises:
        MissingKeyError: a key is neither in the environment nor in the keyring.
        UsageError: two practices have the same key.
        ConfigurationError: there is no such table.
    """
    names = selection.names or (options.practice,)
    named = {DEFAULT if name is None else name: name for name in names}
    keys.check_distinct(filter(None, names))
    practice = PracticeConfig(tier=options.tier, mode=options.effective_mode, base_url=options.base_url)
    config = merge(Config(practices=dict.fromkeys(named, practice)), overrides)
    find = {shown: partial(keys.customer_key, name) for shown, name in named.items()}
    return _with_keys(config, find, selection, sends=sends)


def config_job(
    config: Config, overrides: Overrides, selection: Selection = ALL_PRACTICES, *, sends: bool = True
) -> MirrorJob:
    """Return the job of a configuration file.

    Args:
        config: the content of the file.
        overrides: the options that replace some of it.
        selection: the practices of the file to read.
        sends: whether anything is sent to the practices; if not, the developer key is left empty.

    Raises:
        MissingKeyError: keys are missing; the message names their practices.
        UsageError: two practices have the same key, or there is no such practice.
        ConfigurationError: there is no such table.
    """
    config = _select(merge(config, overrides), selection)
    practices = config.practices
    keys.check_distinct(
        name
        for name, each in practices.items()
        if each.key_env is None and each.key_file is None and not each.keyring
    )
    find = {name: partial(_customer_key, name, each) for name, each in practices.items()}
    return _with_keys(config, find, selection, sends=sends)


def find_job(options: MirrorOptions, *, sends: bool = True) -> MirrorJob:
    """Return the job of options, with a configuration file or without one.

    Args:
        options: the options.
        sends: whether anything is sent to the practices; if not, the developer key is left empty.

    Raises:
        UsageError: a key is missing, two practices have the same one, or there is no such practice.
        ConfigurationError: the file cannot be read, a setting is wrong, or there is no such table.
    """
    overrides, selection = options.overrides, options.selection
    if options.config is None:
        return job_without_file(options.practice, overrides, selection, sends=sends)
    return config_job(load(options.config), overrides, selection, sends=sends)


def _select(config: Config, selection: Selection) -> Config:
    practices = config.practices
    for name in selection.names:
        if name not in practices:
            raise UsageError(f"the file has no practice {printable(name)}; {suggestion(name, practices)}")
    if selection.names:
        practices = {name: practices[name] for name in selection.names}
    if shard := selection.shard:
        practices = {name: each for name, each in practices.items() if shard.includes(name)}
    return msgspec.structs.replace(config, practices=practices)


def _with_keys(
    config: Config, find: Mapping[str, Callable[[], str]], selection: Selection, *, sends: bool
) -> MirrorJob:
    """Return the job with all keys; `find` returns the customer key of each practice."""
    developer_key = keys.developer_key() if sends else ""
    found: dict[str, str] = {}
    missing: dict[str, str] = {}
    for name, look_up in find.items():
        try:
            found[name] = look_up()
        except UsageError as problem:
            missing[name] = str(problem)
    if missing and not (selection.keep_going and found):
        lines = (f"{printable(name)}: {problem}" for name, problem in missing.items())
        raise keys.MissingKeyError("\n       ".join(lines))
    keys.check_different(found, "have the same customer key")
    return MirrorJob(config=config, developer_key=developer_key, customer_keys=found, missing=missing)


def _customer_key(name: str, each: PracticeConfig) -> str:
    """Return a customer key. No message shows a setting that may be the key itself by mistake."""
    if each.keyring:
        return keys.keyring_key(name)
    if each.key_env is None and each.key_file is None:
        return keys.customer_key(name)
    setting = "key_file" if each.key_env is None else "key_env"
    try:
        return find_key(name, key_ref_of(each), partial(_shown_place, setting))
    except KeyNotFound as error:
        raise UsageError(error.message) from None


def _shown_place(setting: str, place: str) -> str:
    """Return a variable or a path as a message names it; if it looks like a key, the setting instead."""
    if keys.may_be_key(Path(place).name):
        return f"of {setting} (not shown, because it looks like a key)"
    return printable(place)
