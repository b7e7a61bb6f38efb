"""Writes the section of a version in CHANGELOG.md to a file: `python -m tests.release.notes VERSION FILE`."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Final

FILE: Final = Path(__file__).parents[2] / "CHANGELOG.md"


def notes(changes: str, version: str) -> str | None:
    """Return the section of a version without its heading, or None if it has no section with a date."""
    heading = re.compile(rf"^## {re.escape(version)} - \d{{4}}-\d\d-\d\d$", re.MULTILINE)
    found = heading.search(changes)
    if found is None:
        return None
    return re.split(r"^## ", changes[found.end() :], maxsplit=1, flags=re.MULTILINE)[0].strip() + "\n"


if __name__ == "__main__":
    text = notes(FILE.read_text(encoding="utf-8"), sys.argv[1])
    if text is None:
        sys.exit("CHANGELOG.md has no section of this version with a date")
    Path(sys.argv[2]).write_text(text, encoding="utf-8")
