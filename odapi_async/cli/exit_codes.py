"""The exit codes of `odapi`."""

from __future__ import annotations

from typing import Final

FAILED: Final = 1
"""The command was run and failed, or a check found a problem."""
USAGE: Final = 2
"""The arguments cannot work, and nothing was sent. The option parser uses the same code."""
OUTCOME_UNKNOWN: Final = 3
"""A write may or may not have been executed."""
INTERRUPTED: Final = 130
"""Ctrl-C, as in a shell."""
