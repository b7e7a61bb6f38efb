"""What the pages and tools for contributors name is there: sessions, files, versions of tools."""

import ast
import re
import tomllib

import pytest

from tests.architecture.surface import ROOT
from tests.support.measured import REPEATING

PAGES = ["CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"]
WITH_SESSIONS = ["CONTRIBUTING.md", ".github/workflows/checks.yml", ".github/pull_request_template.md"]
BLOCK = re.compile(r"^ *```.*?^ *```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?P<target>[^)\s:]+)\)")
NAMED_FILE = re.compile(r"`(?P<file>(?:odapi_async|tests|docs|\.ci|\.github)/[\w./-]+)`")
SESSIONS = re.compile(r"(?:nox -s|session:) (?P<names>[\w \[,.-]+)")


def text(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def sessions() -> set[str]:
    """Return the names of the functions in noxfile.py that are sessions."""
    return {
        node.name
        for node in ast.parse(text("noxfile.py")).body
        if isinstance(node, ast.FunctionDef) and node.decorator_list
    }


def named_sessions(page: str) -> set[str]:
    """Return the sessions that a page names, without versions of Python and arguments after `--`."""
    found: set[str] = set()
    for match in SESSIONS.finditer(text(page)):
        names = match["names"].partition(" -- ")[0].partition("  ")[0]
        found.update(name.partition("-3.")[0].rstrip("-.") for name in re.findall(r"[a-z][\w.-]*", names))
    return found - {"matrix.session"}


def test_the_parts_of_these_tests_find_something() -> None:
    assert {"lint", "api", "quick", "tests", "changelog"} <= named_sessions("CONTRIBUTING.md")
    assert {"lint", "types", "build", "api", "tests", "lowest", "newest"} <= named_sessions(WITH_SESSIONS[1])


@pytest.mark.parametrize("page", WITH_SESSIONS)
def test_every_session_that_is_named_exists(page: str) -> None:
    assert named_sessions(page) - sessions() == set()


@pytest.mark.parametrize("page", PAGES)
def test_every_file_that_is_named_exists(page: str) -> None:
    plain = BLOCK.sub("", text(page))
    found = {match["target"].partition("#")[0] for match in LINK.finditer(plain)}
    found |= {match["file"] for match in NAMED_FILE.finditer(plain)}
    invented = {name for name in found if "ticker" in name}
    assert [name for name in sorted(found - invented) if not (ROOT / name).exists()] == []


@pytest.mark.parametrize(("name", "lowest"), [("aiohttp", (3, 14, 4)), ("redis", (6,))])
def test_d8_versions_with_known_holes_are_refused(name: str, lowest: tuple[int, ...]) -> None:
    project = tomllib.loads(text("pyproject.toml"))["project"]
    required = [
        *project["dependencies"],
        *(each for extra in project["optional-dependencies"].values() for each in extra),
    ]
    (found,) = {each.partition(">=")[2] for each in required if re.match(rf"{name}\b", each)}
    assert tuple(map(int, found.split("."))) >= lowest


def test_every_module_that_is_not_measured_exists() -> None:
    assert [name for name in sorted(REPEATING) if not (ROOT / "tests" / name).exists()] == []


def test_pre_commit_has_the_versions_of_the_lint_session() -> None:
    hooks = set(re.findall(r'additional_dependencies: \["([^"]+)"\]', text(".pre-commit-config.yaml")))
    groups = tomllib.loads(text("pyproject.toml"))["dependency-groups"]
    assert hooks == set(groups["lint"])
