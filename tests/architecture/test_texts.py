"""What may not stand in any file: places of one machine, hosts of registries, prints, long lines."""

import ast
import re
import subprocess
from pathlib import Path

from tests.architecture import sources
from tests.architecture.sources import FILES, nodes_of

ROOT = Path(__file__).parents[2]
PACKAGE = sources.ROOT

# put together here, so that this file holds none of them itself
PLACES = [f"/{folder}/" for folder in ("home", "root", "tmp", "Users")]
HOSTS = [
    ".".join(host)
    for host in (("pypi", "org"), ("pythonhosted", "org"), ("anaconda", "org"), ("npmjs", "org"))
]
FORBIDDEN = re.compile("|".join(map(re.escape, PLACES + HOSTS)))
TOO_LONG = re.compile(r".{111}")
PRAGMA = re.compile(r"\s+# (noqa|type|pyright): ?.*")


def files() -> list[Path]:
    """List what belongs to the project: what git knows or would add; in a source archive, what is in it."""
    if not (ROOT / ".git").exists():
        return [file for file in ROOT.rglob("*") if file.is_file() and "__pycache__" not in file.parts]
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [file for name in listed.split("\0") if name and (file := ROOT / name).is_file()]


def lines_with(pattern: re.Pattern[str], found: list[Path]) -> list[str]:
    return [
        f"{file.relative_to(ROOT)}:{number}"
        for file in found
        for number, line in enumerate(file.read_text("utf-8", "replace").splitlines(), 1)
        if pattern.search(PRAGMA.sub("", line))
    ]


def test_there_is_something_to_look_at() -> None:
    names = {file.relative_to(ROOT).as_posix() for file in files()}
    assert {"pyproject.toml", "odapi_async/errors.py", "tests/architecture/test_texts.py"} <= names


def test_no_file_names_a_place_on_one_machine_or_a_registry() -> None:
    assert FORBIDDEN.search(PLACES[0] + "somebody")
    assert lines_with(FORBIDDEN, files()) == []


def test_no_line_of_code_is_too_long() -> None:
    code = [file for file in files() if file.suffix == ".py"]
    assert lines_with(TOO_LONG, code) == []


def test_only_the_command_line_prints() -> None:
    prints = [
        f"{file.relative_to(PACKAGE)}:{node.lineno}"
        for file in FILES
        if "cli" not in file.relative_to(PACKAGE).parts
        for node in nodes_of(file)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]
    assert prints == []
