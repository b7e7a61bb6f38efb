"""Without the libraries of the mirror, the journal says what to install; and its public names are lazy."""

from __future__ import annotations

import subprocess
import sys
from typing import Final

import pytest

from odapi_async.recipes import journal

CODE: Final = """
import sys
sys.modules["sqlalchemy"] = None
from odapi_async.recipes.journal import Conflict, finding_of
print(Conflict.__name__)
try:
    from odapi_async.recipes.journal import Journal
except ImportError as error:
    print(error)
"""


def test_without_the_extra_the_journal_says_what_to_install() -> None:
    done = subprocess.run(
        [sys.executable, "-c", CODE], capture_output=True, text=True, timeout=50, check=True
    )
    assert done.stdout.splitlines() == [
        "Conflict",
        "odapi_async.recipes.journal needs sqlalchemy: pip install 'odapi-async[mirror]'",
    ]


def test_each_public_name_is_there() -> None:
    assert {name for names in journal._NAMES.values() for name in names} == {*journal.__all__}
    for name in journal.__all__:
        assert getattr(journal, name).__name__ == name
    with pytest.raises(AttributeError, match="misspelled"):
        _ = journal.misspelled  # type: ignore[attr-defined]
