"""Breaking changes of the public surface are found by the names that users import."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.architecture import breaks, surface

ROOT_BEFORE = """
from odapi_async._old import Client, helper

__all__ = ["Client", "__version__", "helper"]
__version__ = "0.1.0"
"""
BEFORE = """
class Client:
    limit: int = 0
    def get(self, row_id: int) -> str: ...
    async def list(self) -> list[str]: ...
def helper() -> None: ...
class NotListed: ...
"""
AFTER = """
class Client:
    limit: int = 0
    def get(self, patient: int, *, check: bool = True) -> str: ...
    async def list(self, *, page: int = 0) -> list[str]: ...
"""


def package(folder: Path, root: str, module: str, code: str) -> Path:
    """Write a package of the same name with one private module."""
    inside = folder / surface.PACKAGE
    inside.mkdir(parents=True)
    (inside / "__init__.py").write_text(root, encoding="utf-8")
    (inside / f"{module}.py").write_text(code, encoding="utf-8")
    return folder


def test_what_is_gone_or_incompatible_is_named_by_its_public_name(tmp_path: Path) -> None:
    before = package(tmp_path / "before", ROOT_BEFORE, "_old", BEFORE)
    root = ROOT_BEFORE.replace("_old", "_new").replace(', "helper"', "").replace(", helper", "")
    after = package(tmp_path / "after", root, "_new", AFTER)
    assert breaks.breaks(surface.load(before), surface.load(after)) == [
        "odapi_async.Client.get(patient): parameter was added as required",
        "odapi_async.Client.get(row_id): parameter was removed",
        "odapi_async.helper: removed",
    ]


def test_a_moved_definition_breaks_nothing(tmp_path: Path) -> None:
    before = package(tmp_path / "before", ROOT_BEFORE, "_old", BEFORE)
    after = package(tmp_path / "after", ROOT_BEFORE.replace("_old", "_new"), "_new", BEFORE)
    assert breaks.breaks(surface.load(before), surface.load(after)) == []


def test_the_version_of_a_package_is_read_from_its_source(tmp_path: Path) -> None:
    assert breaks.version(surface.load(package(tmp_path, ROOT_BEFORE, "_old", BEFORE))) == "0.1.0"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [("0.1.0", "0.1.5", True), ("0.1.0", "0.2.0", False), ("1.2.0", "1.3.0", True), ("1.9", "2.0", False)],
)
def test_a_breaking_change_raises_the_first_number_that_is_not_zero(one: str, other: str, same: bool) -> None:
    assert (breaks.series(one) == breaks.series(other)) is same


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """A repository of its own; the function commits the package in a version, with the code of its module."""
    monkeypatch.setattr(surface, "ROOT", tmp_path)
    for name in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{name}_NAME", "a")
        monkeypatch.setenv(f"GIT_{name}_EMAIL", "a@example.com")
    breaks.git("init", "--quiet")

    def commit(version: str, code: str) -> None:
        shutil.rmtree(tmp_path / surface.PACKAGE, ignore_errors=True)
        package(tmp_path, ROOT_BEFORE.replace("0.1.0", version), "_old", code)
        breaks.git("add", "--all")
        breaks.git("commit", "--quiet", "--message=x")

    return commit


def test_before_the_first_release_breaking_changes_are_printed_only(
    repository: Callable[[str, str], None], capsys: pytest.CaptureFixture[str]
) -> None:
    repository("0.1.0", BEFORE)
    breaks.git("tag", "not-a-version")
    repository("0.1.0", BEFORE.replace("row_id", "patient"))
    assert breaks.main([]) == 0
    assert "2 breaking changes" in capsys.readouterr().out


def test_after_it_they_fail_until_the_version_announces_them(
    repository: Callable[[str, str], None], capsys: pytest.CaptureFixture[str]
) -> None:
    repository("0.1.0", BEFORE)
    breaks.git("tag", "0.1.0")
    repository("0.1.1", BEFORE.replace("row_id: int", "row_id: int = 0"))
    assert breaks.main([]) == 0
    breaks.git("tag", "0.1.1")
    repository("0.1.2", BEFORE.replace("row_id", "patient"))
    breaks.git("tag", "0.1.2")  # the tag of the commit itself hides nothing
    assert breaks.main([]) == 1
    assert "since 0.1.1" in capsys.readouterr().out
    repository("0.2.0", BEFORE.replace("row_id", "patient"))
    assert breaks.main(["0.1.1"]) == 0
