"""Importing: every module can come first, none warns, and the package loads no more than it needs."""

import json
import subprocess
import sys
from pathlib import Path

import odapi_async

ROOT = Path(odapi_async.__file__).parent

# What a module finds when it is imported first is the package itself and nothing else of ours, since Python
# imports the package before it. So one interpreter serves for all: what came after the package is forgotten.
EACH_ALONE = """
import importlib, json, sys
import odapi_async
always = set(sys.modules)
for name in json.loads(sys.argv[1]):
    for late in [late for late in sys.modules if late.startswith("odapi_async.") and late not in always]:
        del sys.modules[late]
    try:
        importlib.import_module(name)
    except Exception as error:
        print(f"{name}: {type(error).__name__}: {error}")
"""
LOADED = (
    "import sys, odapi_async; print(*sorted(each for each in sys.modules if each.startswith('odapi_async')))"
)


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


def test_every_module_can_be_imported_first() -> None:
    names = modules()
    assert len(names) > 200
    assert fresh(EACH_ALONE, json.dumps(names)) == []


def test_the_package_loads_no_resource_no_enumeration_and_no_sandbox() -> None:
    (line,) = fresh(LOADED)
    loaded = line.split()
    assert "odapi_async.client" in loaded
    late = ("odapi_async.resources.", "odapi_async.enums", "odapi_async.sandbox", "odapi_async.cli.")
    assert [name for name in loaded if name.startswith(late)] == ["odapi_async.resources._tree"]
