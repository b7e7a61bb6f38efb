"""The exit codes of `odapi`."""

from __future__ import annotations

from typing import Final

FAILED: Final = 1
"""It was tried and did not work, or a check found a problem."""
WRONG: Final = 2
"""What was given cannot work, and nothing was sent; the parser of options says so, too."""
UNKNOWN: Final = 3
"""A write may or may not have been done."""
INTERRUPTED: Final = 130
"""After Ctrl-C, as shells have it."""
