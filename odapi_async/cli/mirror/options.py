"""The options of `odapi mirror`, checked before the mirror's libraries are imported. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from odapi_async.cli.errors import UsageError
from odapi_async.cli.mirror.shard import Shard, check_shard
from odapi_async.cli.practice_options import PracticeOptions

_SET_IN_CONFIG: Final = ("tier", "mode", "base_url")
_UNUSED_IN_SANDBOX: Final = (
    *("practice", *_SET_IN_CONFIG),
    *("config", "follow", "every", "sweep", "sweep_days", "accept_removals", "accept_new_keys"),
    *("keep_going", "shard", "fail_after", "heartbeat"),
)


@dataclass(frozen=True, kw_only=True)
class Overrides:
    """Options that replace a setting of the configuration.

    Attributes:
        tables: the tables of all practices; empty to keep those of the configuration.
        store: the database; None to keep the one of the configuration.
        sweep_days: days from one sweep to the next; None to keep those of the configuration.
    """

    tables: tuple[str, ...] = ()
    store: str | None = field(default=None, repr=False)
    sweep_days: float | None = None


@dataclass(frozen=True, kw_only=True)
class Selection:
    """The practices to read.

    Attributes:
        names: their names; empty for all of the configuration file.
        shard: only those of these that belong to the shard; None for all.
        keep_going: whether practices without a key are reported, and the others are read.
    """

    names: tuple[str, ...] = ()
    shard: Shard | None = None
    keep_going: bool = False


ALL_PRACTICES: Final = Selection()


@dataclass(frozen=True, kw_only=True)
class MirrorOptions:
    """All options of the command.

    Attributes:
        practice: the practice and the way to it, if neither a configuration file nor `selection` names one.
        selection: the practices to read.
        typed: the names of the options that were typed, without those that come from the environment.
        overrides: the options that replace a setting of the configuration.
        config: the configuration file.
        interval: seconds from the start of one round to the start of the next; None for a single round.
        sweep: whether the first round reads all rows.
        accept_removals: whether the first round marks rows as deleted even if they are many.
        accept_new_keys: whether practices with another key than before are read.
        fail_after: seconds that a table must have failed before its failure counts; None for none.
        heartbeat: the file that is replaced at the end of each round; None for none.
        quiet: whether only failures are printed.
        as_json: whether a line of JSON is printed for each table that ends.
        json_summary: whether a line of JSON is printed for each round.
    """

    practice: PracticeOptions
    selection: Selection = ALL_PRACTICES
    typed: Collection[str] = ()
    overrides: Overrides = Overrides()
    config: Path | None = None
    interval: float | None = None
    sweep: bool = False
    accept_removals: bool = False
    accept_new_keys: bool = False
    fail_after: float | None = None
    heartbeat: Path | None = None
    quiet: bool = False
    as_json: bool = False
    json_summary: bool = False

    def check(self) -> None:
        """Check that the options go together.

        Raises:
            UsageError: two options do not go together.
        """
        if "every" in self.typed and self.interval is None:
            raise UsageError("--every needs --follow")
        if self.practice.sandbox:
            self._refuse(_UNUSED_IN_SANDBOX, "--sandbox, which has its own practices and ends by itself")
        if self.config is not None:
            self._refuse(_SET_IN_CONFIG, "--config; set it in the section of the practice in the file")
        if self.selection.shard:
            check_shard(has_config=self.config is not None, has_names=bool(self.selection.names))

    def _refuse(self, names: Collection[str], reason: str) -> None:
        for name in names:
            if name in self.typed:
                raise UsageError(f"--{name.replace('_', '-')} cannot be used with {reason}")
