"""Names of environment variables that more than one module of the command line reads."""

from __future__ import annotations

from typing import Final

COMPLETE: Final = "_ODAPI_COMPLETE"
"""Set by the scripts that complete a command line: the shell, such as `complete_bash`."""
