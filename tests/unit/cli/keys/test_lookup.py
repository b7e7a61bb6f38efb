"""The places of keys, and the messages if they are missing."""

from __future__ import annotations

import sys

import keyring
import pytest

from odapi_async import ConfigurationError
from odapi_async.cli.errors import UsageError
from odapi_async.cli.keys import lookup as keys
from odapi_async.cli.keys.lookup import KeyringUnavailableError, MissingKeyError
from tests.unit.cli.keyrings import LockedKeyring, MemoryKeyring

KEY = "Cst0merK3y"


def test_the_environment_comes_first(monkeypatch: pytest.MonkeyPatch, memory_keyring: MemoryKeyring) -> None:
    memory_keyring.keys = {"developer": "kept", "default": "kept"}
    monkeypatch.setenv("OPENDENTAL_DEVELOPER_KEY", "from-env")
    monkeypatch.setenv("OPENDENTAL_CUSTOMER_KEY", "customer-env")
    assert keys.developer_key() == "from-env"
    assert keys.customer_key() == "customer-env"
    assert keys.find_customer().source == "OPENDENTAL_CUSTOMER_KEY"


@pytest.mark.parametrize(
    ("practice", "variable"),
    [
        ("smile", "OPENDENTAL_CUSTOMER_KEY_SMILE"),
        ("Dr. Müller-2", "OPENDENTAL_CUSTOMER_KEY_DR__M_LLER_2"),
        ("default", "OPENDENTAL_CUSTOMER_KEY_DEFAULT"),
    ],
)
def test_each_practice_has_its_own_variable(
    monkeypatch: pytest.MonkeyPatch, practice: str, variable: str
) -> None:
    monkeypatch.setenv("OPENDENTAL_CUSTOMER_KEY", "of somebody else")
    monkeypatch.setenv(variable, KEY)
    assert keys.customer_key(practice) == KEY


def test_the_keyring_comes_second(memory_keyring: MemoryKeyring) -> None:
    memory_keyring.keys = {"developer": "dev", "default": "one", "smile": "two"}
    assert (keys.developer_key(), keys.customer_key(), keys.customer_key("smile")) == ("dev", "one", "two")
    assert keys.find_customer("smile").source == "the keyring"


def test_an_empty_variable_counts_as_missing(
    monkeypatch: pytest.MonkeyPatch, memory_keyring: MemoryKeyring
) -> None:
    monkeypatch.setenv("OPENDENTAL_DEVELOPER_KEY", "")
    memory_keyring.keys["developer"] = "dev"
    assert keys.developer_key() == "dev"


def test_the_keyring_is_not_used_if_the_environment_has_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    monkeypatch.setenv("OPENDENTAL_DEVELOPER_KEY", "dev")
    assert keys.developer_key() == "dev"


@pytest.mark.usefixtures("memory_keyring")
def test_the_message_for_a_missing_key_says_how_to_provide_it() -> None:
    with pytest.raises(MissingKeyError) as missing:
        keys.developer_key()
    assert str(missing.value) == (
        "no developer key: set OPENDENTAL_DEVELOPER_KEY, or store it with: odapi keys set"
    )
    with pytest.raises(MissingKeyError) as missing:
        keys.customer_key("smile")
    assert str(missing.value) == (
        "no customer key of smile: set OPENDENTAL_CUSTOMER_KEY_SMILE, or store it with: odapi keys set smile"
    )


def test_the_message_for_a_missing_library_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(MissingKeyError, match=r"set OPENDENTAL_CUSTOMER_KEY, .*odapi-async\[keyring\]"):
        keys.customer_key()
    with pytest.raises(KeyringUnavailableError, match=r"pip install 'odapi-async\[keyring\]'"):
        keys.store("smile", KEY)


def test_a_machine_without_a_keyring() -> None:
    with pytest.raises(MissingKeyError, match="this machine has no keyring"):
        keys.developer_key()
    with pytest.raises(KeyringUnavailableError, match="this machine has no keyring"):
        keys.store("developer", KEY)


def test_an_error_of_the_keyring_is_named_and_not_quoted() -> None:
    keyring.set_keyring(LockedKeyring())
    for ask in (keys.customer_key, lambda: keys.store("smile", KEY)):
        with pytest.raises(UsageError, match="KeyringLocked") as error:
            ask()
        assert KEY not in str(error.value)


def test_a_stored_key_is_found_until_it_is_deleted(memory_keyring: MemoryKeyring) -> None:
    keys.store("smile", KEY)
    assert keys.customer_key("smile") == KEY
    assert keys.delete("smile") is True
    assert keys.delete("smile") is False
    assert memory_keyring.keys == {}


@pytest.mark.parametrize("wrong", ["", "  ", "a/b", "ODFHIR a", "a\nb"])
def test_a_malformed_key_is_not_stored(memory_keyring: MemoryKeyring, wrong: str) -> None:
    for name in ("smile", "developer"):
        with pytest.raises(ConfigurationError, match="_key "):
            keys.store(name, wrong)
    assert memory_keyring.keys == {}


@pytest.mark.parametrize("name", ["developer", "", " "])
def test_some_names_cannot_be_a_practice(memory_keyring: MemoryKeyring, name: str) -> None:
    memory_keyring.keys["developer"] = "dev"
    with pytest.raises(UsageError, match="practice"):
        keys.customer_key(name)


def test_a_found_key_is_not_in_its_repr(memory_keyring: MemoryKeyring) -> None:
    memory_keyring.keys["developer"] = KEY
    found = keys.find_developer()
    assert repr(found) == "FoundKey('the keyring')"
    assert f"{found}" == "FoundKey('the keyring')"


@pytest.mark.parametrize("other", ["main.street", "main street", "Main-Street"])
def test_d11_names_with_one_variable_are_refused(monkeypatch: pytest.MonkeyPatch, other: str) -> None:
    with pytest.raises(UsageError, match=f"main-street and {other} have the same variable.*rename one"):
        keys.check_distinct(["main-street", "harbour", other])
    monkeypatch.setenv("OPENDENTAL_PRACTICE", other)
    monkeypatch.setenv("OPENDENTAL_CUSTOMER_KEY_MAIN_STREET", KEY)
    with pytest.raises(UsageError, match=f"main-street and {other}"):
        keys.customer_key("main-street")
    assert keys.customer_key(other) == KEY


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("VzkmZEaUWOjnQX2z", True),
        ("VzkmZEaUWOjnQXzz", True),
        ("keys/h4rb0urK3y", True),
        ("HARBOUR", False),
        ("HARBOURSTREET", False),
        ("MAIN_STREET_KEY2", False),
        ("main-street.key", False),
        ("Harbourside.key", False),
        ("", False),
    ],
)
def test_a_name_that_may_be_a_key(text: str, *, is_one: bool) -> None:
    assert keys.may_be_key(text) is is_one


def test_the_command_that_stores_a_key_can_be_pasted_into_a_shell(no_keys: None) -> None:
    with pytest.raises(keys.MissingKeyError, match=r"odapi keys set 'main street'"):
        keys.customer_key("main street")
