"""Entry point of `odapi` and of `python -m odapi_async.cli`."""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec
from typing import Final

from odapi_async.cli.exit_codes import INTERRUPTED
from odapi_async.cli.screen import NOT_WRITTEN, open_closed_streams, protect_terminals

_EXTRA: Final = ("typer", "rich")


def main() -> None:
    """Run the command line, and end the process with its exit code."""
    if sys.stdout is None:  # pyright: ignore[reportUnnecessaryComparison] - so it is if a shell closes it
        sys.exit("odapi: standard output is closed; to see no output, send it to a null device")
    open_closed_streams()
    protect_terminals()
    try:
        _run()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except OSError as error:
        if error.errno not in NOT_WRITTEN:
            raise
        # what is still in the buffer would fail once more when the interpreter ends
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(f"odapi: the output cannot be written: {error.strerror}")


def _run() -> None:
    missing = next((each for each in _EXTRA if find_spec(each) is None), None)
    if missing is not None:
        sys.exit(f"odapi needs {missing}, which is not installed: pip install 'odapi-async[cli]'")
    from odapi_async.cli.app import app  # noqa: PLC0415 - it needs the extra, which may be missing

    app(prog_name="odapi")


if __name__ == "__main__":
    main()
