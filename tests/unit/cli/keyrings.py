"""Keyrings in memory, made with the extension point of the keyring library."""

from __future__ import annotations

from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked, PasswordDeleteError

from odapi_async.mirror.key_store import SERVICE


class MemoryKeyring(KeyringBackend):
    """Keeps passwords by user name, for the one service of the command line."""

    # so that the library never chooses it by itself
    priority = 0  # pyright: ignore[reportAssignmentType]

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.keys: dict[str, str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        assert service == SERVICE
        return self.keys.get(username)

    def set_password(self, service: str, username: str, password: str) -> None:
        assert service == SERVICE
        self.keys[username] = password

    def delete_password(self, service: str, username: str) -> None:
        assert service == SERVICE
        if username not in self.keys:
            raise PasswordDeleteError("there is none")
        del self.keys[username]


class LockedKeyring(KeyringBackend):
    """Refuses everything, with messages that repeat the key."""

    priority = 0  # pyright: ignore[reportAssignmentType]

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]

    def get_password(self, service: str, username: str) -> str | None:
        raise KeyringLocked("Cst0merK3y is behind a lock")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise KeyringLocked(f"{password} is behind a lock")
