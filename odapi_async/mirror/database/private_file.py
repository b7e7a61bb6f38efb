"""Keeps the file of a database to its owner, because it holds patient data."""

from __future__ import annotations

import contextlib
import os
import shlex
import stat
from pathlib import Path
from typing import Final

from odapi_async.mirror.database.error_map import cannot_open
from odapi_async.mirror.errors import StoreError
from odapi_async.mirror.one_line import on_one_line

_OWNER_ONLY: Final = 0o600
_OTHERS: Final = 0o077
_CREATE: Final = os.O_CREAT | os.O_EXCL | os.O_WRONLY
_BESIDE: Final = ("-wal", "-shm", "-journal")
"""The names of the files that SQLite writes beside its database, without the name of the database."""

_CHECKED: Final = os.name == "posix"


def check_private(path: Path, *, create: bool) -> None:
    """Refuse a database file that other users own or can access; create a missing one for its owner only.

    On Windows nothing is checked or created.

    Args:
        path: the path of the file, or of a symbolic link to it.
        create: whether to create the file if it does not exist.

    Raises:
        StoreError: the file belongs to another user, is open to others, or cannot be created.
    """
    if not _CHECKED:
        return
    try:
        _check_link(path)
        file = Path(os.path.realpath(path))
        if create and not _exists(file):
            _create(file)
        file.lstat()  # a missing one fails here: if its driver fails to open it, a thread outlives the loop
        _check([file, *(file.with_name(file.name + end) for end in _BESIDE)])
    except OSError as error:
        raise cannot_open(error) from None


def _check_link(path: Path) -> None:
    # the owner of a link chooses where a missing file is created
    if path.is_symlink() and path.lstat().st_uid not in {0, os.geteuid()}:
        raise _belongs_to_another(path) from None


def _exists(file: Path) -> bool:
    try:
        file.lstat()
    except FileNotFoundError:
        return False
    return True


def _create(file: Path) -> None:
    # an existing file is never opened here: closing it would end the locks that SQLite holds in this process
    with contextlib.suppress(FileExistsError):
        os.close(os.open(file, _CREATE, _OWNER_ONLY))


def _check(files: list[Path]) -> None:
    to_close: list[Path] = []
    for file in files:
        try:
            status = file.lstat()
        except FileNotFoundError:
            continue
        if not stat.S_ISREG(status.st_mode):
            raise StoreError(f"cannot be opened: {_shown(file)} is not a file") from None
        if status.st_uid != os.geteuid():
            raise _belongs_to_another(file) from None
        if stat.S_IMODE(status.st_mode) & _OTHERS:
            to_close.append(file)
    if to_close:
        raise StoreError(
            f"is open to other users of this machine: chmod 600 {' '.join(map(_shown, to_close))}"
        ) from None


def _belongs_to_another(file: Path) -> StoreError:
    return StoreError(f"belongs to another user: run as the owner of {_shown(file)}, or choose another file")


def _shown(file: Path) -> str:
    return shlex.quote(on_one_line(str(file)))
