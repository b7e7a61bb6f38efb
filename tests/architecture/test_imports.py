"""Importing: no module warns, and the package loads no more than it needs."""

import ast
import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

import odapi_async
import odapi_async.mirror
import odapi_async.sandbox

ROOT = Path(odapi_async.__file__).parent

# The graph of imports has no circle (see test_functions), so the order of imports cannot matter:
# one interpreter serves for all.
EACH = """
import importlib, json, sys
for name in json.loads(sys.argv[1]):
    try:
        importlib.import_module(name)
    except Exception as error:
        print(f"{name}: {type(error).__name__}: {error}")
"""
LOADED = "import sys, {0}; print(*sorted(each for each in sys.modules if each.startswith('odapi_async')))"


def fresh(*arguments: str) -> list[str]:
    """Run code in an interpreter of its own where warnings are errors, and return the lines it printed."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", *arguments],
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.splitlines()


def modules() -> list[str]:
    files = (file.relative_to(ROOT.parent).with_suffix("") for file in sorted(ROOT.rglob("*.py")))
    return [".".join(file.parts).removesuffix(".__init__") for file in files]


def test_every_module_can_be_imported_without_a_warning() -> None:
    names = modules()
    assert len(names) > 200
    assert fresh(EACH, json.dumps(names)) == []


def test_the_package_alone_loads_nothing() -> None:
    (line,) = fresh(LOADED.format("odapi_async"))
    assert line.split() == ["odapi_async", "odapi_async._core", "odapi_async._core.version"]


def test_the_client_loads_no_resource_no_enumeration_and_no_sandbox() -> None:
    (line,) = fresh(LOADED.format("odapi_async.client"))
    loaded = line.split()
    assert "odapi_async._core.calls" in loaded
    late = ("odapi_async.resources.", "odapi_async.enums", "odapi_async.sandbox", "odapi_async.cli.")
    assert [name for name in loaded if name.startswith(late)] == ["odapi_async.resources._tree"]


@pytest.mark.parametrize(
    "package", [odapi_async, odapi_async.mirror, odapi_async.sandbox], ids=lambda each: each.__name__
)
def test_the_lazy_names_are_those_that_type_checkers_see(package: ModuleType) -> None:
    tree = ast.parse(Path(str(package.__file__)).read_text("utf-8"))
    checked = next(node for node in tree.body if isinstance(node, ast.If))
    seen = {
        alias.name: node.module
        for node in checked.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    loaded = {name: f"{package.__name__}.{module}" for name, module in vars(package)["_MODULES"].items()}
    assert loaded == seen
    assert {*loaded} == {*package.__all__} - {"__version__"}


def test_a_lazy_name_is_loaded_once_and_an_unknown_one_is_refused() -> None:
    (line,) = fresh(
        "import odapi_async as o; assert 'Rows' not in vars(o); assert 'Rows' in dir(o);"
        "assert o.Rows is o.Rows; assert 'Rows' in vars(o); print(o.errors.Throttled.__name__)"
    )
    assert line == "Throttled"
    with pytest.raises(AttributeError, match="has no attribute 'Nothing'"):
        getattr(odapi_async, "Nothing")  # noqa: B009 - a type checker would refuse the plain form
