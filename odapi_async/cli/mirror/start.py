"""Turns the options into a job, runs it, and prints its rounds. Needs the extra `mirror`."""

from __future__ import annotations

from odapi_async.cli.errors import UsageError
from odapi_async.cli.mirror import key_files, report, runner, sandbox_run
from odapi_async.cli.mirror.heartbeat import Heartbeat
from odapi_async.cli.mirror.job import find_job
from odapi_async.cli.mirror.options import MirrorOptions
from odapi_async.cli.mirror.output import MirrorOutput
from odapi_async.cli.screen import printable
from odapi_async.cli.terminal import echo, echo_err, run
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
        Whether everything was read, or what failed does not count yet.

    Raises:
        UsageError: the options cannot work. Nothing was sent, and nothing was written.
        ConfigurationError: likewise.
    """
    refuse_password(options.overrides.store, typed="store" in options.typed)

    if options.practice.sandbox:
        return _start_sandbox(options)
    heartbeat = None if options.heartbeat is None else Heartbeat(options.heartbeat)
    job, follow = find_job(options), options.interval is not None
    if follow:
        _refuse_own_intervals(job.config)
    if not options.quiet and (files := key_files.open_key_files(job.config)):
        echo_err(f"odapi: {key_files.warning(files)}")
    with MirrorOutput(
        follow=follow,
        quiet=options.quiet,
        json_lines=options.as_json,
        json_summary=options.json_summary,
        fail_after=options.fail_after,
    ) as output:
        rounds = runner.run_rounds(
            job,
            output.display,
            output.round_ended,
            on_start=output.start,
            interval=options.interval,
            first=runner.RoundOptions(
                sweep=options.sweep,
                accept_removals=options.accept_removals,
                accept_new_keys=options.accept_new_keys,
            ),
            fail_after=options.fail_after,
            heartbeat=heartbeat,
        )
        return run(rounds)


def _refuse_own_intervals(found: config.Config) -> None:
    """Refuse practices with intervals of their own, which rounds over all practices cannot keep.

    Raises:
        UsageError: there is one.
    """
    for name, each in found.practices.items():
        if each.every is not None:
            raise UsageError(
                f"every of {printable(name)} is for odapi fleet: --follow reads all practices in each round. "
                "Remove every from the file, and use --every TIME for all of them"
            )


def _start_sandbox(options: MirrorOptions) -> bool:
    as_json = options.as_json or options.json_summary
    if not (as_json or options.quiet):
        echo(sandbox_run.INTRODUCTION)
    output = MirrorOutput(quiet=as_json or options.quiet)
    found = run(sandbox_run.run_in_sandbox(options.overrides, output.display))
    if as_json:
        echo(report.as_json(found))
    elif not (options.quiet and found.clean):
        echo(sandbox_run.as_text(found, options.overrides.store))
    return found.clean
