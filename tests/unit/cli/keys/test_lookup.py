"""Where keys are found, and what is said when they are not."""

from __future__ import annotations

import sys

import keyring
import pytest

from odapi_async.cli.errors import WrongInput
from odapi_async.cli.keys import lookup as keys
from odapi_async.cli.keys.lookup import KeyMissing, KeyringTrouble
from tests.unit.cli.kept import Kept, Locked

KEY = "Cst0merK3y"


def test_the_environment_goes_first(monkeypatch: pytest.MonkeyPatch, kept: Kept) -> None:
    kept.keys = {"developer": "kept", "default": "kept"}
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
def test_a_practice_has_a_variable_of_its_own(
    monkeypatch: pytest.MonkeyPatch, practice: str, variable: str
) -> None:
    monkeypatch.setenv("OPENDENTAL_CUSTOMER_KEY", "of somebody else")
    monkeypatch.setenv(variable, KEY)
    assert keys.customer_key(practice) == KEY


def test_then_comes_the_keyring(kept: Kept) -> None:
    kept.keys = {"developer": "dev", "default": "one", "smile": "two"}
    assert (keys.developer_key(), keys.customer_key(), keys.customer_key("smile")) == ("dev", "one", "two")
    assert keys.find_customer("smile").source == "the keyring"


def test_an_empty_variable_is_none(monkeypatch: pytest.MonkeyPatch, kept: Kept) -> None:
    monkeypatch.setenv("OPENDENTAL_DEVELOPER_KEY", "")
    kept.keys["developer"] = "dev"
    assert keys.developer_key() == "dev"


def test_the_keyring_is_left_alone_where_the_environment_says_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    monkeypatch.setenv("OPENDENTAL_DEVELOPER_KEY", "dev")
    assert keys.developer_key() == "dev"


@pytest.mark.usefixtures("kept")
def test_a_key_that_is_nowhere_says_what_to_do() -> None:
    with pytest.raises(KeyMissing) as missing:
        keys.developer_key()
    assert str(missing.value) == (
        "no developer key: set OPENDENTAL_DEVELOPER_KEY, or store it with: odapi keys set"
    )
    with pytest.raises(KeyMissing) as missing:
        keys.customer_key("smile")
    assert str(missing.value) == (
        "no customer key of smile: set OPENDENTAL_CUSTOMER_KEY_SMILE, or store it with: odapi keys set smile"
    )


def test_without_the_library_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(KeyMissing, match=r"set OPENDENTAL_CUSTOMER_KEY, .*odapi-async\[keyring\]"):
        keys.customer_key()
    with pytest.raises(KeyringTrouble, match=r"pip install 'odapi-async\[keyring\]'"):
        keys.store("smile", KEY)


def test_without_a_place_to_keep_it_it_says_so() -> None:
    with pytest.raises(KeyMissing, match="no keyring that could keep it"):
        keys.developer_key()
    with pytest.raises(KeyringTrouble, match="no keyring that could keep it"):
        keys.store("developer", KEY)


def test_a_keyring_that_refuses_is_named_and_not_quoted() -> None:
    keyring.set_keyring(Locked())
    for ask in (keys.customer_key, lambda: keys.store("smile", KEY)):
        with pytest.raises(WrongInput, match="KeyringLocked") as trouble:
            ask()
        assert KEY not in str(trouble.value)


def test_what_is_stored_is_found_and_what_is_deleted_is_not(kept: Kept) -> None:
    keys.store("smile", KEY)
    assert keys.customer_key("smile") == KEY
    assert keys.delete("smile") is True
    assert keys.delete("smile") is False
    assert kept.keys == {}


@pytest.mark.parametrize("wrong", ["", "  ", "a/b", "ODFHIR a", "a\nb"])
def test_what_cannot_be_a_key_is_not_kept(kept: Kept, wrong: str) -> None:
    with pytest.raises(WrongInput, match="the key"):
        keys.store("smile", wrong)
    assert kept.keys == {}


@pytest.mark.parametrize("name", ["developer", "", " "])
def test_some_names_are_no_practice(kept: Kept, name: str) -> None:
    kept.keys["developer"] = "dev"
    with pytest.raises(WrongInput, match="practice"):
        keys.customer_key(name)


def test_a_key_that_was_found_does_not_show_itself(kept: Kept) -> None:
    kept.keys["developer"] = KEY
    found = keys.find_developer()
    assert repr(found) == "Found('the keyring')"
    assert f"{found}" == "Found('the keyring')"
