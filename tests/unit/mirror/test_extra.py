"""Fault F5: without its libraries the mirror says what to install."""

from __future__ import annotations

import subprocess
import sys
from typing import Final

from odapi_async.mirror import PLANS

CODE: Final = """
import sys
sys.modules["sqlalchemy"] = None
from odapi_async.mirror import PLANS
print(len(PLANS))
try:
    from odapi_async.mirror import Mirror
except ImportError as error:
    print(error)
"""


def test_f5_without_the_extra_the_plans_can_be_read_and_the_rest_says_what_to_install() -> None:
    done = subprocess.run(
        [sys.executable, "-c", CODE], capture_output=True, text=True, timeout=50, check=True
    )
    assert done.stdout.splitlines() == [
        str(len(PLANS)),
        "odapi_async.mirror needs sqlalchemy: pip install 'odapi-async[mirror]'",
    ]
