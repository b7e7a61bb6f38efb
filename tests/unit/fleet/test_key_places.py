"""The places of customer keys, and the messages if a key is not there."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

import keyring
import pytest

from odapi_async.cli.keys import lookup
from odapi_async.fleet.errors import KeyNotFound
from odapi_async.fleet.key_places import find_key, key_ref_of
from odapi_async.mirror.config import PracticeConfig
from tests.unit.cli.keyrings import LockedKeyring, MemoryKeyring

KEY: Final = "Cst0merK3y"


def missing(name: str, key_ref: str) -> str:
    with pytest.raises(KeyNotFound) as caught:
        find_key(name, key_ref)
    assert KEY not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    ("practice", "key_ref"),
    [
        (PracticeConfig(key_env="HILL_KEY"), "env:HILL_KEY"),
        (PracticeConfig(key_file=Path("/srv/a:b.key")), "file:/srv/a:b.key"),
        (PracticeConfig(keyring=True), "keyring:"),
        (PracticeConfig(), "name:"),
    ],
)
def test_the_section_of_a_practice_names_the_place(practice: PracticeConfig, key_ref: str) -> None:
    assert key_ref_of(practice) == key_ref


def test_the_path_of_a_file_is_absolute(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "hill.key").write_text(f"\ufeff{KEY}\n", "utf-8")
    key_ref = key_ref_of(PracticeConfig(key_file=Path("hill.key")))
    monkeypatch.chdir("/")
    assert find_key("hill", key_ref) == KEY


def test_a_key_is_found_in_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HILL_KEY", f"{KEY}\n")
    assert find_key("hill", "env:HILL_KEY") == KEY
    for value in ("", "  "):
        monkeypatch.setenv("HILL_KEY", value)
        assert missing("hill", "env:HILL_KEY") == (
            "the variable HILL_KEY is not set; set it to the customer key"
        )


def test_a_file_that_holds_no_key_is_named(tmp_path: Path) -> None:
    file = tmp_path / "hill.key"
    assert f"{file} cannot be read: No such file" in missing("hill", f"file:{file}")
    file.write_text("\n")
    assert f"{file} is empty" in missing("hill", f"file:{file}")
    file.write_bytes(b"\xff\xfe\xff")
    assert f"{file} is not a text file" in missing("hill", f"file:{file}")
    assert "cannot be read: Is a directory" in missing("hill", f"file:{tmp_path}")
    assert "a character that no path has" in missing("hill", "file:/srv/\0")


def test_a_key_is_found_in_the_keyring_under_the_name(memory_keyring: MemoryKeyring) -> None:
    memory_keyring.keys = {"hill": KEY}
    assert find_key("hill", "keyring:") == find_key("hill", "name:") == KEY
    assert missing("harbour", "keyring:") == (
        "the keyring of this machine has no key of harbour; store it with: odapi keys set harbour"
    )


def test_a_key_by_name_is_first_looked_up_in_its_variable(
    monkeypatch: pytest.MonkeyPatch, memory_keyring: MemoryKeyring
) -> None:
    memory_keyring.keys = {"Dr. Ada": "other"}
    monkeypatch.setenv("OPENDENTAL_CUSTOMER_KEY_DR__ADA", KEY)
    assert find_key("Dr. Ada", "name:") == KEY == lookup.customer_key("Dr. Ada")
    assert missing("hill", "name:") == (
        "the variable OPENDENTAL_CUSTOMER_KEY_HILL is not set, and the keyring of this machine has no key of "
        "hill; store it with: odapi keys set hill"
    )


def test_the_developer_key_is_never_a_customer_key(memory_keyring: MemoryKeyring) -> None:
    memory_keyring.keys = {"developer": KEY}
    for key_ref in ("keyring:", "name:"):
        assert "a practice cannot be named developer" in missing("developer", key_ref)


def test_a_keyring_that_cannot_be_used_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    assert missing("hill", "keyring:") == "this machine has no keyring; use the environment variable"
    keyring.set_keyring(LockedKeyring())
    assert missing("hill", "keyring:") == "the keyring refused: KeyringLocked; is it locked?"
    monkeypatch.setitem(sys.modules, "keyring", None)
    assert "pip install 'odapi-async[keyring]'" in missing("hill", "keyring:")


def test_a_place_of_a_newer_version_is_refused_without_its_text() -> None:
    assert "update odapi-async" in missing("hill", f"vault:{KEY}")
