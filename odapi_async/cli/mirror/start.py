"""From the command line of `odapi mirror` to the work, and from the work to the terminal."""

from __future__ import annotations

from contextlib import AbstractContextManager

from odapi_async.cli.errors import WrongInput
from odapi_async.cli.mirror import job as jobs
from odapi_async.cli.mirror import progress, report, trial, work
from odapi_async.cli.mirror.job import Job, Wish
from odapi_async.cli.mirror.order import Order, only
from odapi_async.cli.mirror.report import Round
from odapi_async.cli.terminal import run, say
from odapi_async.mirror import config
from odapi_async.mirror.database.url import has_password


def check_store(store: str | None, *, typed: bool) -> None:
    """Refuse a password in the command line.

    Raises:
        WrongInput: there is one.
    """
    if store is not None and typed and has_password(store):
        raise WrongInput(
            "--store holds a password, which every user of this machine can see while it runs: "
            "put the URL into the variable ODAPI_STORE, or the password into ~/.pgpass"
        )


def start(order: Order) -> bool:
    """Do what the command line says.

    Returns:
        Whether everything was read.

    Raises:
        WrongInput: something given cannot work. Nothing was sent, and nothing written.
        ConfigurationError: likewise.
    """
    check_store(order.store, typed="store" in order.typed)
    wish = Wish(tables=order.tables, store=order.store, sweep=order.sweep, sweep_days=order.sweep_days)

    def showing() -> AbstractContextManager[progress.Progress]:
        return progress.showing(say, silent=order.as_json or order.quiet)

    def tell(found: Round) -> None:
        if order.as_json:
            say(report.as_json(found))
        elif not order.quiet:
            say(report.as_text(found))
        elif not found.complete:
            say("\n".join((*report.failures(found), report.summary(found))))

    if order.reach.sandbox:
        found = run(trial.trial(wish, showing))
        if order.as_json:
            say(report.as_json(found))
        elif not (order.quiet and found.clean):
            say(trial.as_text(found, order.store))
        return found.clean
    return run(work.mirror(_job(order, wish), order.every, showing, tell))


def _job(order: Order, wish: Wish) -> Job:
    if order.config is None:
        return jobs.of_one(order.reach, wish)
    return jobs.of_many(config.load(order.config), wish, only(order))
