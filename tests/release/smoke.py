"""Reads rows from the sandbox with what a wheel installs: `python -I smoke.py VERSION [EXTRA]`.

It runs in an environment of its own, in which neither this folder nor the packages for tests are.
"""

from __future__ import annotations

import asyncio
import importlib
import importlib.util
import json
import subprocess
import sys
from importlib.metadata import entry_points, version
from pathlib import Path
from typing import Final

OPTIONAL: Final = ("aiosqlite", "pyarrow", "redis", "rich", "sqlalchemy", "sqlglot", "typer")
MODULES: Final = ("", ".errors", ".limits", ".recipes", ".resources", ".sandbox", ".scheduler", ".telemetry")


def check(condition: object, text: str) -> None:
    """Exit with a text if a condition does not hold."""
    if not condition:
        sys.exit(f"smoke test, Python {sys.version.split()[0]}: {text}")


def installed(number: str) -> None:
    """Check that the wheel is what is imported, with its data and its entry points."""
    for name in MODULES:
        importlib.import_module(f"odapi_async{name}")
    import odapi_async

    folder = Path(odapi_async.__file__).parent
    check(folder.is_relative_to(sys.prefix), f"odapi_async is not that of the wheel: {folder}")
    check(odapi_async.__version__ == version("odapi-async") == number, "the version is another one")
    check((folder / "py.typed").is_file(), "py.typed is missing")
    check([*entry_points(group="pytest11", name="odapi_async")], "the pytest plugin is missing")


async def rows() -> None:
    """Read a row and a list, and write one row."""
    from odapi_async.testing import demo

    async with demo() as practice:
        patient = await practice.patients.get(1)
        check(patient.LName and patient.Birthdate, "the first patient has no name or date of birth")
        appointments = [each async for each in practice.appointments.list()]
        check(len(appointments) == 250, f"{len(appointments)} appointments instead of 250")
        jane = await practice.patients.create(LName="Smith", FName="Jane")
        check((await practice.patients.get(jane.PatNum)).FName == "Jane", "a write was not kept")


def alone() -> None:
    """Check that nothing optional is there, and that the command says what to install."""
    present = [name for name in OPTIONAL if importlib.util.find_spec(name)]
    check(not present, f"the library alone installs {present}")
    ended = command("--version")
    check(ended.returncode and "odapi-async[cli]" in ended.stderr, f"odapi without the extra: {ended.stderr}")


def cli(number: str) -> None:
    """Check that the command prints its version, and rows of a sandbox in another process."""
    told = command("--version").stdout
    check(number in told, f"odapi --version prints {told!r}")
    ended = command("list", "patients", "--sandbox", "--limit", "3", "--format", "ndjson")
    check(ended.returncode == 0, f"odapi list: {ended.stderr}")
    check(
        len([json.loads(line) for line in ended.stdout.splitlines()]) == 3,
        f"odapi list printed {ended.stdout[:200]!r}",
    )


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command `odapi` of this environment."""
    odapi = Path(sys.executable).with_name("odapi")
    return subprocess.run([odapi, *arguments], capture_output=True, text=True, timeout=60, check=False)


if __name__ == "__main__":
    number, *extra = sys.argv[1:]
    installed(number)
    asyncio.run(rows())
    cli(number) if extra else alone()
    how = "with the command" if extra else "with the library alone"
    sys.stdout.write(f"Python {sys.version.split()[0]}: rows of the sandbox, {how}\n")
