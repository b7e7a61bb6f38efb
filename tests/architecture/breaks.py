"""Prints what breaks for users since an earlier version: `python -m tests.architecture.breaks [REF]`.

Without REF it is the last release before this commit, which is a tag that begins with a digit. Before the
first release it is the commit where this branch left `origin/main` (on that branch itself: the commit
before). Exit code 1 if there are breaking changes that the version does not announce: after a release, the
first number must be raised, or the second one while the first is 0.
"""

from __future__ import annotations

import subprocess
import sys
from typing import Final

import griffe

from tests.architecture import surface

VERSION: Final = "odapi_async.__version__"


def main(arguments: list[str]) -> int:
    """Compare the package as it is here with that of a ref, and print what is gone or incompatible."""
    # from the commit before, since on the commit of a release its own tag would hide what it breaks
    tag = git("describe", "--tags", "--abbrev=0", "--match=[0-9]*", "HEAD~1")
    ref = arguments[0] if arguments else tag or fork()
    before, now = surface.load_ref(ref), surface.load(surface.ROOT)
    found = list(breaks(before, now))
    sys.stdout.writelines(f"{each}\n" for each in found)
    sys.stdout.write(f"{len(found)} breaking changes of the public surface since {ref}\n")
    if not tag:
        sys.stdout.write("Nothing was released before, so every name may still change.\n")
        return 0
    return int(bool(found) and series(version(before)) == series(version(now)))


def git(*command: str) -> str:
    """Return what git prints, or an empty text if it fails."""
    done = subprocess.run(["git", *command], cwd=surface.ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip()


def fork() -> str:
    """Return the commit to compare with before the first release."""
    head, base = git("rev-parse", "HEAD"), git("merge-base", "HEAD", "origin/main")
    return base if base and base != head else "HEAD~1"


def breaks(before: griffe.Module, now: griffe.Module) -> list[str]:
    """Describe each breaking change, sorted by the public name that it concerns."""
    old, new = surface.public(before), surface.public(now)
    found = [f"{name}: removed" for name in old.keys() - new.keys()]
    seen: set[str] = set()
    for name in sorted(old.keys() & new.keys()):
        if old[name].path not in seen:
            seen.add(old[name].path)
            found += [f"{name}{each}" for each in compared(name, old[name], new[name])]
    return sorted(found)


def compared(name: str, old: griffe.Object, new: griffe.Object) -> list[str]:
    """Let griffe compare two versions of one object, whatever modules they are defined in."""
    modules = griffe.Module("old"), griffe.Module("new")
    for module, thing in zip(modules, (old, new), strict=True):
        module.members[name.rpartition(".")[2]] = thing
    return [explained(each, old.path, new.path) for each in griffe.find_breaking_changes(*modules)]


def explained(breakage: griffe.Breakage, *owners: str) -> str:
    """Put a breaking change on one line: the member, the parameter, and what happened to it."""
    path = breakage.obj.path
    member = next((path.removeprefix(owner) for owner in owners if path.startswith(owner)), "")
    values = (breakage.old_value, breakage.new_value)
    parameter = next((f"({each.name})" for each in values if isinstance(each, griffe.Parameter)), "")
    if breakage.kind is griffe.BreakageKind.OBJECT_REMOVED:
        return f"{member}: removed"
    return f"{member}{parameter}: {breakage.kind.value[:1].lower()}{breakage.kind.value[1:]}"


def version(package: griffe.Module) -> str:
    """Return the version that a package calls its own."""
    found = surface.public(package).get(VERSION)
    return str(found.value).strip("'\"") if isinstance(found, griffe.Attribute) else "0.0"


def series(number: str) -> tuple[str, ...]:
    """Return the part of a version number that changes with a breaking change."""
    major, minor, *_ = [*number.split("."), "0"]
    return (major, minor) if major == "0" else (major,)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
