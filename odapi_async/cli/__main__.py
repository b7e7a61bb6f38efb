"""Entry point of `odapi` and of `python -m odapi_async.cli`."""

from __future__ import annotations

import sys
from typing import Final

from odapi_async.cli.exit_codes import INTERRUPTED

_EXTRA: Final = frozenset({"typer", "rich"})


def main() -> None:
    """Run the command line, and end the process with its exit code."""
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


if __name__ == "__main__":
    main()
