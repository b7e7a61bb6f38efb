"""Fuzzes all parsers, or some: `python -m tests.fuzz [--seconds 300] [TARGET …]`.

The kept inputs are checked first, then hypothesis makes inputs, and atheris as well where it is installed. An
input that fails is kept, so that the test suite fails until the parser is mended.
"""

from __future__ import annotations

import argparse
import sys
import traceback

from tests.fuzz import corpus, examples, guided
from tests.fuzz.limit import limited
from tests.fuzz.targets import TARGETS, Target


def main() -> int:
    """Run; return 1 if an input failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=", ".join(TARGETS))
    parser.add_argument("--seconds", type=float, default=300.0, help="for all of them (default: 300)")
    given = parser.parse_args()
    names: list[str] = given.targets or list(TARGETS)
    if unknown := names - TARGETS.keys():
        parser.error(f"there is no target {', '.join(unknown)}")
    engines = 2 if guided.is_installed() else 1
    tell(f"with {'hypothesis and atheris' if engines == 2 else 'hypothesis; atheris is not installed'}")
    failed = [name for name in names if not fuzz(name, given.seconds / len(names) / engines)]
    if failed:
        tell(f"failed: {', '.join(failed)}. The inputs are kept: pytest tests/unit/test_fuzz.py")
    return 1 if failed else 0


def fuzz(name: str, seconds: float) -> bool:
    """Fuzz one target, each engine for some seconds; return whether all went well."""
    target, kept = TARGETS[name], corpus.load(name)
    checked, failed = examples.run(target, kept, seconds)
    if failed is None and guided.is_installed():
        found, failed = guided.run(name, kept, seconds)
        corpus.add(name, found)
    if failed is not None:
        corpus.add_failed(name, failed)
        show(target, failed)
    tell(
        f"{name:16} {checked:8,} made, {len(corpus.load(name)):4} kept{'' if failed is None else ', FAILED'}"
    )
    return failed is None


def show(target: Target, data: bytes) -> None:
    """Print an input that fails, and how."""
    tell(f"{data!r}:")
    try:
        with limited():
            target.check(data)
    except Exception:  # noqa: BLE001 - whatever it is, it is what was looked for
        traceback.print_exc(file=sys.stdout)


def tell(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
