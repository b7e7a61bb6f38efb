"""Fixtures for the tests of the command line."""

from __future__ import annotations

import os
from collections.abc import Generator

import keyring
import pytest
from keyring.backends import fail

from tests.unit.cli.keyrings import MemoryKeyring


@pytest.fixture(autouse=True)
def no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Remove the developer's own variables."""
    for name in [each for each in os.environ if each.startswith("OPENDENTAL_")]:
        monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def no_keyring() -> Generator[None]:
    """Hide the developer's own keyring."""
    before = keyring.get_keyring()
    keyring.set_keyring(fail.Keyring())  # type: ignore[no-untyped-call]
    yield
    keyring.set_keyring(before)


@pytest.fixture
def memory_keyring(no_keyring: None) -> MemoryKeyring:
    """A keyring that works."""
    backend = MemoryKeyring()
    keyring.set_keyring(backend)
    return backend
