"""Files that appear when they are complete. Until then their rows are in a part: a hidden file beside them.

The process that writes a part holds a lock on it. A part without a lock belongs to a process that was killed,
so the next export into the folder removes it: it contains patient data that nobody knows of.
"""

from __future__ import annotations

import importlib
import os
import stat
import tempfile
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from odapi_async.mirror.errors import MirrorError

fcntl: Any
try:
    fcntl = importlib.import_module("fcntl")
except ModuleNotFoundError:  # pragma: no cover - on Windows, where stale parts are not removed
    fcntl = None

_SUFFIX: Final = ".odapi-part"
_OPEN_PART: Final = os.O_RDWR | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


class ExportFailed(MirrorError):  # noqa: N818 - named after what happened, as in `errors`
    """A table could not be written to a file. An existing file was not changed."""


@contextmanager
def atomic_replace(path: Path) -> Generator[Path]:
    """Yield a part in the same folder, and rename it to `path` if the block succeeds.

    Raises:
        ExportFailed: the file cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _remove_stale_parts(path.parent)
        part, handle = _create_part(path)
    except OSError as error:
        raise _write_error(path, error) from None
    try:
        yield part
        part.replace(path)
    except OSError as error:
        raise _write_error(path, error) from None
    finally:
        part.unlink(missing_ok=True)
        if handle is not None:
            os.close(handle)


def _create_part(path: Path) -> tuple[Path, int | None]:
    """Create an empty part and lock it; return it and the file descriptor that holds the lock."""
    while True:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=_SUFFIX, dir=path.parent)
        part = Path(name)
        if not fcntl:  # pragma: no cover - on Windows, where open files cannot be renamed
            os.close(handle)
            return part, None
        if _lock(handle, otherwise=True) and part.exists():
            return part, handle
        # another export took it for stale before it was locked
        os.close(handle)
        part.unlink(missing_ok=True)


def _remove_stale_parts(folder: Path) -> None:
    with suppress(OSError):
        for part in folder.glob(f".*{_SUFFIX}"):
            _remove_if_stale(part)


def _remove_if_stale(part: Path) -> None:
    with suppress(OSError):  # it is another user's, or gone
        handle = os.open(part, _OPEN_PART)
        try:
            is_stale = stat.S_ISREG(os.fstat(handle).st_mode) and _lock(handle, otherwise=False)
            if is_stale:
                part.unlink()
        finally:
            os.close(handle)


def _lock(handle: int, *, otherwise: bool) -> bool:
    """Lock a file until its descriptor is closed, and return whether nobody else has locked it.

    Args:
        handle: the file descriptor.
        otherwise: what is returned if its disk does not have locks.
    """
    if not fcntl:  # pragma: no cover - on Windows
        return otherwise
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return otherwise
    return True


def _write_error(path: Path, error: OSError) -> ExportFailed:
    return ExportFailed(f"{path.name} cannot be written: {error.strerror or type(error).__name__}")
