"""Fault F5: without its libraries the mirror says what to install."""

from __future__ import annotations

import subprocess
import sys
from typing import Final

CODE: Final = """
import sys
sys.modules["sqlalchemy"] = None
try:
    import odapi_async.mirror
except ImportError as error:
    print(error)
"""


def test_f5_without_the_extra_the_error_says_what_to_install() -> None:
    done = subprocess.run(
        [sys.executable, "-c", CODE], capture_output=True, text=True, timeout=50, check=True
    )
    assert done.stdout == "odapi_async.mirror needs sqlalchemy: pip install 'odapi-async[mirror]'\n"
