"""A clear message if a server of a command cannot listen."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

from odapi_async.cli.errors import CommandFailed


@contextmanager
def listening_on(host: str, port: int) -> Generator[None]:
    """Raise a clear error if a server that is started inside cannot listen.

    Args:
        host: the interface.
        port: the port.

    Raises:
        CommandFailed: the port is in use, or this machine does not have that host.
    """
    try:
        yield
    except OSError as error:
        where, reason = f"{host}:{port}", error.strerror or error
        raise CommandFailed(f"cannot listen on {where}: {reason}; choose another --host or --port") from None
