"""Fault F5: without the libraries of the mirror, events can be read, and the inbox says what to install."""

from __future__ import annotations

import subprocess
import sys
from typing import Final

CODE: Final = """
import sys
sys.modules["sqlalchemy"] = None
from odapi_async.events import Changed
print(Changed.__name__)
try:
    from odapi_async.events import Inbox
except ImportError as error:
    print(error)
"""


def test_f5_without_the_extra_events_can_be_read_and_the_inbox_says_what_to_install() -> None:
    done = subprocess.run(
        [sys.executable, "-c", CODE], capture_output=True, text=True, timeout=50, check=True
    )
    assert done.stdout.splitlines() == [
        "Changed",
        "odapi_async.events needs sqlalchemy: pip install 'odapi-async[mirror]'",
    ]
