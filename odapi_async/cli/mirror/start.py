"""Turns the options into a job, runs it, and prints its rounds. Needs the extra `mirror`."""

from __future__ import annotations

from contextlib import AbstractContextManager

from odapi_async.cli.errors import UsageError
from odapi_async.cli.mirror import report, runner, sandbox_run
from odapi_async.cli.mirror.job import MirrorJob, config_job, single_practice_job
from odapi_async.cli.mirror.options import MirrorOptions
from odapi_async.cli.mirror.progress import RunProgress
from odapi_async.cli.mirror.report import Round
from odapi_async.cli.mirror.view import MirrorView
from odapi_async.cli.progress import ProgressDisplay, progress_display
from odapi_async.cli.terminal import echo, run
from odapi_async.mirror import config
from odapi_async.mirror.database.url import has_password


def refuse_password(store: str | None, *, typed: bool) -> None:
    """Refuse a database URL with a password if it was typed.

    Raises:
        UsageError: it contains a password.
    """
    if store is not None and typed and has_password(store):
        raise UsageError(
            "--store contains a password, which other users of this machine can see while the command runs: "
            "put the URL into the variable ODAPI_STORE, or the password into ~/.pgpass"
        )


def start(options: MirrorOptions) -> bool:
    """Run the command.

    Returns:
        Whether everything was read.

    Raises:
        UsageError: the options cannot work. Nothing was sent, and nothing was written.
        ConfigurationError: likewise.
    """
    overrides = options.overrides
    refuse_password(overrides.store, typed="store" in options.typed)

    def make_display() -> AbstractContextManager[ProgressDisplay[RunProgress]]:
        silent = options.as_json or options.quiet
        return progress_display(MirrorView(), echo, silent=silent, keep_table=False)

    if options.practice.sandbox:
        if not (options.as_json or options.quiet):
            echo(sandbox_run.INTRODUCTION)
        found = run(sandbox_run.run_in_sandbox(overrides, make_display))
        if options.as_json:
            echo(report.as_json(found))
        elif not (options.quiet and found.clean):
            echo(sandbox_run.as_text(found, overrides.store))
        return found.clean
    rounds = runner.run_rounds(
        _job(options),
        make_display,
        lambda found: _print_round(options, found),
        interval=options.interval,
        sweep=options.sweep,
        accept_removals=options.accept_removals,
        accept_new_keys=options.accept_new_keys,
    )
    return run(rounds)


def _job(options: MirrorOptions) -> MirrorJob:
    if options.config is None:
        return single_practice_job(options.practice, options.overrides)
    return config_job(config.load(options.config), options.overrides, options.only)


def _print_round(options: MirrorOptions, found: Round) -> None:
    if options.as_json:
        echo(report.as_json(found))
    elif not options.quiet:
        echo(report.as_text(found))
    elif not found.complete or any(each.withheld for each in found.tables):
        echo("\n".join((*report.failures(found), report.summary(found))))
