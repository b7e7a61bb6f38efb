"""The inputs that are kept: one file for each target, and one input in a line, as a JSON string of bytes."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent / "corpus"
MAX_INPUTS: Final = 200  # for each target: enough for what differs, and read in a moment


def load(target: str) -> list[bytes]:
    """Return the inputs of a target."""
    path = _path(target)
    if not path.exists():
        return []
    return [json.loads(line).encode("latin-1") for line in path.read_text(encoding="ascii").splitlines()]


def add(target: str, inputs: Iterable[bytes]) -> None:
    """Keep more inputs of a target, the shortest first, as far as there is room."""
    kept = load(target)
    new = sorted(set(inputs) - set(kept), key=lambda each: (len(each), each))
    _append(target, new[: max(0, MAX_INPUTS - len(kept))])


def add_failed(target: str, data: bytes) -> None:
    """Keep an input that fails, however many there are."""
    _append(target, [data])


def _append(target: str, inputs: Iterable[bytes]) -> None:
    with _path(target).open("a", encoding="ascii") as file:
        file.writelines(f"{json.dumps(each.decode('latin-1'))}\n" for each in inputs)


def _path(target: str) -> Path:
    return FOLDER / f"{target}.txt"
