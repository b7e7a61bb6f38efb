"""The command starts quickly: help, version and completion load no library that they do not need."""

from __future__ import annotations

import subprocess
import sys
from typing import Final

import pytest

HEAVY: Final = (
    "aiohttp",
    "anyio",
    "asyncio",
    "msgspec",
    "rich",
    "sqlalchemy",
    "pydantic",
    "odapi_async.resources",
)
# what the parser itself does not load to complete a line; it describes words with rich in some shells
NOT_TO_COMPLETE: Final = tuple(each for each in HEAVY if each not in {"pydantic", "rich"})
OTHER_COMMANDS: Final = ("odapi_async.cli.mirror", "odapi_async.cli.get", "odapi_async.cli.watch")
HELPS: Final = (
    "",
    *("get", "list", "resources", "describe", "call", "query", "check", "demo", "sandbox", "watch", "export"),
    *("mirror", "mirror status", "mirror forget", "keys", "keys set", "keys delete"),
    *("fleet", "fleet init", "fleet load", "fleet work", "fleet status", "fleet sync", "fleet demo"),
    "fleet accept",
    *("events", "events ensure", "events check", "events remove", "events serve", "events status"),
    *("events replay", "events retry"),
)
PROGRAM: Final = """
import sys
from odapi_async.cli import __main__ as odapi
libraries = sys.argv[1].split()
for words in sys.argv[2:]:
    sys.argv = ["odapi", *words.split()]
    try:
        odapi.main()
    except SystemExit as end:
        assert not end.code, f"{words}: {end.code}"
    loaded = [each for each in libraries if each in sys.modules]
    assert not loaded, f"{words}: {loaded}"
"""


def loads_none(libraries: tuple[str, ...], *lines: str, **environment: str) -> str:
    """Run command lines in one new interpreter; fail if one of them loads a library. Return the output."""
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM, " ".join(libraries), *lines],
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
        env={"PATH": "", "COLUMNS": "80", **environment},
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    return ended.stdout


def test_no_help_loads_the_client_the_resources_or_a_library_for_output() -> None:
    out = loads_none(HEAVY, *(f"{words} --help".strip() for words in HELPS))
    assert out.count("Usage: odapi") == len(HELPS)


def test_the_version_loads_none_of_them() -> None:
    assert loads_none(HEAVY, "--version").startswith("odapi ")


@pytest.mark.parametrize(
    ("shell", "words", "offered"),
    [
        ("bash", "odapi li", "list"),
        ("bash", "odapi list pati", "patients"),
        ("bash", "odapi list appointments dateS", "dateStart="),
        ("fish", "odapi list appointments --columns AptDate", "AptDateTime"),
        ("zsh", "odapi call patients.up", "patients.update"),
    ],
)
def test_completion_loads_none_of_them(shell: str, words: str, offered: str) -> None:
    environment = {
        "_ODAPI_COMPLETE": f"complete_{shell}",
        "COMP_WORDS": words,
        "COMP_CWORD": str(words.count(" ")),
        "_TYPER_COMPLETE_ARGS": words,
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
    }
    assert offered in loads_none((*NOT_TO_COMPLETE, *OTHER_COMMANDS), "", **environment)
