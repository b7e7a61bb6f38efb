"""The names under which keys are kept: in variables of the environment, and in the keyring of the system.

The keyring needs a library, and many servers have no place to keep keys. So it is imported only if somebody
asks for it, and each of its problems becomes a clear message.
"""

from __future__ import annotations

import importlib
import os
import re
from typing import Any, Final

from odapi_async import ConfigurationError

SERVICE: Final = "odapi"
"""The service name of all keys in the keyring."""
DEVELOPER: Final = "developer"
"""The user name of the developer key in the keyring; no practice can have this name."""

_VARIABLE: Final = "OPENDENTAL_CUSTOMER_KEY"
_UNSAFE: Final = re.compile(r"[^A-Z0-9]")


class KeyringUnavailable(ConfigurationError):  # noqa: N818 - named after the state, as in `errors`
    """The keyring library is missing, or the keyring cannot be used. The message says which."""


def variable_of(practice: str | None) -> str:
    """Return the variable of a practice's customer key; that of the only practice if it has no name."""
    return _VARIABLE if practice is None else f"{_VARIABLE}_{_UNSAFE.sub('_', practice.upper())}"


def key_in_variable(variable: str) -> str:
    """Return the key in a variable of the environment, or an empty text.

    White space around it is removed: a variable that was filled from a file often ends with a line break.
    """
    return os.environ.get(variable, "").strip()


def key_in_keyring(name: str) -> str:
    """Return the key in the keyring under a user name, without white space around it, or an empty text.

    Raises:
        KeyringUnavailable: as in `call_keyring`.
    """
    return (call_keyring("get_password", name) or "").strip()


def call_keyring(function: str, name: str, *more: str) -> str | None:
    """Call a function of the keyring library.

    Args:
        function: its name, such as `get_password`.
        name: the user name of the key.
        more: further arguments.

    Raises:
        KeyringUnavailable: the library is not installed, there is no keyring, or it refuses.
    """
    try:
        keyring: Any = importlib.import_module("keyring")
        errors: Any = importlib.import_module("keyring.errors")
    except ModuleNotFoundError:
        raise KeyringUnavailable("the keyring needs a library: pip install 'odapi-async[keyring]'") from None
    try:
        result: str | None = getattr(keyring, function)(SERVICE, name, *more)
    except errors.NoKeyringError:
        raise KeyringUnavailable("this machine has no keyring; use the environment variable") from None
    except errors.KeyringError as error:
        # its message comes from another library and may contain anything, so only its name is shown
        raise KeyringUnavailable(f"the keyring refused: {type(error).__name__}; is it locked?") from None
    return result
