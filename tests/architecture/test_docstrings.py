"""Docstrings and comments: well-formed Args blocks, American spelling, and no words that read as riddles."""

from __future__ import annotations

import ast
import inspect
import io
import re
import tokenize
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from tests.architecture.sources import FILES, ROOT, nodes_of

SECTION = re.compile(r"(Args|Attributes|Raises|Returns|Yields):")
ITEM = re.compile(r"\*{0,2}([A-Za-z_][\w.]*): \S")
BRITISH = re.compile(
    r"\b\w*(colour|behaviour|honour|favour|neighbour|centre|instalment|enrolment|licence|defence|judgement"
    r"|spelt|learnt|whilst|amongst|organis|recognis|normalis|serialis|initialis|optimis|authoris|summaris"
    r"|labelled|modelled|fulfil\b)\w*",
    re.IGNORECASE,
)
RIDDLES = re.compile(r"\b(he|his|whoever|anew)\b", re.IGNORECASE)

Documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def complaints(source: str, nodes: Iterable[ast.AST]) -> list[str]:
    """List what is wrong with the docstrings and comments of a file, each with its line number."""
    found: list[str] = []
    for node in nodes:
        if isinstance(node, Documented) and (text := ast.get_docstring(node, clean=False)):
            line = node.body[0].lineno
            found += [f"{line}: {wrong}" for wrong in wrong_in_sections(node, inspect.cleandoc(text))]
    for line, text in texts(source, nodes):
        found += [f"{line}: British spelling {word[0]!r}" for word in BRITISH.finditer(text)]
        found += [f"{line}: the word {word[0]!r}" for word in RIDDLES.finditer(text)]
    return found


def wrong_in_sections(node: Documented, text: str) -> Iterator[str]:
    """Check the Args, Attributes, Raises and Returns blocks of a docstring without its indentation."""
    section = ""
    for line, before in zip(text.splitlines(), ["", *text.splitlines()], strict=False):
        indent = len(line) - len(line.lstrip())
        if header := SECTION.fullmatch(line):
            section = header[1]
        elif not line or not section:
            continue
        elif indent < 4:
            if before:
                yield f"not indented below {section}: {line!r}"
            section = ""
        elif indent == 4 and section not in {"Returns", "Yields"}:
            item = ITEM.match(line.strip())
            if not item:
                yield f"not indented below its item in {section}: {line!r}"
            elif section == "Args" and (names := parameters(node)) is not None and item[1] not in names:
                yield f"{item[1]} is no parameter"
        elif 4 < indent < 8:
            yield f"not indented by 4 below its item in {section}: {line!r}"


def parameters(node: Documented) -> set[str] | None:
    """Return the parameters of a function or of a class; None if the class inherits its `__init__`."""
    if isinstance(node, ast.ClassDef):
        inits = [each for each in node.body if isinstance(each, ast.FunctionDef) and each.name == "__init__"]
        fields = [each.target for each in node.body if isinstance(each, ast.AnnAssign)]
        if not inits:
            return {each.id for each in fields if isinstance(each, ast.Name)} or None
        return parameters(inits[-1])
    if isinstance(node, ast.Module):
        return set()
    spec = node.args
    named = [*spec.posonlyargs, *spec.args, *spec.kwonlyargs, spec.vararg, spec.kwarg]
    return {each.arg for each in named if each}


def texts(source: str, nodes: Iterable[ast.AST]) -> Iterator[tuple[int, str]]:
    """List the docstrings, including those of attributes, and the comments of a file."""
    for node in nodes:
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield node.lineno, str(node.value.value)
    if not (BRITISH.search(source) or RIDDLES.search(source)):
        return  # no comment can have such a word, and it takes long to find the comments
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


@pytest.mark.parametrize(
    "folder",
    sorted({file.parent for file in FILES}),
    ids=lambda each: each.relative_to(ROOT.parent).as_posix(),
)
def test_docstrings_are_well_formed(folder: Path) -> None:
    wrong = {file.name: complaints(file.read_text("utf-8"), nodes_of(file)) for file in folder.glob("*.py")}
    assert {name: found for name, found in wrong.items() if found} == {}


def complaints_about(source: str) -> list[str]:
    return complaints(source, [*ast.walk(ast.parse(source))])


GOOD = '''
"""A module whose behavior is documented."""

class Lane:
    """A lane.

    Args:
        name: the name of the lane, which
            has a second line.
        **options: further options.

    Attributes:
        depth: requests that wait.
    """

    def __init__(self, name: str, **options: int) -> None:  # spelled right
        self.depth = 0

    def wait(self) -> None:
        """Wait.

        Returns:
            Some text that continues
            on a second line.

        Raises:
            ValueError: it
                fails.
        """
'''


def test_a_good_example_passes() -> None:
    assert complaints_about(GOOD) == []


@pytest.mark.parametrize(
    ("good", "bad", "complaint"),
    [
        (
            "            has a second line.",
            "        has a second line.",
            "not indented below its item in Args",
        ),
        ("            has a second line.", "    has a second line.", "not indented below Args"),
        ("            has a second line.", "          has a second line.", "not indented by 4"),
        ("                fails.", "            fails.", "not indented below its item in Raises"),
        ("            on a second", "        on a second", "not indented below Returns"),
        ("        name: the", "        label: the", "label is no parameter"),
        ("behavior", "behaviour", "British spelling 'behaviour'"),
        ("spelled", "spelt", "British spelling 'spelt'"),
        ("requests that wait.", "whoever waits.", "the word 'whoever'"),
        ("spelled right", "made anew", "the word 'anew'"),
        ('"""Wait.', '"""Wait if he can.', "the word 'he'"),
    ],
)
def test_a_bad_example_is_refused(good: str, bad: str, complaint: str) -> None:
    assert GOOD.count(good) == 1
    found = complaints_about(GOOD.replace(good, bad))
    assert found
    assert complaint in found[0]
