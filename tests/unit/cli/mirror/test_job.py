"""From what was given to practices with keys: where keys are found, and what is said if they are not."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pytest

from odapi_async import ConfigurationError, Mode, OpenDental, Tier
from odapi_async.cli.errors import WrongInput
from odapi_async.cli.keys.lookup import KeyMissing
from odapi_async.cli.mirror.job import Job, Target, Wish, of_many, of_one
from odapi_async.cli.practice_options import Reach
from odapi_async.mirror import DEFAULT_TABLES
from odapi_async.mirror.config import Config, PracticeConfig
from tests.unit.cli.kept import Kept

DEVELOPER: Final = "Dvl0perK3y"
NOTHING: Final = Wish()


@pytest.fixture(autouse=True)
def developer(no_keys: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENDENTAL_DEVELOPER_KEY", DEVELOPER)


def config(**practices: PracticeConfig) -> Config:
    return Config(practices=practices)


def key_of(job: Job, name: str) -> str:
    return job.targets[name].customer_key


def test_one_practice_needs_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENDENTAL_CUSTOMER_KEY", "0ffice")
    job = of_one(Reach(), NOTHING)
    assert job == Job(
        developer_key=DEVELOPER, store="mirror.db", targets={"default": Target(customer_key="0ffice")}
    )
    assert job.tables == DEFAULT_TABLES


def test_one_practice_may_have_a_name_and_everything_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENDENTAL_CUSTOMER_KEY_HARBOUR", "h4rbour")
    reach = Reach(practice="harbour", tier=Tier.STANDARD, mode=Mode.LOCAL, base_url="http://localhost/api/v1")
    wish = Wish(tables=("recalls",), store="copies.db", sweep=True, sweep_days=2.0)
    assert of_one(reach, wish) == Job(
        developer_key=DEVELOPER,
        store="copies.db",
        targets={
            "harbour": Target(
                customer_key="h4rbour",
                tier=Tier.STANDARD,
                mode=Mode.LOCAL,
                base_url="http://localhost/api/v1",
            )
        },
        tables=("recalls",),
        sweep_days=2.0,
        sweep=True,
    )


def test_a_misspelt_table_is_found_before_a_key_is_missed() -> None:
    with pytest.raises(ConfigurationError, match="did you mean recalls"):
        of_one(Reach(), Wish(tables=("recals",)))
    with pytest.raises(ConfigurationError, match="did you mean recalls"):
        of_many(config(a=PracticeConfig()), Wish(tables=("recals",)))


def test_without_keys_it_says_how_to_give_them() -> None:
    with pytest.raises(KeyMissing, match="OPENDENTAL_CUSTOMER_KEY"):
        of_one(Reach(), NOTHING)


def test_keys_come_from_where_the_file_says(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, kept: Kept
) -> None:
    monkeypatch.setenv("MAIN_STREET", "fromAVariable")
    monkeypatch.setenv("OPENDENTAL_CUSTOMER_KEY_HILL", "fromItsUsualVariable")
    monkeypatch.setenv("OPENDENTAL_CUSTOMER_KEY_RING", "notThisOne")
    kept.keys |= {"ring": "fromTheKeyring", "lake": "foundInTheKeyring"}
    (tmp_path / "harbour.key").write_text("fromAFile\n", encoding="utf-8")
    job = of_many(
        config(
            main=PracticeConfig(key_env="MAIN_STREET"),
            harbour=PracticeConfig(key_file=tmp_path / "harbour.key"),
            ring=PracticeConfig(keyring=True),
            hill=PracticeConfig(),
            lake=PracticeConfig(),
        ),
        NOTHING,
    )
    assert {name: key_of(job, name) for name in job.targets} == {
        "main": "fromAVariable",
        "harbour": "fromAFile",
        "ring": "fromTheKeyring",
        "hill": "fromItsUsualVariable",
        "lake": "foundInTheKeyring",
    }


def test_all_keys_that_are_missing_are_told_at_once_and_none_that_is_there(
    tmp_path: Path, kept: Kept
) -> None:
    (tmp_path / "empty.key").touch()
    (tmp_path / "picture.key").write_bytes(b"\xff\xfe")
    with pytest.raises(KeyMissing) as caught:
        of_many(
            config(
                a=PracticeConfig(key_env="VzkmZEaUWOjnQX2z"),
                b=PracticeConfig(key_file=tmp_path / "VzkmZEaUWOjnQX2z"),
                c=PracticeConfig(key_file=tmp_path / "empty.key"),
                d=PracticeConfig(key_file=tmp_path / "picture.key"),
                e=PracticeConfig(keyring=True),
                f=PracticeConfig(),
            ),
            NOTHING,
        )
    assert [line.strip() for line in str(caught.value).splitlines()] == [
        "a: key_env names a variable that is not set",
        "b: key_file cannot be read: No such file or directory",
        "c: key_file is empty",
        "d: key_file is not a text",
        "e: no customer key of e in the keyring: store it with: odapi keys set e",
        "f: no customer key of f: set OPENDENTAL_CUSTOMER_KEY_F, or store it with: odapi keys set f",
    ]


def test_two_practices_with_one_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_KEY", "s4meK3y")
    monkeypatch.setenv("ANOTHER", "s4meK3y")
    practices = {"a": PracticeConfig(key_env="A_KEY"), "b": PracticeConfig(key_env="ANOTHER")}
    with pytest.raises(WrongInput) as caught:
        of_many(Config(practices=practices), NOTHING)
    assert str(caught.value) == "a and b have the same customer key; each practice has one of its own"
    assert key_of(of_many(Config(practices=practices), NOTHING, only="b"), "b") == "s4meK3y"


@pytest.fixture
def two(monkeypatch: pytest.MonkeyPatch) -> Config:
    monkeypatch.setenv("A_KEY", "k3yOfA")
    monkeypatch.setenv("B_KEY", "k3yOfB")
    return Config(
        store="of-the-file.db",
        tables=("patients",),
        sweep_days=3.0,
        practices={
            "a": PracticeConfig(key_env="A_KEY"),
            "b": PracticeConfig(key_env="B_KEY", tables=("claims",), tier=Tier.ENTERPRISE, version="24.4"),
        },
    )


def test_the_file_says_what_is_done(two: Config) -> None:
    job = of_many(two, NOTHING)
    assert (job.store, job.tables, job.sweep_days) == ("of-the-file.db", ("patients",), 3.0)
    assert job.others == {"b": ("claims",)}
    assert job.targets["b"] == Target(customer_key="k3yOfB", tier=Tier.ENTERPRISE, version="24.4")


def test_the_command_line_goes_first(two: Config) -> None:
    job = of_many(two, Wish(tables=("recalls",), store="mine.db", sweep=True, sweep_days=0.0))
    assert (job.store, job.tables, job.sweep_days, job.sweep) == ("mine.db", ("recalls",), 0.0, True)
    assert job.others == {}


def test_one_practice_of_the_file_may_be_read_alone(two: Config) -> None:
    assert [*of_many(two, NOTHING, only="a").targets] == ["a"]
    with pytest.raises(WrongInput, match="the file has no practice c; there are a, b"):
        of_many(two, NOTHING, only="c")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"base_url": "http://example.com/api/v1"}, "b: base_url is plain http to example.com"),
        ({"version": "new"}, "b: version has to look like 24.4"),
        ({"customer_key": "a b"}, "b: customer_key contains a space"),
    ],
)
async def test_what_cannot_work_is_said_of_its_practice(given: dict[str, Any], said: str) -> None:
    plain: dict[str, Any] = {"customer_key": "k3y"}
    target = Target(**plain | given)
    job = Job(developer_key=DEVELOPER, store="x.db", targets={"a": Target(customer_key="other"), "b": target})
    async with OpenDental(DEVELOPER) as od:
        with pytest.raises(ConfigurationError, match=said):
            job.practices(od)


def test_no_secret_is_in_a_repr() -> None:
    job = Job(
        developer_key=DEVELOPER,
        store="postgresql://me:s3cret@server/practices",
        targets={"a": Target(customer_key="k3yOfA")},
    )
    assert not any(each in repr(job) for each in (DEVELOPER, "s3cret", "k3yOfA"))
