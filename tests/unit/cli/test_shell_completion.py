"""Completion without the parser offers what the parser would offer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from typer import _completion_classes
from typer._click.shell_completion import CompletionItem
from typer.main import get_command

from odapi_async.cli import shell_completion
from odapi_async.cli.app import app
from odapi_async.cli.known_names import FILE
from odapi_async.cli.shell_completion import Item, find
from tests.architecture.names import as_text, make_names

SHELLS: Mapping[str, Any] = {
    "bash": _completion_classes.BashComplete,
    "zsh": _completion_classes.ZshComplete,
    "fish": _completion_classes.FishComplete,
    "powershell": _completion_classes.PowerShellComplete,
}
LINES = (
    "l",
    "zz",
    "list pati",
    "list appointments dateS",
    "list procedurelogs PatNum=48 Aut",
    "list appointments --method s",
    "list appointments --method slots dat",
    "list patients --columns PatNum,LNa",
    "list patients --format ",
    "list patients --format t",
    "list patients --format=t",
    "list patients --format csv --co",
    "list patients --tier R",
    "list patients -- --",
    "get pat",
    "get accountmodules/48/Aging ",
    "get documents/7/ ",
    "call pa",
    "call patients.u",
    "call patients.update --yes LN",
    "call patients.update --body ",
    "describe patients.Pat",
    "export pat",
    "mirror st",
    "mirror patients st",
    "mirror status --c",
    "keys ",
    "keys s",
    "fleet w",
    "fleet work --",
    "resources pat",
    "query ",
)


def environment(line: str) -> dict[str, str]:
    words = ["odapi", *line.split(" ")]
    return {
        "COMP_WORDS": " ".join(words),
        "COMP_CWORD": str(len(words) - 1),
        "_TYPER_COMPLETE_ARGS": " ".join(words),
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
        "_TYPER_COMPLETE_WORD_TO_COMPLETE": words[-1],
    }


def test_the_file_of_names_agrees_with_the_commands_and_the_resources() -> None:
    # if this fails: python -m tests.architecture.names
    assert FILE.read_text("utf-8") == as_text(make_names())


@pytest.mark.parametrize("line", LINES)
def test_the_words_are_those_that_the_parser_offers(line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in environment(line).items():
        monkeypatch.setenv(name, value)
    parser = _completion_classes.BashComplete(get_command(app), {}, "odapi", "_ODAPI_COMPLETE")
    args, incomplete = parser.get_completion_args()
    ours = {each.word for each in find(args, incomplete)}
    theirs = {each.value for each in parser.get_completions(args, incomplete)}
    assert ours == theirs - {incomplete}  # they return the name of a file as it is


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize(
    "line", ["list pati", "list patients ", "", 'query "SELECT a', "list patients --format t"]
)
def test_each_shell_gets_its_form(
    shell: str, line: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    items = [Item("patients", 'It\'s $5: "so" `x`'), Item("PatNum=")]
    for name, value in environment(line).items():
        monkeypatch.setenv(name, value)
    asked: list[tuple[list[str], str]] = []

    def found(args: list[str], incomplete: str) -> list[Item]:
        asked.append((args, incomplete))
        return items

    monkeypatch.setattr(shell_completion, "find", found)
    assert shell_completion.complete({**environment(line), "_ODAPI_COMPLETE": f"complete_{shell}"})
    parser = SHELLS[shell](get_command(app), {}, "odapi", "_ODAPI_COMPLETE")
    assert asked == [parser.get_completion_args()]
    theirs = [CompletionItem(each.word, help=each.help or None) for each in items]

    def get_completions(args: list[str], incomplete: str) -> list[CompletionItem]:
        return theirs

    monkeypatch.setattr(parser, "get_completions", get_completions)
    assert capsys.readouterr().out == f"{parser.complete()}\n"


@pytest.mark.parametrize("instruction", ["source_bash", "complete_tcsh", "", "nonsense"])
def test_what_it_does_not_know_it_leaves_to_the_parser(instruction: str) -> None:
    assert not shell_completion.complete({"_ODAPI_COMPLETE": instruction})


@pytest.mark.parametrize(("line", "code"), [("list pati", 0), ("list zz", 1)])
def test_fish_completes_files_if_there_is_no_word(line: str, code: int) -> None:
    more = {"_ODAPI_COMPLETE": "complete_fish", "_TYPER_COMPLETE_FISH_ACTION": "is-args"}
    with pytest.raises(SystemExit) as end:
        shell_completion.complete({**environment(line), **more})
    assert end.value.code == code


def test_a_word_has_a_help() -> None:
    assert Item("list", "Read a list, row by row.") in find([], "l")
    assert any(each.word == "patients" and each.help for each in find(["list"], "patient"))
    assert any(each.word == "--limit" and each.help for each in find(["list", "patients"], "--l"))
    assert {each.word for each in find(["mirror"], "st")} == {"statements", "status"}
    assert find(["list", "patients", "--limit"], "") == []


@pytest.mark.parametrize("number", ["", "x", "-1", "99"])
def test_a_wrong_position_is_no_traceback(number: str, capsys: pytest.CaptureFixture[str]) -> None:
    environment = {"_ODAPI_COMPLETE": "complete_bash", "COMP_WORDS": "odapi list", "COMP_CWORD": number}
    assert shell_completion.complete(environment)
    assert capsys.readouterr().err == ""
