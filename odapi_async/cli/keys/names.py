"""The names of keys that the help shows."""

from __future__ import annotations

from typing import Final

DEFAULT: Final = "default"
"""The name of the practice that is used if none is given."""
