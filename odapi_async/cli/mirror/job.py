"""The configuration of a run and the keys of its practices. Nothing is sent here."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import msgspec

from odapi_async import ConfigurationError, OpenDental, Practice
from odapi_async.cli.errors import UsageError
from odapi_async.cli.keys import lookup as keys
from odapi_async.cli.mirror.options import Overrides
from odapi_async.cli.output.cells import printable
from odapi_async.cli.practice_options import PracticeOptions
from odapi_async.errors import suggestion
from odapi_async.limits import MAX_NAME
from odapi_async.mirror.config import Config, PracticeConfig
from odapi_async.mirror.suggestions import check_tables

DEFAULT_STORE: Final = "mirror.db"


@dataclass(frozen=True, kw_only=True)
class MirrorJob:
    """A configuration with the keys that it needs.

    Attributes:
        config: the configuration; the URL of its database may contain a password.
        developer_key: the developer key for all practices.
        customer_keys: the customer keys by name of the practice.
    """

    config: Config = field(repr=False)
    developer_key: str = field(repr=False)
    customer_keys: Mapping[str, str] = field(repr=False)

    @property
    def store(self) -> str:
        """The database."""
        return self.config.store or DEFAULT_STORE

    def practices(self, od: OpenDental) -> dict[str, Practice]:
        """Return the practices by name.

        Raises:
            ConfigurationError: a key or a setting is malformed; the message names the practice.
        """
        made: dict[str, Practice] = {}
        for name, each in self.config.practices.items():
            try:
                made[name] = od.practice(
                    self.customer_keys[name],
                    tier=each.tier,
                    mode=each.mode,
                    base_url=each.base_url,
                    version=each.version,
                    name=_shown_name(name, self.customer_keys[name]),
                )
            except ConfigurationError as error:
                raise ConfigurationError(f"{printable(name)}: {error}") from None
        return made


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


def single_practice_job(options: PracticeOptions, overrides: Overrides) -> MirrorJob:
    """Return the job of one practice, without a configuration file.

    Raises:
        MissingKeyError: a key is neither in the environment nor in the keyring.
        ConfigurationError: there is no such table.
    """
    name = options.practice or keys.DEFAULT
    practice = PracticeConfig(tier=options.tier, mode=options.effective_mode, base_url=options.base_url)
    config = merge(Config(practices={name: practice}), overrides)
    customer_key = keys.customer_key(options.practice)
    return MirrorJob(config=config, developer_key=keys.developer_key(), customer_keys={name: customer_key})


def config_job(config: Config, overrides: Overrides, only: str | None = None) -> MirrorJob:
    """Return the job of a configuration file.

    Args:
        config: the content of the file.
        overrides: the options that replace some of it.
        only: the one practice to read; None for all.

    Raises:
        MissingKeyError: keys are missing; the message names their practices.
        UsageError: two practices have the same key, or there is no such practice.
        ConfigurationError: there is no such table.
    """
    config = merge(config, overrides)
    if only is not None:
        if only not in config.practices:
            advice = suggestion(only, config.practices)
            raise UsageError(f"the file has no practice {printable(only)}; {advice}")
        config = msgspec.structs.replace(config, practices={only: config.practices[only]})
    developer_key = keys.developer_key()
    return MirrorJob(
        config=config, developer_key=developer_key, customer_keys=_customer_keys(config.practices)
    )


def _customer_keys(practices: Mapping[str, PracticeConfig]) -> dict[str, str]:
    keys.check_distinct(
        name
        for name, each in practices.items()
        if each.key_env is None and each.key_file is None and not each.keyring
    )
    found: dict[str, str] = {}
    problems: list[str] = []
    for name, each in practices.items():
        try:
            found[name] = _customer_key(name, each)
        except UsageError as problem:
            problems.append(f"{printable(name)}: {problem}")
    if problems:
        raise keys.MissingKeyError("\n       ".join(problems))
    _check_different(found)
    return found


def _customer_key(name: str, each: PracticeConfig) -> str:
    """Return a customer key. No message shows a setting, because it may be the key itself by mistake."""
    if each.key_env is not None:
        key = os.environ.get(each.key_env, "")
        if not key:
            raise UsageError("key_env names a variable that is not set")
        return key
    if each.key_file is not None:
        return _read_key(each.key_file)
    return keys.keyring_key(name) if each.keyring else keys.customer_key(name)


def _read_key(path: Path) -> str:
    try:
        key = path.read_text("utf-8-sig").strip()  # some editors write a byte order mark
    except OSError as error:
        raise UsageError(f"key_file cannot be read: {error.strerror or type(error).__name__}") from None
    except UnicodeDecodeError:
        raise UsageError("key_file is not a text file") from None
    except ValueError:
        raise UsageError("key_file has a character that no path has") from None
    if not key:
        raise UsageError("key_file is empty")
    return key


def _check_different(customer_keys: Mapping[str, str]) -> None:
    by_key: defaultdict[str, list[str]] = defaultdict(list)
    for name, key in customer_keys.items():
        by_key[key].append(printable(name))
    same = [_joined(names) for names in by_key.values() if len(names) > 1]
    if same:
        raise UsageError(f"{same[0]} have the same customer key; give each practice its own")


def _joined(names: Iterable[str]) -> str:
    *others, last = names
    return f"{', '.join(others)} and {last}"
