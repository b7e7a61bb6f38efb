"""Inputs that atheris finds, guided by the code that they reach.

libFuzzer ends its process, so each run is a process of its own: `python -m tests.fuzz.guided TARGET …`.
"""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

MAX_LENGTH: Final = 512
INPUT_SECONDS: Final = 10


def is_installed() -> bool:
    """Return whether atheris is there. It has wheels for few platforms."""
    return importlib.util.find_spec("atheris") is not None


def run(name: str, kept: Sequence[bytes], seconds: float) -> tuple[list[bytes], bytes | None]:
    """Fuzz a target for some seconds.

    Returns:
        The kept inputs with those that reach something new, and an input that fails, if one does.
    """
    with TemporaryDirectory() as folder:
        found, crash = Path(folder, "found"), Path(folder, "crash")
        found.mkdir()
        crash.mkdir()
        for number, data in enumerate(kept):
            Path(found, f"kept-{number}").write_bytes(data)
        process = _fuzz(name, f"-max_total_time={seconds:.0f}", f"-artifact_prefix={crash}/", str(found))
        failed = next((each.read_bytes() for each in crash.iterdir()), None)
        if process.returncode and failed is None:
            raise RuntimeError(f"atheris ended with {process.returncode}:\n{process.stderr[-2000:]}")
        return [each.read_bytes() for each in found.iterdir()], failed


def _fuzz(name: str, *options: str) -> subprocess.CompletedProcess[str]:
    command = (
        sys.executable,
        "-W",
        "error",
        "-m",
        __name__,
        name,
        f"-max_len={MAX_LENGTH}",
        f"-timeout={INPUT_SECONDS}",
    )
    return subprocess.run((*command, *options), capture_output=True, text=True, check=False)


def _main(name: str, options: Sequence[str]) -> None:
    atheris: Any = importlib.import_module("atheris")
    with atheris.instrument_imports(include=["odapi_async"]):
        targets: Any = importlib.import_module("tests.fuzz.targets")
    check = targets.TARGETS[name].check
    check(b"")  # what is loaded late is instrumented too
    atheris.Setup([sys.argv[0], *options], check)
    atheris.Fuzz()


if __name__ == "__main__":
    _main(sys.argv[1], sys.argv[2:])
