"""Combinations of the options of `odapi mirror`."""

from pathlib import Path

import pytest

from odapi_async.cli.errors import UsageError
from odapi_async.cli.mirror.options import MirrorOptions, Overrides, Selection
from odapi_async.cli.mirror.shard import Shard
from odapi_async.cli.practice_options import PracticeOptions

FILE = Path("practices.toml")
DEFAULT = PracticeOptions()
NAMED = PracticeOptions(practice="a")
SANDBOX = PracticeOptions(sandbox=True)


@pytest.mark.parametrize(
    "options",
    [
        MirrorOptions(practice=DEFAULT),
        MirrorOptions(practice=NAMED, typed={"practice", "tier", "mode", "base_url", "sweep", "store"}),
        MirrorOptions(practice=DEFAULT, interval=300.0, typed={"follow", "every"}),
        MirrorOptions(practice=NAMED, config=FILE, typed={"practice", "config", "sweep_days", "tables"}),
        MirrorOptions(practice=SANDBOX, typed={"sandbox", "store", "tables", "as_json", "quiet"}),
    ],
)
def test_options_that_go_together_are_accepted(options: MirrorOptions) -> None:
    options.check()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (MirrorOptions(practice=DEFAULT, typed={"every"}), "--every needs --follow"),
        (
            MirrorOptions(practice=DEFAULT, config=FILE, typed={"tier"}),
            "--tier cannot be used with --config; set it in the section of the practice",
        ),
        (
            MirrorOptions(practice=DEFAULT, config=FILE, typed={"base_url"}),
            "--base-url cannot be used with --config",
        ),
        (
            MirrorOptions(practice=DEFAULT, selection=Selection(shard=Shard(1, 2)), typed={"shard"}),
            "--shard needs --config",
        ),
        (
            MirrorOptions(
                practice=DEFAULT, config=FILE, selection=Selection(names=("a",), shard=Shard(1, 2))
            ),
            "--shard cannot be used with --practice",
        ),
        (
            MirrorOptions(practice=SANDBOX, typed={"fail_after"}),
            "--fail-after cannot be used with --sandbox",
        ),
        (
            MirrorOptions(practice=SANDBOX, typed={"practice"}),
            "--practice cannot be used with --sandbox",
        ),
        (
            MirrorOptions(practice=SANDBOX, interval=1.0, typed={"follow"}),
            "--follow cannot be used with --sandbox",
        ),
        (
            MirrorOptions(practice=SANDBOX, typed={"sweep_days"}),
            "--sweep-days cannot be used with --sandbox",
        ),
    ],
)
def test_options_that_exclude_each_other_are_refused(options: MirrorOptions, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        options.check()
    assert message in str(caught.value)


def test_the_url_of_the_database_is_not_in_the_repr() -> None:
    overrides = Overrides(store="postgresql://me:s3cret@server/practices")
    assert "s3cret" not in repr(MirrorOptions(practice=DEFAULT, overrides=overrides))
