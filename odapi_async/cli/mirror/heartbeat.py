"""The heartbeat: a small file that is replaced at the end of each round, for health checks."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import msgspec

from odapi_async.cli.errors import UsageError
from odapi_async.cli.mirror.local_time import iso, utc_now
from odapi_async.cli.mirror.report import Round
from odapi_async.cli.terminal import echo_err

_MODE: Final = 0o644  # it holds nothing private, and a health check may run as another user


class Beat(msgspec.Struct, frozen=True, kw_only=True):
    """The content of the file. It names no practice.

    Attributes:
        at: the end of the round in UTC, as ISO 8601.
        rounds: the number of rounds since the start of the program.
        complete: whether everything that was due was read in this round.
        ok: like `complete`, but true while no failure is older than `--fail-after`.
        practices: the number of practices.
        failed: the number of tables that failed or are incomplete.
    """

    at: str
    rounds: int
    complete: bool
    ok: bool
    practices: int
    failed: int


class Heartbeat:
    """Replaces the file.

    Args:
        path: the file.

    Raises:
        UsageError: the file cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            if path.is_dir():
                raise IsADirectoryError(0, "it is a folder")
            self._write(b"").unlink()
        except OSError as error:
            raise UsageError(f"the file of --heartbeat {_explained(error)}") from None
        except ValueError:
            raise UsageError("the file of --heartbeat has a character that no path has") from None

    def beat(self, beat: Beat) -> None:
        """Replace the file. If that fails, a line says so and the mirror goes on."""
        try:
            part = self._write(msgspec.json.encode(beat) + b"\n")
            try:
                part.replace(self._path)
            finally:
                part.unlink(missing_ok=True)
        except OSError as error:
            echo_err(f"odapi: the file of --heartbeat {_explained(error)}")

    def _write(self, content: bytes) -> Path:
        """Write a new file beside the other one, and return its path.

        Its name is always the same, so that a process that is killed leaves one file at most.
        """
        part = self._path.with_name(f".{self._path.name}.part")
        part.unlink(missing_ok=True)
        try:
            with part.open("xb") as file:  # a link that somebody has put there is not followed
                file.write(content)
            part.chmod(_MODE)
        except OSError:
            part.unlink(missing_ok=True)
            raise
        return part


def make_beat(rounds: int, found: Round, *, ok: bool) -> Beat:
    """Return the content of the file after a round, which ends now.

    Args:
        rounds: the number of rounds since the start of the program.
        found: the result of the round.
        ok: whether no failure of it counts.
    """
    return Beat(
        at=iso(utc_now()),
        rounds=rounds,
        complete=found.complete,
        ok=ok,
        practices=found.practices,
        failed=sum(each.outcome.is_failure for each in found.tables),
    )


def _explained(error: OSError) -> str:
    return f"cannot be written: {error.strerror or type(error).__name__}"
