"""One folder for each practice, with names that every file system takes and that programs read back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final
from urllib.parse import quote

_PREFIX: Final = "practice="


def partition_files(folder: Path, practices: Iterable[str], suffix: str) -> dict[str, Path]:
    """Return the file of each practice, such as `folder/practice=harbour/part-0.parquet`.

    The names are percent-encoded. If two names differ only in case, their capital letters are encoded, too,
    because on Windows and macOS two such folders would be one.

    Args:
        folder: the folder of the table.
        practices: the names of all practices.
        suffix: the ending of the files, without the dot.
    """
    encoded = {name: quote(name, safe="") for name in practices}
    counts = Counter(each.lower() for each in encoded.values())
    return {
        name: folder / f"{_PREFIX}{_lower(name) if counts[each.lower()] > 1 else each}" / f"part-0.{suffix}"
        for name, each in encoded.items()
    }


def remove_other_partitions(folder: Path, files: Sequence[Path]) -> None:
    """Remove the files of practices that are not among these, and their folders if these are empty then.

    Args:
        folder: the folder of the table.
        files: the files of all practices, which exist.
    """
    for other in folder.glob(f"{_PREFIX}*/part-0{files[0].suffix}"):
        if other not in files and not any(map(other.samefile, files)):
            other.unlink()
            with suppress(OSError):
                other.parent.rmdir()


def _lower(name: str) -> str:
    return "".join(f"%{ord(each):02X}" if "A" <= each <= "Z" else quote(each, safe="") for each in name)
