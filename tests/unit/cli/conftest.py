"""What the tests of the command line share."""

from __future__ import annotations

import os
from collections.abc import Generator

import keyring
import pytest
from keyring.backends import fail

from tests.unit.cli.kept import Kept


@pytest.fixture(autouse=True)
def no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget what the environment of whoever runs the tests says."""
    for name in [each for each in os.environ if each.startswith("OPENDENTAL_")]:
        monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def no_keyring() -> Generator[None]:
    """Keep the keyring of whoever runs the tests out of them."""
    before = keyring.get_keyring()
    keyring.set_keyring(fail.Keyring())  # type: ignore[no-untyped-call]
    yield
    keyring.set_keyring(before)


@pytest.fixture
def kept(no_keyring: None) -> Kept:
    """A keyring that works."""
    backend = Kept()
    keyring.set_keyring(backend)
    return backend
