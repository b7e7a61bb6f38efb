"""Runs candidates in separate processes, so that they do not share an interpreter."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, TypeVar

import msgspec

T = TypeVar("T")

ROOT: Final = Path(__file__).parent.parent
_LIMIT: Final = 120.0
_STOP: Final = 5.0


def environment() -> dict[str, str]:
    """Return an environment in which compiled modules are kept."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def measured(module: str, arguments: list[str], into: type[T]) -> T:
    """Run a module of this package and decode the JSON that it prints.

    Args:
        module: the module's name in this package.
        arguments: its command line.
        into: the type to decode into.

    Raises:
        subprocess.CalledProcessError: it failed; its error is on the standard error output.
        subprocess.TimeoutExpired: it did not end within two minutes.
    """
    return msgspec.json.decode(output(["-m", f"benchmarks.{module}", *arguments]), type=into)


def output(arguments: list[str]) -> bytes:
    """Run Python with these arguments and return what it prints."""
    finished = subprocess.run(
        [sys.executable, "-W", "ignore", *arguments],
        cwd=ROOT,
        env=environment(),
        stdout=subprocess.PIPE,
        timeout=_LIMIT,
        check=True,
    )
    return finished.stdout


@contextmanager
def page_server(rows: int) -> Iterator[str]:
    """Run a page server with this number of rows, and yield its root URL."""
    server = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.page_server", str(rows)],
        cwd=ROOT,
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert server.stdin is not None
    assert server.stdout is not None
    with server:
        try:
            yield server.stdout.readline().decode().strip()
        finally:
            server.stdin.close()
            try:
                server.wait(_STOP)
            except subprocess.TimeoutExpired:
                server.kill()
