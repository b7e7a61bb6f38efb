"""Completes a command line for the scripts that `odapi --install-completion` writes.

These scripts call `odapi` with the words so far in the environment. What they get must come at once, so it
is made from a file of names, and the parser is not loaded. A test compares it with what the parser returns.
"""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from odapi_async.cli import completion
from odapi_async.cli.known_names import CommandNames, OptionNames, names
from odapi_async.cli.variables import COMPLETE

_START: Final = "complete_"
_WITH_CONTEXT: Final = {"complete_method", "complete_value", "complete_column", "complete_first_word"}
_HELP: Final = OptionNames(
    name="help",
    words=["-h", "--help"],
    help="Show this message and exit.",
    flag=True,
    values=[],
    complete="",
    many=False,
)
_ZSH_ESCAPES: Final = {'"': '""', "'": "''", "$": r"\$", "`": r"\`", ":": r"\\:"}


class Item(NamedTuple):
    """One completion: the word, and its help."""

    word: str
    help: str = ""


def complete(environment: Mapping[str, str]) -> bool:
    """Print the completions that a shell asks for; return False if the parser has to do it.

    Args:
        environment: the variables of the process.
    """
    shell = environment.get(COMPLETE, "").removeprefix(_START)
    if not environment.get(COMPLETE, "").startswith(_START) or shell not in _FORMATS:
        return False
    args, incomplete = _words(shell, environment)
    items = find(args, incomplete)
    if shell == "fish" and environment.get("_TYPER_COMPLETE_FISH_ACTION") == "is-args":
        sys.exit(0 if items else 1)  # 1 lets the shell complete names of files
    print(_FORMATS[shell](items), flush=True)
    return True


def find(args: Sequence[str], incomplete: str) -> list[Item]:
    """Return the completions of a word.

    Args:
        args: the words before it, without `odapi`.
        incomplete: the word so far.
    """
    line = _Line(names()["command"])
    for word in args:
        line.add(word)
    if line.pending is None and incomplete.startswith("-") and "=" in incomplete and not line.only_arguments:
        option, _, incomplete = incomplete.partition("=")
        line.add(option)
    if line.pending is not None:
        found = line.pending
        values = [each for each in found["values"] if each.lower().startswith(incomplete.lower())]
        return [Item(each) for each in values] or _call(found["complete"], line, incomplete)
    if incomplete.startswith("-") and not line.only_arguments:
        return line.options(incomplete)
    return line.words(incomplete)


@dataclass
class _Line:
    """The words of a command line so far.

    Attributes:
        command: the command that they name.
        params: the values of its arguments and options by name.
        given: the names of its options that were given.
        pending: the option whose value comes next.
        count: the number of words that are no options.
        only_arguments: whether `--` was given.
    """

    command: CommandNames
    params: dict[str, Any] = field(default_factory=dict[str, Any])
    given: set[str] = field(default_factory=set[str])
    pending: OptionNames | None = None
    count: int = 0
    only_arguments: bool = False

    def add(self, word: str) -> None:
        """Take one more word."""
        if self.pending is not None:
            self.params[self.pending["name"]] = word
            self.pending = None
        elif word == "--":
            self.only_arguments = True
        elif word.startswith("-") and word != "-" and not self.only_arguments:
            self._add_option(word)
        elif self.count == 0 and word in self.command["commands"]:
            self.command = self.command["commands"][word]
            self.given.clear()
        else:
            argument = self._argument()
            if argument is not None and argument["many"]:
                self.params.setdefault(argument["name"], []).append(word)
            elif argument is not None:
                self.params[argument["name"]] = word
            self.count += 1

    def options(self, incomplete: str) -> list[Item]:
        """Return the options that may still be given."""
        return [
            Item(word, each["help"])
            for each in (*self.command["options"], _HELP)
            if each["many"] or each["name"] not in self.given
            for word in each["words"]
            if word.startswith(incomplete)
        ]

    def words(self, incomplete: str) -> list[Item]:
        """Return the commands and the values of the next argument."""
        commands = self.command["commands"] if self.count == 0 and not self.only_arguments else {}
        argument = self._argument()
        found = {
            name: Item(name, each["help"]) for name, each in commands.items() if name.startswith(incomplete)
        }
        values = _call(argument["complete"], self, incomplete) if argument else []
        return [*({each.word: each for each in values} | found).values()]

    def _add_option(self, word: str) -> None:
        name, is_pair, value = word.partition("=")
        for each in self.command["options"]:
            if name in each["words"]:
                self.given.add(each["name"])
                if is_pair:
                    self.params[each["name"]] = value
                elif not each["flag"]:
                    self.pending = each

    def _argument(self) -> Any:
        known = self.command["arguments"]
        if self.count < len(known):
            return known[self.count]
        return known[-1] if known and known[-1]["many"] else None


def _call(name: str, line: _Line, incomplete: str) -> list[Item]:
    if not name:
        return []
    function: Any = getattr(completion, name)
    if name in _WITH_CONTEXT:
        return [Item(each) for each in function(completion.Words(line.params, []), incomplete)]
    about = names()["resources"] if name in {"complete_resource", "complete_field"} else {}
    return [Item(each, about[each]["about"] if each in about else "") for each in function(incomplete)]


def _words(shell: str, environment: Mapping[str, str]) -> tuple[list[str], str]:
    """Return the words before the one that is completed, without `odapi`, and that word so far."""
    if shell == "bash":
        words = _split(environment.get("COMP_WORDS", ""))
        number = environment.get("COMP_CWORD", "")
        position = int(number) if number.isdecimal() else 0
        return words[1:position], words[position] if position < len(words) else ""
    text = environment.get("_TYPER_COMPLETE_ARGS", "")
    words = _split(text)[1:]
    if shell in {"powershell", "pwsh"}:
        incomplete = environment.get("_TYPER_COMPLETE_WORD_TO_COMPLETE", "")
        return words[:-1] if incomplete else words, incomplete
    return (words[:-1], words[-1]) if words and not text.endswith(" ") else (words, "")


def _split(text: str) -> list[str]:
    """Split a command line as a shell does; a quote at its end need not be closed."""
    lexer = shlex.shlex(text, posix=True)
    lexer.whitespace_split = True
    lexer.commenters = ""
    found: list[str] = []
    try:
        found.extend(lexer)
    except ValueError:
        found.append(lexer.token)
    return found


def _as_lines(items: Sequence[Item]) -> str:
    return "\n".join(each.word for each in items)


def _for_zsh(items: Sequence[Item]) -> str:
    def quoted(text: str) -> str:
        return '"' + re.sub("[\"'$`:]", lambda found: _ZSH_ESCAPES[found[0]], text) + '"'

    if not items:
        return "_files"
    words = [f"{quoted(each.word)}:{quoted(each.help)}" if each.help else quoted(each.word) for each in items]
    return "_arguments '*: :(({}))'".format("\n".join(words))


def _for_fish(items: Sequence[Item]) -> str:
    return "\n".join(f"{each.word}\t{each.help}" if each.help else each.word for each in items)


def _for_powershell(items: Sequence[Item]) -> str:
    return "\n".join(f"{each.word}:::{each.help or ' '}" for each in items)


_FORMATS: Final = {
    "bash": _as_lines,
    "zsh": _for_zsh,
    "fish": _for_fish,
    "powershell": _for_powershell,
    "pwsh": _for_powershell,
}
