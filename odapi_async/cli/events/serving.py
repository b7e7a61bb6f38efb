"""A receiver in this process, its inbox, and the mirror that it keeps current. Needs the extra `mirror`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine, Iterable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from odapi_async import OpenDental
from odapi_async.cli.ending import Ending, ending
from odapi_async.cli.events.activity import Note
from odapi_async.cli.events.serve_view import ServeOutput
from odapi_async.cli.listening import listening_on
from odapi_async.cli.mirror import key_files
from odapi_async.cli.mirror.job import MirrorJob, tables_of
from odapi_async.cli.network import network_arguments
from odapi_async.cli.progress import repeat
from odapi_async.cli.terminal import echo_err
from odapi_async.events import Follower, Inbox, Receiver
from odapi_async.events.server import ReceiverServer
from odapi_async.mirror import Mirror, Store, StoreError
from odapi_async.mirror.texts import counted
from odapi_async.watch.security import is_loopback

Work = Callable[[], Coroutine[Any, Any, None]]

_LOOK: Final = 60.0  # seconds between two looks at what waits
_AGAIN: Final = 30.0  # seconds after which the mirror is tried again


@dataclass(frozen=True, kw_only=True)
class ServeOptions:
    """The options of the command.

    Attributes:
        job: the practices with their keys, and the database.
        host: the interface to listen on.
        port: the port; 0 takes a free one.
        path: the path of the URL.
        token: the token that the URL has to have; None for none.
        store_only: whether events are only stored.
        quiet: whether only problems are printed.
        as_json: whether a line of JSON is printed for each POST.
    """

    job: MirrorJob
    host: str = "127.0.0.1"
    port: int = 8080
    path: str = "/od"
    token: str | None = field(default=None, repr=False)
    store_only: bool = False
    quiet: bool = False
    as_json: bool = False


async def serve(options: ServeOptions) -> bool:
    """Receive events until a signal comes.

    Returns:
        Whether it was Ctrl-C.

    Raises:
        ConfigurationError: a key or the database URL is malformed.
        StoreError: the database cannot be used.
        CommandFailed: the port is in use, or this machine does not have that host.
    """
    output = ServeOutput(quiet=options.quiet, as_json=options.as_json)
    job = options.job
    with ending() as end:
        async with AsyncExitStack() as stack:
            store = await stack.enter_async_context(Store(job.store, exclude=job.config.exclude))
            inbox = Inbox(store)
            work: list[Work] = [partial(_look, inbox, output)]
            if not options.store_only:
                work.append(await stack.enter_async_context(_following(job, store, inbox, output)))
            receiver = Receiver(
                inbox, keys=job.customer_keys, token=options.token, on_received=output.received
            )
            server = ReceiverServer(receiver, host=options.host, port=options.port, path=options.path)
            await inbox.open()
            await stack.enter_async_context(_opened(server, options))
            _start_message(server, options, output)
            await _until_ended(end, server, output, work)
        if not (options.quiet or options.as_json):
            echo_err(f"ended: {output.activity.counts}")
    return end.is_interrupted


@asynccontextmanager
async def _opened(server: ReceiverServer, options: ServeOptions) -> AsyncGenerator[None]:
    try:
        with listening_on(options.host, options.port):
            await server.start()
        yield
    finally:
        await server.close()


async def _until_ended(
    end: Ending, server: ReceiverServer, output: ServeOutput, work: Iterable[Work]
) -> None:
    """Do the work, and show it, until a signal comes; then end what is being received first."""
    with output.display() as display:

        def show() -> None:
            display.show(output.activity)

        everything: list[Work] = [*work, partial(repeat, show, display.interval)]
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(each()) for each in everything]
            await end.wait()
            await server.close()
            for task in tasks:
                task.cancel()
        show()


@asynccontextmanager
async def _following(job: MirrorJob, store: Store, inbox: Inbox, output: ServeOutput) -> AsyncGenerator[Work]:
    """Open a client, and yield what applies events to the mirror."""
    async with OpenDental(job.developer_key, **network_arguments()) as od:
        mirror = Mirror(od, store, sweep_days=job.config.sweep_days)
        follower = Follower(inbox, mirror, job.practices(od), on_reading=output.activity.read)
        tables = {name: tables_of(job.config, name) for name in job.config.practices}
        yield partial(_follow, partial(follower.run, (), tables_by_practice=tables), output)


async def _follow(run: Work, output: ServeOutput) -> None:
    """Apply events; if the database cannot be used, go on as soon as it can."""
    while True:
        try:
            await run()
        except StoreError as error:
            output.activity.mirror_failed(str(error))
            await asyncio.sleep(_AGAIN)


async def _look(inbox: Inbox, output: ServeOutput) -> None:
    while True:
        with suppress(StoreError):  # the receiver tells of it
            output.activity.looked(await inbox.status())
        await asyncio.sleep(_LOOK)


def _start_message(server: ReceiverServer, options: ServeOptions, output: ServeOutput) -> None:
    """Tell where it listens, and what is not safe about it."""
    files = key_files.open_key_files(options.job.config)
    warnings = [key_files.warning(files)] if files else []
    if not is_loopback(options.host):
        warnings.append(
            f"others can reach {options.host}, and each request has a customer key: let them in through TLS "
            "only, for example by a proxy on this machine"
        )
    if not options.quiet:
        for each in warnings:
            echo_err(f"odapi: {each}")
    token = "?token=TOKEN" if options.token else ""
    practices = counted(len(options.job.customer_keys), "practice")
    kept = "stored" if options.store_only else "stored, and applied to the mirror"
    output.tell(Note(f"listening at {server.url}{token} for {practices}; events are {kept}"))
