"""The opponent shares nothing with the client and the sandbox, and its code keeps the rules of the house."""

import ast
from pathlib import Path

from tests.opponent.arguments import combinations, parameters, required
from tests.opponent.reference import index, resources

FILES = sorted(file for file in Path(__file__).parent.glob("*.py") if not file.name.startswith("test_"))
MOST_LINES = 40


def imported(tree: ast.AST) -> set[str]:
    """Return the modules that a module imports."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return found


def test_the_server_imports_nothing_of_the_project_but_itself() -> None:
    assert len(FILES) > 10
    for file in FILES:
        names = imported(ast.parse(file.read_text(encoding="utf-8")))
        assert not [name for name in names if name.startswith("odapi_async")], file.name
        ours = [name for name in names if name.startswith("tests")]
        assert all(name.startswith("tests.opponent.") for name in ours), file.name


def test_no_function_is_long() -> None:
    for file in FILES:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                assert (node.end_lineno or 0) - node.body[0].lineno < MOST_LINES, (file.name, node.name)


def test_the_arguments_cover_every_parameter() -> None:
    count = 0
    for resource in resources():
        for operation in resource.operations:
            given = {name for arguments in combinations(resource, operation) for name in arguments}
            assert given == {parameter.name for parameter in parameters(operation)}
            assert required(resource, operation).keys() <= given
            count += len(given)
    assert count == index().parameters
