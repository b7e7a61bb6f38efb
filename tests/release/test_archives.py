"""The checks of a release find what they are there for."""

from __future__ import annotations

import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from odapi_async import __version__
from tests.release import archives

BESIDE = f"odapi_async-{__version__}.dist-info/"
METADATA = """Metadata-Version: 2.4
Name: odapi-async
{urls}
# Title

{text}
"""


def wheel_of(folder: Path, files: Mapping[str, str]) -> Path:
    """Write a wheel with these files, and those that are always beside them."""
    made = folder / f"odapi_async-{__version__}-py3-none-any.whl"
    with zipfile.ZipFile(made, "w") as archive:
        for name in archives.BESIDE - {name.removeprefix(BESIDE) for name in files}:
            archive.writestr(f"{BESIDE}{name}", "")
        for name, text in files.items():
            archive.writestr(name, text)
    return made


def sdist_of(folder: Path, files: Mapping[str, str], top: str = f"odapi_async-{__version__}") -> Path:
    """Write a source archive with these files below a folder."""
    made = folder / f"odapi_async-{__version__}.tar.gz"
    source = folder / "source"
    for name, text in files.items():
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_text(text, encoding="utf-8")
    with tarfile.open(made, "w:gz") as archive:
        archive.add(source, top)
    return made


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder with a package of two files, and what Python has left there."""
    package = tmp_path / "root" / "odapi_async"
    (package / "__pycache__").mkdir(parents=True)
    for name in ("__init__.py", "py.typed", "__pycache__/__init__.cpython-311.pyc"):
        (package / name).write_text("", encoding="utf-8")
    return tmp_path / "root"


PACKAGE = {"odapi_async/__init__.py": "", "odapi_async/py.typed": ""}
BESIDES = (*archives.SOURCES, *(f"{name}/a.txt" for name in archives.FOLDERS[1:]))
SOURCE = PACKAGE | dict.fromkeys(BESIDES, "")


def test_a_wheel_with_the_files_of_the_package_is_right(root: Path, tmp_path: Path) -> None:
    assert archives.wheel_problems(wheel_of(tmp_path, PACKAGE), root) == []


def test_what_is_missing_or_too_much_in_a_wheel_is_named(root: Path, tmp_path: Path) -> None:
    files = {"odapi_async/__init__.py": "", "tests/test_rows.py": ""}
    assert archives.wheel_problems(wheel_of(tmp_path, files), root) == [
        "the wheel lacks odapi_async/py.typed",
        "the wheel has tests/test_rows.py, which does not belong there",
    ]


def test_an_sdist_with_all_sources_is_right(root: Path, tmp_path: Path) -> None:
    assert archives.sdist_problems(sdist_of(tmp_path, SOURCE), root) == []


def test_what_is_missing_or_too_much_in_an_sdist_is_named(root: Path, tmp_path: Path) -> None:
    files = SOURCE | {"docs/__pycache__/a.pyc": ""}
    del files["LICENSE"], files["tests/a.txt"]
    assert archives.sdist_problems(sdist_of(tmp_path, files), root) == [
        "the sdist has no folder tests",
        "the sdist lacks LICENSE",
        "the sdist has docs/__pycache__/a.pyc",
    ]


def test_two_wheels_differ_by_name_if_one_file_differs(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("one", "other")]
    for folder in folders:
        folder.mkdir()
    one = wheel_of(folders[0], PACKAGE)
    assert archives.same_problems(one, one) == []
    other = wheel_of(folders[1], PACKAGE | {"odapi_async/__init__.py": "x = 1"})
    (found,) = archives.same_problems(one, other)
    assert "['odapi_async/__init__.py']" in found


def test_a_folder_with_a_third_file_is_refused(tmp_path: Path) -> None:
    wheel_of(tmp_path, PACKAGE)
    with pytest.raises(ValueError, match="one wheel and one sdist"):
        archives.archives(tmp_path)
    (tmp_path / f"odapi_async-{__version__}.tar.gz").touch()
    assert archives.archives(tmp_path).wheel.suffix == ".whl"
    (tmp_path / "odapi_async.cdx.json").touch()
    with pytest.raises(ValueError, match=r"cdx\.json"):
        archives.archives(tmp_path)


@pytest.mark.parametrize(
    ("tag", "changes", "urls", "text", "words"),
    [
        (
            __version__,
            "2026-12-01",
            "Project-URL: Source, https://x.example\n",
            "[a](https://x.example/a)",
            [],
        ),
        (
            "9.9",
            "2026-12-01",
            "Project-URL: Source, https://x.example\n",
            "",
            ["is not the version", "no section"],
        ),
        (__version__, "unreleased", "Project-URL: Source, https://x.example\n", "", ["no section"]),
        (__version__, "2026-12-01", "", "", [r"no [project.urls]"]),
        (__version__, "2026-12-01", "Project-URL: S, https://x.example\n", "[a](docs/a.md)", ["1 links"]),
        (
            __version__,
            "2026-12-01",
            "Project-URL: S, https://x.example\n",
            '<img src="docs/a.svg">',
            ["1 links"],
        ),
    ],
    ids=["right", "tag", "date", "urls", "link", "picture"],
)
def test_a_release_needs_its_tag_its_changes_and_links_that_lead_somewhere(
    tmp_path: Path, tag: str, changes: str, urls: str, text: str, words: list[str]
) -> None:
    about = METADATA.format(urls=urls, text=text)
    wheel = wheel_of(tmp_path, PACKAGE | {f"{BESIDE}METADATA": about})
    found = archives.release_problems(wheel, tag, f"# Changes\n\n## {__version__} - {changes}\n\nRows.\n")
    assert len(found) == len(words)
    assert all(word in each for word, each in zip(words, found, strict=True))
