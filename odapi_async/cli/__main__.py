"""Entry point of `odapi` and of `python -m odapi_async.cli`."""

from __future__ import annotations

import errno
import os
import sys
from typing import Final

from odapi_async.cli.exit_codes import INTERRUPTED

_NOT_WRITTEN: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF})
_EXTRA: Final = frozenset({"typer", "rich"})


def main() -> None:
    """Run the command line, and end the process with its exit code."""
    if sys.stdout is None:  # pyright: ignore[reportUnnecessaryComparison] - so it is if a shell closes it
        sys.exit("odapi: standard output is closed; to see no output, send it to a null device")
    try:
        from odapi_async.cli.app import app  # noqa: PLC0415 - it needs the extra, which may be missing

        app(prog_name="odapi")
    except ModuleNotFoundError as missing:
        package = (missing.name or "").partition(".")[0]
        if package not in _EXTRA:
            raise
        sys.exit(f"odapi needs {package}, which is not installed: pip install 'odapi-async[cli]'")
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except OSError as error:
        if error.errno not in _NOT_WRITTEN:
            raise
        # what is still in the buffer would fail once more when the interpreter ends
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(f"odapi: the output cannot be written: {error.strerror}")


if __name__ == "__main__":
    main()
