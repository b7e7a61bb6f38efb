"""What is to be copied: practices with their keys, tables, and the database. Nothing is sent here."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from odapi_async import ConfigurationError, Mode, OpenDental, Practice, Tier
from odapi_async.cli.errors import WrongInput
from odapi_async.cli.keys import lookup as keys
from odapi_async.cli.output.cells import printable
from odapi_async.cli.practice_options import Reach
from odapi_async.errors import suggestion
from odapi_async.mirror import DEFAULT_TABLES
from odapi_async.mirror.config import Config, PracticeConfig
from odapi_async.mirror.suggestions import check_tables

STORE: Final = "mirror.db"
"""Where the copies go if nobody says where."""


@dataclass(frozen=True, kw_only=True)
class Target:
    """One practice, ready to be asked.

    Attributes:
        customer_key: its key.
        tier: what the developer may do there; None lets the client find out.
        mode: how it is reached.
        base_url: where, if not at the usual address.
        version: what it runs, if that is known.
    """

    customer_key: str = field(repr=False)
    tier: Tier | None = None
    mode: Mode = Mode.REMOTE
    base_url: str | None = None
    version: str | None = None

    def practice(self, od: OpenDental) -> Practice:
        """Make the practice."""
        return od.practice(
            self.customer_key, tier=self.tier, mode=self.mode, base_url=self.base_url, version=self.version
        )


@dataclass(frozen=True, kw_only=True)
class Job:
    """What is to be done.

    Attributes:
        developer_key: the key that all practices are asked with.
        store: the database; its URL may hold a password.
        targets: the practices by name.
        tables: what is copied.
        others: what is copied instead, by practice.
        sweep_days: days from one reading of all rows to the next, if the tables are not to decide.
        sweep: whether all rows are read in the first round in any case.
    """

    developer_key: str = field(repr=False)
    store: str = field(repr=False)
    targets: Mapping[str, Target]
    tables: tuple[str, ...] = DEFAULT_TABLES
    others: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    sweep_days: float | None = None
    sweep: bool = False

    def practices(self, od: OpenDental) -> dict[str, Practice]:
        """Make the practices.

        Raises:
            ConfigurationError: what one was given cannot work; the text says which.
        """
        made: dict[str, Practice] = {}
        for name, target in self.targets.items():
            try:
                made[name] = target.practice(od)
            except ConfigurationError as error:
                raise ConfigurationError(f"{printable(name)}: {error}") from None
        return made


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What the command line asks for, beside the practices.

    Attributes:
        tables: tables; empty for those of the file, or the usual ones.
        store: the database; None for that of the file, or the usual one.
        sweep: as in `Job`.
        sweep_days: as in `Job`; None for that of the file.
    """

    tables: tuple[str, ...] = ()
    store: str | None = None
    sweep: bool = False
    sweep_days: float | None = None


def of_one(reach: Reach, wish: Wish) -> Job:
    """Return the job of one practice that stands in no file.

    Raises:
        KeyMissing: a key is neither in the environment nor in the keyring.
        ConfigurationError: there is no such table.
    """
    tables = check_tables(wish.tables) or DEFAULT_TABLES
    target = Target(
        customer_key=keys.customer_key(reach.practice),
        tier=reach.tier,
        mode=reach.real_mode,
        base_url=reach.base_url,
    )
    return Job(
        developer_key=keys.developer_key(),
        store=wish.store or STORE,
        targets={reach.practice or keys.DEFAULT: target},
        tables=tables,
        sweep_days=wish.sweep_days,
        sweep=wish.sweep,
    )


def of_many(config: Config, wish: Wish, only: str | None = None) -> Job:
    """Return the job of the practices of a file.

    Args:
        config: what the file says.
        wish: what the command line says, which goes first.
        only: the practice that is read alone; None for all.

    Raises:
        KeyMissing: keys are not where they should be; the text says of which practices.
        WrongInput: two practices have one key, or there is no such practice.
        ConfigurationError: there is no such table.
    """
    tables = check_tables(wish.tables)
    if only is not None and only not in config.practices:
        raise WrongInput(f"the file has no practice {printable(only)}; {suggestion(only, config.practices)}")
    chosen = {name: each for name, each in config.practices.items() if only in {None, name}}
    developer_key = keys.developer_key()
    targets = _targets(chosen)
    others = {name: each.tables for name, each in chosen.items() if each.tables and not tables}
    return Job(
        developer_key=developer_key,
        store=wish.store or config.store or STORE,
        targets=targets,
        tables=tables or config.tables or DEFAULT_TABLES,
        others=others,
        sweep_days=config.sweep_days if wish.sweep_days is None else wish.sweep_days,
        sweep=wish.sweep,
    )


def _targets(chosen: Mapping[str, PracticeConfig]) -> dict[str, Target]:
    found: dict[str, Target] = {}
    troubles: list[str] = []
    for name, each in chosen.items():
        try:
            key = _key(name, each)
        except WrongInput as trouble:
            troubles.append(f"{printable(name)}: {trouble}")
            continue
        found[name] = Target(
            customer_key=key, tier=each.tier, mode=each.mode, base_url=each.base_url, version=each.version
        )
    if troubles:
        raise keys.KeyMissing("\n       ".join(troubles))
    _check_different(found)
    return found


def _key(name: str, each: PracticeConfig) -> str:
    """Find a customer key. No text shows what the file says: somebody may have put the key itself there."""
    if each.key_env is not None:
        key = os.environ.get(each.key_env, "")
        if not key:
            raise WrongInput("key_env names a variable that is not set")
        return key
    if each.key_file is not None:
        return _from_file(each.key_file)
    return keys.kept_key(name) if each.keyring else keys.customer_key(name)


def _from_file(path: Path) -> str:
    try:
        key = path.read_text("utf-8").strip()
    except OSError as error:
        raise WrongInput(f"key_file cannot be read: {error.strerror or type(error).__name__}") from None
    except UnicodeDecodeError:
        raise WrongInput("key_file is not a text") from None
    if not key:
        raise WrongInput("key_file is empty")
    return key


def _check_different(targets: Mapping[str, Target]) -> None:
    by_key: defaultdict[str, list[str]] = defaultdict(list)
    for name, target in targets.items():
        by_key[target.customer_key].append(printable(name))
    same = [_listed(names) for names in by_key.values() if len(names) > 1]
    if same:
        raise WrongInput(f"{same[0]} have the same customer key; each practice has one of its own")


def _listed(names: Iterable[str]) -> str:
    *others, last = names
    return f"{', '.join(others)} and {last}"
