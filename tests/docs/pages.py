"""The README and the pages of docs/: their blocks of code and their links."""

from __future__ import annotations

import re
import runpy
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parents[2]

_FENCE: Final = re.compile(r"^ *```", re.MULTILINE)
_BLOCK: Final = re.compile(r"^```(?P<language>\w*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK: Final = re.compile(r"\]\((?P<target>[^)\s]+)\)")
_FILE: Final = re.compile(r"# (?P<name>\w+\.py)\n")


@dataclass(frozen=True)
class Block:
    """A block of code.

    Attributes:
        page: the page's path below the project.
        line: the line of its opening fence, counted from 1.
        language: the word behind the fence.
        text: its lines.
    """

    page: str
    line: int
    language: str
    text: str

    @property
    def file(self) -> str | None:
        """The file name in a comment of the first line, if the block shows a file."""
        found = _FILE.match(self.text)
        return found["name"] if found else None

    @property
    def is_script(self) -> bool:
        return "asyncio.run(" in self.text

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


@cache
def pages() -> dict[str, str]:
    """Return the texts of all pages by their paths below the project."""
    files = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    names = [file.relative_to(ROOT).as_posix() for file in files]
    # the cache of a pytest that was run in an example has a page, too
    return {name: (ROOT / name).read_text(encoding="utf-8") for name in names if "/." not in name}


def generated(script: str) -> str:
    """Return the page that a script of docs/ writes."""
    names: dict[str, Any] = runpy.run_path(str(ROOT / "docs" / script))
    text: str = names["render"]()
    return text


def fences(page: str) -> int:
    """Count the lines that open or close a block, also those that `blocks` does not recognize."""
    return len(_FENCE.findall(pages()[page]))


def blocks(language: str | None = None) -> list[Block]:
    """Return the blocks of all pages, of one language or of all."""
    found = [
        Block(page, text.count("\n", 0, match.start()) + 1, match["language"], match["text"])
        for page, text in pages().items()
        for match in _BLOCK.finditer(text)
    ]
    return [block for block in found if language in {None, block.language}]


def links(page: str) -> list[str]:
    """Return the targets of the links of a page."""
    return [match["target"] for match in _LINK.finditer(_BLOCK.sub("", pages()[page]))]
