"""The commands of sh blocks exist, with the options that they are shown with."""

from __future__ import annotations

import ast
import re
import shlex
from typing import Final, NamedTuple

import pytest
from typer.testing import CliRunner

from odapi_async.cli.app import app
from tests.docs.pages import ROOT, blocks

EVENTS: Final = {"check", "ensure", "remove", "replay", "discard", "retry", "set-aside", "serve", "status"}
FLEET: Final = {"demo", "init", "load", "status", "sync", "work"}


class Command(NamedTuple):
    """One simple command of a shell line, from the name of its tool on."""

    place: str
    words: list[str]


def commands(tool: str) -> list[Command]:
    """Return the commands of all sh blocks that call a tool, be it as `python -m tool`."""
    found: list[Command] = []
    for block in blocks("sh"):
        for line in block.text.splitlines():
            for part in line.split("&&"):
                words = shlex.split(part, comments=True)
                words = words[2:] if words[:2] == ["python", "-m"] else words
                if words[:1] == [tool]:
                    found.append(Command(f"{block}: {part.strip()}", words))
    return found


def nox_sessions() -> set[str]:
    """Return the names of the noxfile's sessions, read without running it."""
    tree = ast.parse((ROOT / "noxfile.py").read_text(encoding="utf-8"))
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    named = {
        each.name
        for each in functions
        if any(ast.unparse(mark) == "nox.session" for mark in each.decorator_list)
    }
    return named | {f"tests-{version}" for version in ("3.11", "3.12", "3.13")}


@pytest.mark.parametrize("command", commands("nox"), ids=lambda command: command.place)
def test_a_nox_session_exists(command: Command) -> None:
    _, flag, *sessions = command.words
    assert flag == "-s"
    assert sessions
    assert set(sessions) <= nox_sessions()


@pytest.mark.parametrize("command", commands("odapi"), ids=lambda command: command.place)
def test_a_command_of_odapi_exists(command: Command) -> None:
    check_options(command.words)


def check_options(words: list[str]) -> None:
    """Check the options of an `odapi` command against its help, or that of the command below it."""
    _, name, *arguments = words
    groups = {"events": EVENTS, "fleet": FLEET, "mirror": {"status", "forget"}}
    below = [each for each in arguments[:1] if each in groups.get(name, ())]
    told = CliRunner().invoke(app, [name, *below, "--help"], env={"COLUMNS": "200"})
    assert told.exit_code == 0
    options = {word for word in arguments if word.startswith("--")}
    assert options <= set(re.findall(r"--[\w-]+", told.output))


def test_the_command_of_the_container_exists() -> None:
    text = (ROOT / "docs" / "compose.yaml").read_text(encoding="utf-8")
    (command,) = re.findall(r"^ +command: (\[.+\])$", text, re.MULTILINE)
    check_options(["odapi", *ast.literal_eval(command)])
    assert 'ENTRYPOINT ["odapi"]' in text


def test_the_commands_of_the_fleet_in_containers_exist() -> None:
    text = (ROOT / "docs" / "fleet-compose.yaml").read_text(encoding="utf-8")
    found = [ast.literal_eval(each) for each in re.findall(r"^ +command: (\[.+\])$", text, re.MULTILINE)]
    ours = [each for each in found if each[0] == "fleet"]
    assert [each[1] for each in ours] == ["init", "load", "work"]
    for each in ours:
        check_options(["odapi", *each])
    assert 'ENTRYPOINT ["odapi"]' in text


def test_every_command_of_the_fleet_is_known_here() -> None:
    told = CliRunner().invoke(app, ["fleet", "--help"], env={"COLUMNS": "200"})
    assert set(re.findall(r"^ *│? +(\w+) +[A-Z]", told.output, re.MULTILINE)) >= FLEET


def test_there_are_commands_to_check() -> None:
    assert commands("nox")
    assert commands("odapi")
