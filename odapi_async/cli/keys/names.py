"""The names of practices and of their variable that the help shows."""

from __future__ import annotations

from typing import Final

DEFAULT: Final = "default"
"""The name of the practice that is used if none is given."""
PRACTICE_VARIABLE: Final = "OPENDENTAL_PRACTICE"
"""The variable of the environment that names the practice, as the option does."""
