"""The places of customer keys. A fleet's database names the place of each key and never holds a key.

A place is a text: `env:VARIABLE`, `file:/absolute/path`, `keyring:`, or `name:` for a key that is found by
the name of its practice, in a variable or else in the keyring.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from odapi_async.fleet.errors import KeyNotFound
from odapi_async.mirror.config import PracticeConfig
from odapi_async.mirror.key_store import (
    DEVELOPER,
    KeyringUnavailable,
    key_in_keyring,
    key_in_variable,
    variable_of,
)
from odapi_async.mirror.one_line import on_one_line

ENV: Final = "env"
FILE: Final = "file"
KEYRING: Final = "keyring"
NAME: Final = "name"


def key_ref_of(practice: PracticeConfig) -> str:
    """Return the place of a practice's key, as its section in a file names it."""
    if practice.key_env is not None:
        return f"{ENV}:{practice.key_env}"
    if practice.key_file is not None:
        return f"{FILE}:{practice.key_file.absolute()}"
    return f"{KEYRING if practice.keyring else NAME}:"


def find_key(name: str, key_ref: str, show: Callable[[str], str] = on_one_line) -> str:
    """Return a customer key, without white space around it.

    Args:
        name: the name of the practice.
        key_ref: the place of the key.
        show: returns the variable or the path of the file as a message names it.

    Raises:
        KeyNotFound: it is not there; the message names the place and says how to fix it.
    """
    kind, _, place = key_ref.partition(":")
    match kind:
        case "env":
            return _from_variable(place, show)
        case "file":
            return _from_file(place, show)
        case "keyring":
            return _from_keyring(name)
        case "name":
            return key_in_variable(variable_of(name)) or _by_name(name)
        case _:
            raise KeyNotFound("this version does not know the place of the key; update odapi-async here")


def _from_variable(variable: str, show: Callable[[str], str]) -> str:
    if key := key_in_variable(variable):
        return key
    raise KeyNotFound(f"the variable {show(variable)} is not set; set it to the customer key")


def _from_file(path: str, show: Callable[[str], str]) -> str:
    shown = f"the file {show(path)}"
    try:
        key = Path(path).read_text("utf-8-sig").strip()  # some editors write a byte order mark
    except OSError as error:
        raise KeyNotFound(
            f"{shown} cannot be read: {error.strerror or type(error).__name__}; write the customer key into "
            "it, and let this user read it"
        ) from None
    except UnicodeDecodeError:
        raise KeyNotFound(
            f"{shown} is not a text file; write the customer key into it, and nothing else"
        ) from None
    except ValueError:
        raise KeyNotFound("the path of the key has a character that no path has; correct key_file") from None
    if not key:
        raise KeyNotFound(f"{shown} is empty; write the customer key into it")
    return key


def _by_name(name: str) -> str:
    try:
        return _from_keyring(name)
    except KeyNotFound as error:
        raise KeyNotFound(f"the variable {variable_of(name)} is not set, and {error.message}") from None


def _from_keyring(name: str) -> str:
    """Return a key from the keyring of this machine."""
    if name == DEVELOPER:
        raise KeyNotFound(f"a practice cannot be named {name}: this is the name of the developer key")
    store = f"store it with: odapi keys set {on_one_line(name)}"
    try:
        key = key_in_keyring(name)
    except KeyringUnavailable as error:
        raise KeyNotFound(error.message) from None
    if not key:
        raise KeyNotFound(f"the keyring of this machine has no key of {on_one_line(name)}; {store}")
    return key
