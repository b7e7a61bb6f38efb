"""Checks the archives of a release: `python -m tests.release.archives DIST AGAIN [--release TAG]`.

DIST has the source archive and the wheel that was built from it, AGAIN a wheel that was built from this
folder. With a tag, the version and the changelog have to be those of the tag, and the links of the README
have to lead somewhere from the package index, which does not have the other pages.
"""

from __future__ import annotations

import argparse
import re
import sys
import tarfile
import zipfile
from email.message import Message
from email.parser import HeaderParser
from pathlib import Path
from typing import Final, NamedTuple

from odapi_async import __version__
from tests.release.notes import notes

ROOT: Final = Path(__file__).parents[2]
PACKAGE: Final = "odapi_async"
SOURCES: Final = ("LICENSE", "README.md", "CHANGELOG.md", "SECURITY.md", "pyproject.toml", "noxfile.py")
FOLDERS: Final = (PACKAGE, "tests", "benchmarks", "docs")
BESIDE: Final = {"METADATA", "RECORD", "WHEEL", "entry_points.txt", "licenses/LICENSE"}
COMPILED: Final = re.compile(r"__pycache__|\.py[co]$|\.DS_Store|(^|/)\.(venv|nox|git)/")
RELATIVE: Final = re.compile(r"\]\((?P<target>(?!https?://|#)[^)\s]+)\)|(?:src|srcset)=\"(?!https?://)")


class Archives(NamedTuple):
    """The two archives of a release."""

    wheel: Path
    sdist: Path


def archives(folder: Path) -> Archives:
    """Return the archives in a folder, which has nothing else, or the publisher would refuse it.

    Raises:
        ValueError: there is another file, or one is missing.
    """
    names = sorted(each.name for each in folder.iterdir())
    if names != [f"{PACKAGE}-{__version__}-py3-none-any.whl", f"{PACKAGE}-{__version__}.tar.gz"]:
        raise ValueError(f"{folder} has to have one wheel and one sdist of {__version__}, and has {names}")
    return Archives(folder / names[0], folder / names[1])


def package_files(root: Path) -> set[str]:
    """Return the files of the package below a folder."""
    found = (root / PACKAGE).rglob("*")
    files = {each.relative_to(root).as_posix() for each in found if each.is_file()}
    return {name for name in files if not COMPILED.search(name)}


def wheel_problems(wheel: Path, root: Path = ROOT) -> list[str]:
    """Compare the content of a wheel with the package below a folder."""
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if not name.endswith("/")}
    beside = f"{PACKAGE}-{__version__}.dist-info/"
    expected = package_files(root) | {f"{beside}{name}" for name in BESIDE}
    return [
        *(f"the wheel lacks {name}" for name in sorted(expected - names)),
        *(f"the wheel has {name}, which does not belong there" for name in sorted(names - expected)),
    ]


def sdist_problems(sdist: Path, root: Path = ROOT) -> list[str]:
    """Look for what a source archive must have to be built and tested, and for what must not be in it."""
    top = f"{PACKAGE}-{__version__}/"
    with tarfile.open(sdist) as archive:
        names = {each.name for each in archive.getmembers() if each.isfile()}
    inside = {name.removeprefix(top) for name in names}
    folders = [name for name in FOLDERS if not any(each.startswith(f"{name}/") for each in inside)]
    missing = {*SOURCES, *package_files(root)} - inside
    return [
        *(f"the sdist has no folder {name}" for name in folders),
        *(f"the sdist lacks {name}" for name in sorted(missing)),
        *(f"the sdist has {name} outside of {top}" for name in sorted(names) if not name.startswith(top)),
        *(f"the sdist has {name}" for name in sorted(inside) if COMPILED.search(name)),
    ]


def same_problems(one: Path, other: Path) -> list[str]:
    """Compare two wheels byte by byte."""
    if one.name == other.name and one.read_bytes() == other.read_bytes():
        return []
    with zipfile.ZipFile(one) as left, zipfile.ZipFile(other) as right:
        sums = [{each.filename: each.CRC for each in archive.infolist()} for archive in (left, right)]
    differing = sorted({name for name, _ in sums[0].items() ^ sums[1].items()})
    return [f"the wheel from the sdist differs from the wheel from the folder: {differing or 'in order'}"]


def metadata(wheel: Path) -> Message:
    """Return the metadata of a wheel; its payload is the README."""
    with zipfile.ZipFile(wheel) as archive:
        text = archive.read(f"{PACKAGE}-{__version__}.dist-info/METADATA").decode()
    return HeaderParser().parsestr(text)


def release_problems(wheel: Path, tag: str, changes: str) -> list[str]:
    """Check what only the moment of a release decides.

    Args:
        wheel: the wheel.
        tag: the tag, which is the version.
        changes: the text of CHANGELOG.md.
    """
    found = [] if tag == __version__ else [f"the tag {tag} is not the version {__version__}"]
    if notes(changes, tag) is None:
        found.append(f"CHANGELOG.md has no section '## {tag} - YYYY-MM-DD'")
    about = metadata(wheel)
    if not about.get_all("Project-URL"):
        found.append("pyproject.toml has no [project.urls]")
    relative = RELATIVE.findall(str(about.get_payload()))
    if relative:
        found.append(f"{len(relative)} links of the README are relative, and lead nowhere from the index")
    return found


def main(arguments: list[str]) -> int:
    """Check everything, and print what is wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.release.archives", description=__doc__)
    parser.add_argument("dist", type=Path)
    parser.add_argument("again", type=Path)
    parser.add_argument("--release", metavar="TAG")
    options = parser.parse_args(arguments)
    try:
        wheel, sdist = archives(options.dist)
    except ValueError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    found = [
        *wheel_problems(wheel),
        *sdist_problems(sdist),
        *same_problems(wheel, options.again / wheel.name),
    ]
    if options.release:
        changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
        found += release_problems(wheel, options.release, changes)
    sys.stderr.writelines(f"{each}\n" for each in found)
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
