"""The fixtures of the command line: a fleet finds keys in the same places."""

from tests.unit.cli.conftest import memory_keyring, no_keyring, no_keys

__all__ = ["memory_keyring", "no_keyring", "no_keys"]
