"""Finds API keys in the environment, or else in the system keyring. A key is never an argument.

The keyring is asked only if the environment has no key.
"""

from __future__ import annotations

import os
import re
import shlex
from collections import defaultdict
from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from typing import Final, NamedTuple

from odapi_async import OpenDental
from odapi_async.cli.errors import UsageError
from odapi_async.cli.keys.names import DEFAULT, PRACTICE_VARIABLE
from odapi_async.cli.screen import printable
from odapi_async.mirror.key_store import (
    DEVELOPER,
    SERVICE,
    KeyringUnavailable,
    call_keyring,
    key_in_keyring,
    key_in_variable,
    variable_of,
)

_DEVELOPER_VARIABLE: Final = "OPENDENTAL_DEVELOPER_KEY"
_LONG_RUN: Final = re.compile(r"[^\W_]{8,}")


class MissingKeyError(UsageError):
    """A key is neither in the environment nor in the keyring. The message says how to provide it."""


class KeyringUnavailableError(UsageError):
    """The keyring library is missing, or the keyring cannot be used. The message says which."""


class FoundKey(NamedTuple):
    """A key and where it was found. Its repr shows only the place."""

    key: str
    source: str

    def __repr__(self) -> str:
        return f"FoundKey({self.source!r})"


def developer_key() -> str:
    """Return the developer key.

    Raises:
        MissingKeyError: the message says which variable to set, or which command to run.
    """
    return find_developer().key


def customer_key(practice: str | None = None) -> str:
    """Return a practice's customer key.

    Args:
        practice: the name that you gave it; None for the one practice that needs no name.

    Raises:
        MissingKeyError: the message says which variable to set, or which command to run.
    """
    return find_customer(practice).key


def find_developer() -> FoundKey:
    """Return the developer key and where it was found.

    Raises:
        MissingKeyError: as in `developer_key`.
    """
    return _find("developer key", _DEVELOPER_VARIABLE, DEVELOPER, "odapi keys set")


def find_customer(practice: str | None = None) -> FoundKey:
    """Return a practice's customer key and where it was found.

    Raises:
        MissingKeyError: as in `customer_key`.
    """
    name = DEFAULT if practice is None else check_practice_name(practice)
    if practice is not None and (other := os.environ.get(PRACTICE_VARIABLE)):
        check_distinct([practice, other])
    what = "customer key" if practice is None else f"customer key of {practice}"
    return _find(what, variable_of(practice), name, _set_command(name))


def keyring_key(practice: str) -> str:
    """Return a practice's customer key from the keyring, without a look into the environment.

    Raises:
        MissingKeyError: it is not there; the message says which command to run.
        KeyringUnavailableError: the keyring cannot be used.
    """
    name = check_practice_name(practice)
    with _keyring_errors():
        key = key_in_keyring(name)
    if key:
        return key
    raise MissingKeyError(
        f"no customer key of {practice} in the keyring (service {SERVICE}, user {practice}): "
        f"store it with: {_set_command(practice)}"
    )


def may_be_key(text: str) -> bool:
    """Return whether a text may be a key: it has eight letters and digits in a row that are no word."""
    return any(
        not run.isalpha() or not (run.isupper() or run[1:].islower()) for run in _LONG_RUN.findall(text)
    )


def check_distinct(practices: Iterable[str]) -> None:
    """Check that no two names of practices have the same environment variable.

    Raises:
        UsageError: two have; the message names both.
    """
    names: dict[str, str] = {}
    for name in practices:
        other = names.setdefault(variable_of(name), name)
        if other != name:
            raise UsageError(
                f"the practices {printable(other)} and {printable(name)} have the same variable, "
                f"{variable_of(name)}: rename one of them; in a configuration file you can give each "
                "a key_env, a key_file or keyring = true instead"
            )


def check_different(values: Mapping[str, str], happened: str) -> None:
    """Check that no two practices have the same value, such as a key. The message does not show it.

    Args:
        values: the values by name of the practice.
        happened: what two practices with the same value do: "have the same customer key".

    Raises:
        UsageError: two practices have the same value; the message names them.
    """
    names: defaultdict[str, list[str]] = defaultdict(list)
    for name, value in values.items():
        names[value].append(printable(name))
    for same in names.values():
        if len(same) > 1:
            *others, last = same
            raise UsageError(f"{', '.join(others)} and {last} {happened}; give each practice its own")


def check_practice_name(name: str) -> str:
    """Return a practice's name.

    Raises:
        UsageError: it is empty, or it is the name of the developer key.
    """
    if not name.strip():
        raise UsageError("the name of a practice cannot be empty")
    if name == DEVELOPER:
        raise UsageError(f"a practice cannot be named {DEVELOPER}: this is the name of the developer key")
    return name


def store(name: str, key: str) -> None:
    """Store a key in the keyring.

    Args:
        name: `DEVELOPER`, or the name of a practice.
        key: the key.

    Raises:
        UsageError: the name cannot be used.
        ConfigurationError: the key is malformed.
        KeyringUnavailableError: the keyring cannot be used.
    """
    if name == DEVELOPER:
        OpenDental(key)
    else:
        check_practice_name(name)
        OpenDental("unused").practice(key)
    with _keyring_errors():
        call_keyring("set_password", name, key)


def delete(name: str) -> bool:
    """Delete a key from the keyring.

    Returns:
        Whether it was there.

    Raises:
        KeyringUnavailableError: the keyring cannot be used.
    """
    with _keyring_errors():
        if call_keyring("get_password", name) is None:
            return False
        call_keyring("delete_password", name)
    return True


def _set_command(name: str) -> str:
    return f"odapi keys set {shlex.quote(name)}"


def _find(what: str, variable: str, name: str, command: str) -> FoundKey:
    if key := key_in_variable(variable):
        return FoundKey(key, variable)
    problem = ""
    try:
        key = key_in_keyring(name)
    except KeyringUnavailable as error:
        problem = f" ({error})"
    if key:
        return FoundKey(key, "the keyring")
    raise MissingKeyError(f"no {what}: set {variable}, or store it with: {command}{problem}")


@contextmanager
def _keyring_errors() -> Generator[None]:
    """Turn the errors of the keyring into those of the command."""
    try:
        yield
    except KeyringUnavailable as error:
        raise KeyringUnavailableError(error.message) from None
