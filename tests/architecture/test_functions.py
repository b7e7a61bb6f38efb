"""Size and shape: short functions and files, few private attributes, no circles of imports."""

import ast
import graphlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.architecture.sources import FILES, ROOT, nodes_of, tree_of

MOST_LINES = 40
"""Of a function's body; its docstring and its parameters, which are lists of options, do not count."""

MOST_FILE_LINES = 600
DECLARATIVE = {"resources/_tree.py"}
"""One line per resource, however many resources there are."""

MOST_LANE_ATTRIBUTES = 9

Function = ast.FunctionDef | ast.AsyncFunctionDef


def name_of(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def module_of(file: Path) -> str:
    parts = file.relative_to(ROOT.parent).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def functions(nodes: Iterable[ast.AST]) -> Iterator[Function]:
    return (node for node in nodes if isinstance(node, Function))


def length(function: Function) -> int:
    """Count the lines of a function's body, without its docstring."""
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    return (function.end_lineno or 0) - body[0].lineno + 1 if body else 0


def imported(file: Path, modules: set[str]) -> set[str]:
    """Return the modules of this package that a module imports, inside functions and for types too."""
    found: set[str] = set()
    for node in nodes_of(file):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            inside = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= inside & modules
            if inside - modules:
                found.add(node.module)
    return found & modules


def circle(imports: dict[str, set[str]]) -> list[str]:
    """Return modules that import each other in a circle, or an empty list."""
    try:
        graphlib.TopologicalSorter(imports).prepare()
    except graphlib.CycleError as error:
        found: list[str] = error.args[1]
        return found
    return []


def private_attributes(cls: ast.ClassDef) -> set[str]:
    """Return the private names that a class keeps on its instances."""
    return {
        node.attr
        for node in ast.walk(cls)
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)
        if isinstance(node.value, ast.Name) and node.value.id == "self" and node.attr.startswith("_")
    }


def test_a_body_is_counted_without_its_docstring_and_parameters() -> None:
    signature = "def f(\n    a: int,\n    b: int,\n) -> int:\n"
    code = f'{signature}    """Add.\n\n    More."""\n    c = a\n    return c + b\n'
    (function,) = functions(ast.walk(ast.parse(code)))
    assert length(function) == 2


def test_no_function_is_long() -> None:
    long = {
        f"{name_of(file)}:{function.lineno} {function.name}": length(function)
        for file in FILES
        for function in functions(nodes_of(file))
        if length(function) > MOST_LINES
    }
    assert long == {}


def test_no_file_is_long() -> None:
    lines = {name_of(file): len(file.read_text(encoding="utf-8").splitlines()) for file in FILES}
    long = {name: count for name, count in lines.items() if count > MOST_FILE_LINES}
    assert long.keys() <= DECLARATIVE, long


def test_a_circle_of_imports_is_found() -> None:
    assert circle({"a": {"b"}, "b": set()}) == []
    assert set(circle({"a": {"b"}, "b": {"c"}, "c": {"a"}})) == {"a", "b", "c"}


def test_no_modules_import_each_other_in_a_circle() -> None:
    modules = {module_of(file) for file in FILES}
    assert circle({module_of(file): imported(file, modules) for file in FILES}) == []


def test_private_modules_are_inside_packages() -> None:
    loose = [file.name for file in ROOT.glob("_*.py") if file.name != "__init__.py"]
    assert loose == []


def test_the_lane_has_few_private_attributes() -> None:
    tree = tree_of(ROOT / "scheduler" / "lane.py")
    (lane,) = (node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == "Lane")
    found = private_attributes(lane)
    assert 0 < len(found) <= MOST_LANE_ATTRIBUTES, sorted(found)
