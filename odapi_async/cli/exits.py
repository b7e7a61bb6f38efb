"""The exit codes of `odapi`; 2, for wrong options, is the parser's own."""

from __future__ import annotations

from typing import Final

FAILED: Final = 1
INTERRUPTED: Final = 130
"""After Ctrl-C, as shells have it."""
