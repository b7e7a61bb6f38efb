"""Jobs from options and configuration files: settings, keys, and the messages if keys are missing."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pytest

from odapi_async import ConfigurationError, Mode, OpenDental, Remote, Service, Tier
from odapi_async.cli.errors import UsageError
from odapi_async.cli.keys.lookup import MissingKeyError
from odapi_async.cli.mirror.job import MirrorJob, config_job, job_without_file, merge
from odapi_async.cli.mirror.options import Overrides, Selection
from odapi_async.cli.mirror.shard import Shard
from odapi_async.cli.practice_options import PracticeOptions
from odapi_async.fleet.key_places import find_key, key_ref_of
from odapi_async.mirror import Outcome
from odapi_async.mirror.config import Config, PracticeConfig
from tests.unit.cli.keyrings import MemoryKeyring

DEVELOPER: Final = "Dvl0perK3y"
NO_OVERRIDES: Final = Overrides()


@pytest.fixture(autouse=True)
def developer(no_keys: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENDENTAL_DEVELOPER_KEY", DEVELOPER)


def config(**practices: PracticeConfig) -> Config:
    return Config(practices=practices)


def test_one_practice_needs_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENDENTAL_CUSTOMER_KEY", "0ffice")
    job = job_without_file(PracticeOptions(), NO_OVERRIDES)
    assert job == MirrorJob(
        config=config(default=PracticeConfig()),
        developer_key=DEVELOPER,
        customer_keys={"default": "0ffice"},
    )
    assert job.store == "mirror.db"


def test_one_practice_can_have_a_name_and_every_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENDENTAL_CUSTOMER_KEY_HARBOUR", "h4rbour")
    url = "http://localhost/api/v1"
    job = job_without_file(
        PracticeOptions("harbour", Tier.STANDARD, Mode.LOCAL, url),
        Overrides(tables=("recalls",), store="copies.db", sweep_days=2.0),
    )
    assert job == MirrorJob(
        config=Config(
            store="copies.db",
            tables=("recalls",),
            sweep_days=2.0,
            practices={"harbour": PracticeConfig(tier=Tier.STANDARD, mode=Mode.LOCAL, base_url=url)},
        ),
        developer_key=DEVELOPER,
        customer_keys={"harbour": "h4rbour"},
    )
    assert job.store == "copies.db"


def test_a_misspelled_table_is_reported_before_a_missing_key() -> None:
    overrides = Overrides(tables=("recals",))
    with pytest.raises(ConfigurationError, match="did you mean recalls"):
        job_without_file(PracticeOptions(), overrides)
    with pytest.raises(ConfigurationError, match="did you mean recalls"):
        config_job(config(a=PracticeConfig()), overrides)


def test_without_keys_it_says_how_to_provide_them() -> None:
    with pytest.raises(MissingKeyError, match="OPENDENTAL_CUSTOMER_KEY"):
        job_without_file(PracticeOptions(), NO_OVERRIDES)


def test_keys_come_from_the_places_that_the_file_names(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, memory_keyring: MemoryKeyring
) -> None:
    monkeypatch.setenv("MAIN_STREET", "fromAVariable")
    monkeypatch.setenv("OPENDENTAL_CUSTOMER_KEY_HILL", "fromItsUsualVariable")
    monkeypatch.setenv("OPENDENTAL_CUSTOMER_KEY_RING", "notThisOne")
    memory_keyring.keys |= {"ring": "fromTheKeyring", "lake": "foundInTheKeyring"}
    (tmp_path / "harbour.key").write_text("fromAFile\n", encoding="utf-8-sig")  # fault E2
    job = config_job(
        config(
            main=PracticeConfig(key_env="MAIN_STREET"),
            harbour=PracticeConfig(key_file=tmp_path / "harbour.key"),
            ring=PracticeConfig(keyring=True),
            hill=PracticeConfig(),
            lake=PracticeConfig(),
        ),
        NO_OVERRIDES,
    )
    assert job.customer_keys == {
        "main": "fromAVariable",
        "harbour": "fromAFile",
        "ring": "fromTheKeyring",
        "hill": "fromItsUsualVariable",
        "lake": "foundInTheKeyring",
    }


def test_one_message_names_all_missing_keys_and_shows_none(
    tmp_path: Path, memory_keyring: MemoryKeyring
) -> None:
    hidden = "(not shown, because it looks like a key)"
    write, gone = "write the customer key into it", "No such file or directory"
    (tmp_path / "empty.key").touch()
    (tmp_path / "picture.key").write_bytes(b"\xff\xfe")
    with pytest.raises(MissingKeyError) as caught:
        config_job(
            config(
                a=PracticeConfig(key_env="VzkmZEaUWOjnQX2z"),
                b=PracticeConfig(key_file=tmp_path / "VzkmZEaUWOjnQX2z"),
                c=PracticeConfig(key_file=tmp_path / "empty.key"),
                d=PracticeConfig(key_file=tmp_path / "picture.key"),
                e=PracticeConfig(keyring=True),
                f=PracticeConfig(),
                g=PracticeConfig(key_file=tmp_path / "VzkmZEaUWOjnQX2z\0"),
            ),
            NO_OVERRIDES,
        )
    assert [line.strip() for line in str(caught.value).splitlines()] == [
        f"a: the variable of key_env {hidden} is not set; set it to the customer key",
        f"b: the file of key_file {hidden} cannot be read: {gone}; {write}, and let this user read it",
        f"c: the file {tmp_path / 'empty.key'} is empty; {write}",
        f"d: the file {tmp_path / 'picture.key'} is not a text file; {write}, and nothing else",
        "e: no customer key of e in the keyring (service odapi, user e): store it with: odapi keys set e",
        "f: no customer key of f: set OPENDENTAL_CUSTOMER_KEY_F, or store it with: odapi keys set f",
        "g: the path of the key has a character that no path has; correct key_file",
    ]


def test_white_space_around_a_key_is_no_part_of_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, memory_keyring: MemoryKeyring
) -> None:
    monkeypatch.setenv("OPENDENTAL_DEVELOPER_KEY", f"{DEVELOPER}\n")
    monkeypatch.setenv("A_KEY", "aK3y\n")
    monkeypatch.setenv("OPENDENTAL_CUSTOMER_KEY_C", " cK3y\r\n")
    memory_keyring.keys |= {"d": "dK3y\n", "e": "eK3y\n"}
    (tmp_path / "b.key").write_text("bK3y\n")
    places = {
        "a": PracticeConfig(key_env="A_KEY"),
        "b": PracticeConfig(key_file=tmp_path / "b.key"),
        "c": PracticeConfig(),
        "d": PracticeConfig(keyring=True),
        "e": PracticeConfig(),
    }
    job = config_job(config(**places), NO_OVERRIDES)
    assert job.developer_key == DEVELOPER
    assert job.customer_keys == {name: f"{name}K3y" for name in places}
    found = {name: find_key(name, key_ref_of(each)) for name, each in places.items()}
    assert found == job.customer_keys, "a fleet finds the same"


@pytest.mark.parametrize(
    ("name", "reason"),
    [("main-street.key", "No such file or directory"), (".", "Is a directory")],
)
def test_a_key_file_that_cannot_be_read_is_named_in_full(tmp_path: Path, name: str, reason: str) -> None:
    path = tmp_path / "keys" / name
    (tmp_path / "keys").mkdir()
    with pytest.raises(MissingKeyError) as caught:
        config_job(config(a=PracticeConfig(key_file=path)), NO_OVERRIDES)
    assert str(caught.value).startswith(
        f"a: the file {path} cannot be read: {reason}; write the customer key"
    )


def test_two_practices_with_the_same_key_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_KEY", "s4meK3y")
    monkeypatch.setenv("ANOTHER", "s4meK3y")
    both = config(a=PracticeConfig(key_env="A_KEY"), b=PracticeConfig(key_env="ANOTHER"))
    with pytest.raises(UsageError) as caught:
        config_job(both, NO_OVERRIDES)
    assert str(caught.value) == "a and b have the same customer key; give each practice its own"
    assert config_job(both, NO_OVERRIDES, Selection(names=("b",))).customer_keys == {"b": "s4meK3y"}


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


def test_without_overrides_the_configuration_stays_as_it_is(two: Config) -> None:
    job = config_job(two, NO_OVERRIDES)
    assert (job.config, job.store) == (two, "of-the-file.db")
    assert job.customer_keys == {"a": "k3yOfA", "b": "k3yOfB"}


def test_overrides_replace_the_settings_of_the_configuration(two: Config) -> None:
    merged = merge(two, Overrides(tables=("recalls",), store="mine.db", sweep_days=0.0))
    assert (merged.store, merged.tables, merged.sweep_days) == ("mine.db", ("recalls",), 0.0)
    assert [each.tables for each in merged.practices.values()] == [None, None]
    assert merged.practices["b"].version == "24.4"


def test_one_practice_of_the_file_can_be_read_alone(two: Config) -> None:
    assert [*config_job(two, NO_OVERRIDES, Selection(names=("a",))).config.practices] == ["a"]
    with pytest.raises(UsageError, match="the file has no practice c; there are a, b"):
        config_job(two, NO_OVERRIDES, Selection(names=("a", "c")))


def test_several_practices_can_be_chosen(two: Config) -> None:
    selection = Selection(names=("b", "a"))
    assert [*config_job(two, NO_OVERRIDES, selection).config.practices] == ["b", "a"]


def test_several_practices_need_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENDENTAL_CUSTOMER_KEY_A", "k3yOfA")
    monkeypatch.setenv("OPENDENTAL_CUSTOMER_KEY_B", "k3yOfB")
    options = PracticeOptions("elsewhere", Tier.STANDARD)
    job = job_without_file(options, NO_OVERRIDES, Selection(names=("a", "b")))
    assert job.customer_keys == {"a": "k3yOfA", "b": "k3yOfB"}
    assert [each.tier for each in job.config.practices.values()] == [Tier.STANDARD] * 2
    with pytest.raises(UsageError, match="the practices a b and a-b have the same variable"):
        job_without_file(options, NO_OVERRIDES, Selection(names=("a b", "a-b")))


def test_a_shard_needs_the_keys_of_its_own_practices_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENDENTAL_CUSTOMER_KEY_HARBOUR", "h4rbour")
    file = config(harbour=PracticeConfig(), hill=PracticeConfig())
    assert config_job(file, NO_OVERRIDES, Selection(shard=Shard(2, 3))).customer_keys == {
        "harbour": "h4rbour"
    }
    assert config_job(file, NO_OVERRIDES, Selection(shard=Shard(1, 3))).customer_keys == {}


def test_without_some_keys_it_keeps_going_with_the_others(
    two: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("B_KEY")
    with pytest.raises(MissingKeyError, match="b: the variable B_KEY is not set"):
        config_job(two, NO_OVERRIDES)
    job = config_job(two, NO_OVERRIDES, Selection(keep_going=True))
    assert (job.customer_keys, job.missing) == (
        {"a": "k3yOfA"},
        {"b": "the variable B_KEY is not set; set it to the customer key"},
    )
    assert [(each.practice, each.table, each.outcome, each.error) for each in job.without_key()] == [
        ("b", "claims", Outcome.FAILED, f"MissingKeyError: {job.missing['b']}")
    ]


def test_without_any_key_nothing_keeps_going(two: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("A_KEY")
    monkeypatch.delenv("B_KEY")
    with pytest.raises(MissingKeyError, match=r"a: the variable A_KEY .*\n.*b: the variable B_KEY"):
        config_job(two, NO_OVERRIDES, Selection(keep_going=True))


@pytest.mark.parametrize(
    ("settings", "key", "message"),
    [
        ({"base_url": "http://example.com/api/v1"}, "k3y", "b: base_url is plain http to example.com"),
        ({"version": "new"}, "k3y", "b: version has to look like 24.4"),
        ({}, "a b", "b: customer_key "),
    ],
)
async def test_an_error_in_a_setting_or_a_key_names_its_practice(
    settings: dict[str, Any], key: str, message: str
) -> None:
    job = MirrorJob(
        config=config(a=PracticeConfig(), b=PracticeConfig(**settings)),
        developer_key=DEVELOPER,
        customer_keys={"a": "other", "b": key},
    )
    async with OpenDental(DEVELOPER) as od:
        with pytest.raises(ConfigurationError, match=message):
            job.practices(od)


async def test_a_practice_has_the_settings_of_its_section(two: Config) -> None:
    job = config_job(two, NO_OVERRIDES)
    async with OpenDental(DEVELOPER) as od:
        practices = job.practices(od)
    settings = practices["b"]._calls.settings
    assert (settings.version, settings.authorization.reveal()) == ("24.4", f"ODFHIR {DEVELOPER}/k3yOfB")
    assert practices["a"]._calls.settings.version is None
    assert [each.name for each in practices.values()] == ["a", "b"]


@pytest.mark.parametrize(
    ("name", "shown"), [("x" * 80, "x" * 64), ("a\tb", "a b"), ("\t", None), ("k3yOfA", None)]
)
async def test_a_practice_has_the_name_of_its_section_as_far_as_it_can_be_shown(
    name: str, shown: str | None
) -> None:
    job = MirrorJob(
        config=config(**{name: PracticeConfig()}), developer_key=DEVELOPER, customer_keys={name: "k3yOfA"}
    )
    async with OpenDental(DEVELOPER) as od:
        assert job.practices(od)[name].name == shown


def test_no_secret_is_in_a_repr() -> None:
    job = MirrorJob(
        config=Config(store="postgresql://me:s3cret@server/practices", practices={"a": PracticeConfig()}),
        developer_key=DEVELOPER,
        customer_keys={"a": "k3yOfA"},
    )
    assert not any(each in repr(job) for each in (DEVELOPER, "s3cret", "k3yOfA"))


async def test_a_practice_has_the_ways_of_its_section() -> None:
    practices = {"bay": PracticeConfig(via=("service=http://10.0.0.8:30223/api/v1", "remote"), keyring=True)}
    job = MirrorJob(
        config=Config(practices=practices), developer_key=DEVELOPER, customer_keys={"bay": "k3yOfBay"}
    )
    async with OpenDental(DEVELOPER) as od:
        ways = job.practices(od)["bay"].ways
    assert [each.way for each in ways] == [Service("http://10.0.0.8:30223/api/v1"), Remote()]
