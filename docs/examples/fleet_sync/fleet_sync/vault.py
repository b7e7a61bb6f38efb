"""Customer keys from HashiCorp Vault. For another vault, replace `key_for`."""

from __future__ import annotations

from types import TracebackType
from typing import Self
from urllib.parse import quote

import aiohttp
import msgspec


class VaultError(Exception):
    """The vault has no key for a practice, or does not respond. The message holds no key and no token."""


class _Fields(msgspec.Struct):
    key: str


class _Version(msgspec.Struct):
    data: _Fields


class _Secret(msgspec.Struct):
    data: _Version


class Vault:
    """Keys in the key-value engine (version 2) of a vault, each in the field `key` of a secret.

    Make it in a coroutine, and use it in `async with`.

    Args:
        address: the URL of the vault.
        token: a token that may read these secrets and nothing else.
        mount: where the engine is mounted.
    """

    def __init__(self, address: str, token: str, mount: str = "secret") -> None:
        self._prefix = f"{address.rstrip('/')}/v1/{mount}/data"
        timeout = aiohttp.ClientTimeout(total=5)
        self._session = aiohttp.ClientSession(headers={"X-Vault-Token": token}, timeout=timeout)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self._session.close()

    async def key_for(self, practice: str, key_ref: str) -> str:
        """Return the customer key of a practice. Workers call this at the beginning of each turn.

        Args:
            practice: its name.
            key_ref: the path of its secret below the mount, as practices.toml has it.

        Raises:
            VaultError: there is no key. The practice fails, and its next turn tries again.
        """
        try:
            async with self._session.get(
                f"{self._prefix}/{quote(key_ref)}", allow_redirects=False
            ) as response:
                if response.status != 200:  # noqa: PLR2004
                    raise VaultError(f"{practice}: the vault responded with status {response.status}")
                return msgspec.json.decode(await response.read(), type=_Secret).data.data.key
        except (aiohttp.ClientError, TimeoutError, msgspec.DecodeError) as error:
            # without the error itself: that of aiohttp has the headers of the request, and so the token
            raise VaultError(f"{practice}: the vault failed: {type(error).__name__}") from None
