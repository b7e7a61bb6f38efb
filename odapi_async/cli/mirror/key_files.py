"""Files of customer keys that other users of the machine can open."""

from __future__ import annotations

import os
import shlex
import stat
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final

from odapi_async.cli.screen import printable
from odapi_async.mirror.config import Config

_MOST: Final = 10  # files in one command


def open_key_files(config: Config) -> list[Path]:
    """Return the key files of a configuration that everybody on this machine can open; none on Windows."""
    if os.name != "posix":
        return []
    files = dict.fromkeys(each.key_file for each in config.practices.values() if each.key_file)
    return [file for file in files if _is_open(file)]


def warning(files: Iterable[Path]) -> str:
    """Return a warning about key files that are open, with the command that closes them."""
    shown = [shlex.quote(printable(str(each))) for each in files]
    what = "the file of a customer key" if len(shown) == 1 else f"{len(shown)} files with customer keys"
    more = f" (and {len(shown) - _MOST} more)" if len(shown) > _MOST else ""
    return f"other users of this machine can open {what}: chmod 600 {' '.join(shown[:_MOST])}{more}"


def _is_open(file: Path) -> bool:
    with suppress(OSError, ValueError):  # reading the key raises the error that says why
        return bool(file.stat().st_mode & stat.S_IRWXO)
    return False
