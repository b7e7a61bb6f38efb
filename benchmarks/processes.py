"""Processes of their own for what must not share an interpreter with what it is compared to."""

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
    """Return an environment in which modules are compiled once and not every time."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def measured(module: str, arguments: list[str], into: type[T]) -> T:
    """Run a module of this package and read the JSON that it prints.

    Args:
        module: the module's name in this package.
        arguments: its command line.
        into: the type of what it prints.

    Raises:
        subprocess.CalledProcessError: it failed; its own error stands on the standard error output.
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
    """Run a page server with so many rows; gives its root URL. It ends when its standard input closes."""
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
