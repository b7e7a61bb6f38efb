"""Where keys come from: the environment, or else the system's keyring. Never from an argument.

The keyring is a library of its own (the extra `keyring`), and on many servers it has nowhere to keep
anything. So it is imported only when the environment does not say, and what can be wrong with it is
explained.
"""

from __future__ import annotations

import importlib
import os
import re
from typing import Any, Final, NamedTuple

from odapi_async._core.credentials import check_key
from odapi_async.cli.errors import WrongInput
from odapi_async.errors import ConfigurationError

SERVICE: Final = "odapi"
"""What the keyring keeps the keys under."""
DEVELOPER: Final = "developer"
"""The developer key's user name in the keyring; no practice can have this name."""
DEFAULT: Final = "default"
"""The name, in the keyring, of the practice that is asked when none is named."""

_DEVELOPER_VARIABLE: Final = "OPENDENTAL_DEVELOPER_KEY"
_CUSTOMER_VARIABLE: Final = "OPENDENTAL_CUSTOMER_KEY"
_INSTALL: Final = "pip install 'odapi-async[keyring]'"


class KeyMissing(WrongInput):
    """A key is neither in the environment nor in the keyring. The text says how to give it."""


class KeyringTrouble(WrongInput):
    """The keyring is not installed, has nowhere to keep keys, or is locked. The text says which."""


class Found(NamedTuple):
    """A key, and where it was found. Its repr shows the place only."""

    key: str
    source: str

    def __repr__(self) -> str:
        return f"Found({self.source!r})"


def developer_key() -> str:
    """Return the developer key.

    Raises:
        KeyMissing: the text says which variable to set, or which command to run.
    """
    return find_developer().key


def customer_key(practice: str | None = None) -> str:
    """Return a practice's customer key.

    Args:
        practice: the name that you gave it; None for the one practice that needs no name.

    Raises:
        KeyMissing: the text says which variable to set, or which command to run.
    """
    return find_customer(practice).key


def find_developer() -> Found:
    """Return the developer key and where it was found.

    Raises:
        KeyMissing: as `developer_key`.
    """
    return _find("developer key", _DEVELOPER_VARIABLE, DEVELOPER, "odapi keys set")


def find_customer(practice: str | None = None) -> Found:
    """Return a practice's customer key and where it was found.

    Raises:
        KeyMissing: as `customer_key`.
    """
    name = DEFAULT if practice is None else practice_name(practice)
    what = "customer key" if practice is None else f"customer key of {practice}"
    return _find(what, variable_of(practice), name, f"odapi keys set {name}")


def kept_key(practice: str) -> str:
    """Return a practice's customer key from the keyring, whatever the environment says.

    Raises:
        KeyMissing: it is not there; the text says which command to run.
        KeyringTrouble: the keyring cannot be asked.
    """
    if key := _ask("get_password", practice_name(practice)):
        return key
    raise KeyMissing(
        f"no customer key of {practice} in the keyring: store it with: odapi keys set {practice}"
    )


def variable_of(practice: str | None) -> str:
    """Return the environment variable of a practice's customer key."""
    if practice is None:
        return _CUSTOMER_VARIABLE
    return f"{_CUSTOMER_VARIABLE}_{re.sub(r'[^A-Z0-9]', '_', practice.upper())}"


def practice_name(name: str) -> str:
    """Check a practice's name.

    Raises:
        WrongInput: it is blank, or what the developer key is kept under.
    """
    if not name.strip():
        raise WrongInput("a practice's name cannot be blank")
    if name == DEVELOPER:
        raise WrongInput(
            f"a practice cannot be called {DEVELOPER}: the developer key is kept under this name"
        )
    return name


def store(name: str, key: str) -> None:
    """Keep a key in the keyring.

    Args:
        name: `DEVELOPER`, or the name of a practice.
        key: the key.

    Raises:
        WrongInput: it cannot be a key, or the name cannot be one.
        KeyringTrouble: it cannot be kept.
    """
    if name != DEVELOPER:
        practice_name(name)
    try:
        check_key("the key", key)
    except ConfigurationError as error:
        raise WrongInput(str(error)) from None
    _ask("set_password", name, key)


def delete(name: str) -> bool:
    """Remove a key from the keyring.

    Returns:
        Whether there was one.

    Raises:
        KeyringTrouble: the keyring cannot be asked.
    """
    if _ask("get_password", name) is None:
        return False
    _ask("delete_password", name)
    return True


def _find(what: str, variable: str, name: str, command: str) -> Found:
    if key := os.environ.get(variable):
        return Found(key, variable)
    trouble = ""
    try:
        key = _ask("get_password", name)
    except KeyringTrouble as error:
        trouble = f" ({error})"
    if key:
        return Found(key, "the keyring")
    raise KeyMissing(f"no {what}: set {variable}, or store it with: {command}{trouble}")


def _ask(function: str, name: str, *more: str) -> str | None:
    """Call a function of the library keyring."""
    try:
        keyring: Any = importlib.import_module("keyring")
        errors: Any = importlib.import_module("keyring.errors")
    except ModuleNotFoundError:
        raise KeyringTrouble(f"the keyring needs a library: {_INSTALL}") from None
    try:
        answer: str | None = getattr(keyring, function)(SERVICE, name, *more)
    except errors.NoKeyringError:
        raise KeyringTrouble("this machine has no keyring that could keep it") from None
    except errors.KeyringError as error:
        # its text may come from anywhere, so only its name is shown
        raise KeyringTrouble(f"the keyring refused: {type(error).__name__}; is it locked?") from None
    return answer
