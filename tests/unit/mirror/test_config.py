"""practices.toml: its settings, and the messages about wrong ones."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest
from msgspec.structs import replace

from odapi_async import ConfigurationError, Mode, Tier
from odapi_async.mirror.config import Config, PracticeConfig, load, read

FOLDER: Final = Path("/srv/mirror")
ONE: Final = "[practices.main]\n"
SECRET: Final = "s3cr3tK3y"


def refused(text: str) -> str:
    with pytest.raises(ConfigurationError) as caught:
        read(text, FOLDER)
    return str(caught.value)


def test_all_settings_are_read() -> None:
    text = """
        store = "copies/practices.db"
        tables = ["patients", "recalls"]
        sweep_days = 3

        [practices.main-street]
        key_env = "MAIN_STREET_KEY"
        tier = "standard"
        mode = "Local"
        base_url = "http://workstation:30222/api/v1"
        version = "24.4.13"
        tables = ["claims"]

        [practices."Dr. Ada's"]
        key_file = "keys/ada.key"

        [practices.harbour]
        keyring = true

        [practices.hill]
    """
    assert read(text, FOLDER) == Config(
        store="/srv/mirror/copies/practices.db",
        tables=("patients", "recalls"),
        sweep_days=3.0,
        practices={
            "main-street": PracticeConfig(
                key_env="MAIN_STREET_KEY",
                tier=Tier.STANDARD,
                mode=Mode.LOCAL,
                base_url="http://workstation:30222/api/v1",
                version="24.4.13",
                tables=("claims",),
            ),
            "Dr. Ada's": PracticeConfig(key_file=FOLDER / "keys/ada.key"),
            "harbour": PracticeConfig(keyring=True),
            "hill": PracticeConfig(),
        },
    )


def test_missing_settings_have_defaults() -> None:
    assert read(ONE, FOLDER) == Config(practices={"main": PracticeConfig()})


def test_a_section_overrides_the_defaults() -> None:
    text = """
        [defaults]
        tier = "enterprise"
        mode = "service"
        base_url = "http://10.0.0.7:30223/api/v1"
        version = "24.4"
        tables = ["patients"]
        keyring = true

        [practices.main]
        [practices.harbour]
        key_env = "HARBOUR_KEY"
        tier = "Standard"
        tables = ["claims"]
        [practices.hill]
        keyring = false
        mode = "Remote"
    """
    common = PracticeConfig(
        keyring=True,
        tier=Tier.ENTERPRISE,
        mode=Mode.SERVICE,
        base_url="http://10.0.0.7:30223/api/v1",
        version="24.4",
        tables=("patients",),
    )
    harbour = {"key_env": "HARBOUR_KEY", "keyring": False, "tier": Tier.STANDARD, "tables": ("claims",)}
    assert read(text, FOLDER).practices == {
        "main": common,
        "harbour": replace(common, **harbour),
        "hill": replace(common, keyring=False, mode=Mode.REMOTE),
    }


def test_a_field_to_exclude_is_spelled_as_in_the_api_or_as_its_column() -> None:
    text = """
        exclude = [
            "patients.SSN", "patients.email", "patients.LNAME",
            "appointments.Confirmed", "claims.customtracking_text",
        ]
    """
    assert read(f"{text}{ONE}", FOLDER).exclude == {
        "patients": {"SSN", "Email", "LName"},
        "appointments": {"Confirmed"},
        "claims": {"customTracking"},
    }


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("patients", "patients has to be a table and a field, such as patients.SSN"),
        ("patients.", "patients. has to be a table and a field, such as patients.SSN"),
        ("patiens.SSN", "there is no table patiens; did you mean patients?"),
        ("patients.SNN", "patients has no field SNN; did you mean SSN?"),
        ("patients.practice", "patients has no field practice; there are "),
        ("patients.PatNum", "patients.PatNum cannot be excluded: it is the id of the row"),
        ("patients.patnum", "patients.PatNum cannot be excluded: it is the id of the row"),
        (
            "patients.DateTStamp",
            "patients.DateTStamp cannot be excluded: it says when the row has changed",
        ),
        (
            "documents.PatNum",
            "documents.PatNum cannot be excluded: it says which of patients the row belongs to",
        ),
        (
            "procedure_logs.ProcStatus",
            "procedure_logs.ProcStatus cannot be excluded: it says whether the row is deleted",
        ),
        (
            "appointments.CONFIRMED",
            "appointments has the fields Confirmed and confirmed; name one of them",
        ),
    ],
)
def test_a_field_that_cannot_be_excluded_is_refused(name: str, said: str) -> None:
    assert refused(f'exclude = ["{name}"]\n{ONE}').startswith(f"exclude: {said}")


@pytest.mark.parametrize(
    ("store", "resolved"),
    [
        ("practices.db", "/srv/mirror/practices.db"),
        ("/var/lib/practices.db", "/var/lib/practices.db"),
        ("sqlite:///practices.db", "sqlite:////srv/mirror/practices.db"),
        ("sqlite:////var/lib/practices.db", "sqlite:////var/lib/practices.db"),
        ("postgresql://mirror@server/practices", "postgresql://mirror@server/practices"),
        ("oracle://server", "oracle://server"),
        ("what://is this://", "what://is this://"),
    ],
)
def test_a_path_is_relative_to_the_file(store: str, resolved: str) -> None:
    assert read(f'store = "{store}"\n{ONE}', FOLDER).store == resolved


def test_a_tilde_is_the_home_folder() -> None:
    found = read('store = "~/practices.db"\n[practices.main]\nkey_file = "~/main.key"', FOLDER)
    assert found.store == str(Path.home() / "practices.db")
    assert found.practices["main"].key_file == Path.home() / "main.key"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "there are no practices; each is a section, such as [practices.main-street]"),
        ("[practices]", "there are no practices; each is a section, such as [practices.main-street]"),
        ("practices = 1", "each practice must be a section, such as [practices.main-street]"),
        ('[[practices]]\nname = "a"', "each practice must be a section, such as [practices.main-street]"),
        ("[practices]\nmain = 1", "main must be a section: [practices.main]"),
        ('[practices." "]', "a practice needs a name"),
        ("[practise.main]", "there is no setting practise; did you mean practices?"),
        (
            '[practices.main]\nkey_evn = "A"',
            "there is no setting key_evn in [practices.main]; did you mean key_env?",
        ),
        (
            "wxyz = 1\n[practices.main]",
            "there is no setting wxyz; there are store, tables, sweep_days, exclude, defaults, practices",
        ),
        (f"store = 1\n{ONE}", "store must be a string"),
        (f'tables = "patients"\n{ONE}', "tables must be a list"),
        (f"tables = [1]\n{ONE}", "tables must be a list of strings"),
        (f"tables = []\n{ONE}", "tables is empty; leave it out for the default tables"),
        (f'tables = ["patient"]\n{ONE}', "tables: there is no table patient; did you mean patients?"),
        (
            f'{ONE}tables = ["procedurelogs"]',
            "tables in [practices.main]: there is no table procedurelogs; did you mean procedure_logs?",
        ),
        (f"{ONE}tables = []", "tables in [practices.main] is empty; leave it out for the default tables"),
        (f"sweep_days = -1\n{ONE}", "sweep_days must be a number of days from 0 to 36500"),
        (f"sweep_days = inf\n{ONE}", "sweep_days must be a number of days from 0 to 36500"),
        (f"sweep_days = nan\n{ONE}", "sweep_days must be a number of days from 0 to 36500"),
        (f'sweep_days = "7"\n{ONE}', "sweep_days must be a number"),
        ("exclude = 1\n" + ONE, "exclude must be a list"),
        ("exclude = [1]\n" + ONE, "exclude must be a list of strings"),
        (f"defaults = 1\n{ONE}", "defaults must be a section: [defaults]"),
        (
            f'{ONE}[defaults]\nteir = "Standard"',
            "there is no setting teir in [defaults]; did you mean tier?",
        ),
        (
            f'{ONE}[defaults]\ntier = "gold"',
            "tier in [defaults] must be one of ReadAll, Standard, Enterprise",
        ),
        (
            f'{ONE}[defaults]\ntables = ["recal"]',
            "tables in [defaults]: there is no table recal; did you mean recalls?",
        ),
        (
            f'tables = ["patients"]\n{ONE}[defaults]\ntables = ["recalls"]',
            "tables is set twice, at the top and in [defaults]; keep one of them",
        ),
        (f"{ONE}keyring = 1", "keyring in [practices.main] must be true or false"),
        (f"{ONE}key_file = 1", "key_file in [practices.main] must be a string"),
        (f"{ONE}version = 24.4", "version in [practices.main] must be a string"),
        (f'{ONE}tier = "gold"', "tier in [practices.main] must be one of ReadAll, Standard, Enterprise"),
        (f"{ONE}mode = 1", "mode in [practices.main] must be one of remote, local, service"),
        (
            f'{ONE}key_env = "A"\nkeyring = true',
            "key_env and keyring in [practices.main] name several places for one key; keep one of them",
        ),
        (f"{ONE}[practices.main]\n", "line 2: there is a practice main already"),
        ('[practices."a b"]\n[practices."a b"]', "line 2: there is a practice a b already"),
        (
            "[practices.main\n",
            "line 1, column 16: Expected ']' at the end of a table declaration; the file must be TOML",
        ),
        (f"{ONE}tier = \n", "line 2, column 8: Invalid value; the file must be TOML"),
        # fault B3: these came back as errors of Python
        (f"store = {'[' * 5_000}", "the file has too many levels"),
        (f"sweep_days = {'9' * 5_000}", "the file has a value that cannot be read"),
        (
            f'{ONE}key_file = "~nosuchuser/key"',
            "key_file in [practices.main] begins with ~ and a name that is no user's here",
        ),
    ],
)
def test_the_message_names_the_wrong_setting_and_its_place(text: str, said: str) -> None:
    assert refused(text) == said


def test_a_setting_that_occurs_twice_is_refused() -> None:
    assert "this name has a value already" in refused(f'{ONE}key_env = "A"\nkey_env = "B"\n')


@pytest.mark.parametrize("name", ["key", "customer_key", "developer_key", "Key", "password", "api_key"])
@pytest.mark.parametrize(
    ("section", "where"),
    [("", ""), (ONE, " in [practices.main]"), (f"{ONE}[defaults]\n", " in [defaults]")],
)
def test_a_key_in_the_file_is_refused_and_not_repeated(name: str, section: str, where: str) -> None:
    said = refused(f'{section}{name} = "{SECRET}"\n')
    assert said.startswith(f"{name}{where} is a secret: keep it out of this file")
    assert 'key_env = "VARIABLE", key_file = "path" or keyring = true' in said
    assert SECRET not in said


@pytest.mark.parametrize("name", ["key_env", "key_file"])
def test_one_key_for_all_practices_is_refused_and_not_repeated(name: str) -> None:
    said = refused(f'[defaults]\n{name} = "{SECRET}"\n{ONE}')
    assert said == (
        f"{name} in [defaults] names one key for all practices: set it in the section of a practice"
    )


def test_a_key_in_key_env_is_not_repeated() -> None:
    said = refused(f'{ONE}key_env = "{SECRET}-{SECRET}"')
    assert said == "key_env in [practices.main] must be the name of an environment variable"


@pytest.mark.parametrize(
    "store",
    [f"postgresql://me:{SECRET}@server/practices", f"postgresql://server/practices?password={SECRET}"],
)
def test_a_password_in_the_file_is_refused(store: str) -> None:
    said = refused(f'store = "{store}"\n{ONE}')
    assert "~/.pgpass" in said
    assert "ODAPI_STORE" in said
    assert SECRET not in said


def test_a_file_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    path = tmp_path / "practices.toml"
    path.write_bytes(b'\xef\xbb\xbfstore = "practices.db"\r\n[practices.main]\r\n')
    assert load(path).store == str(tmp_path / "practices.db")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "practices.toml cannot be read: No such file or directory"),
        (b"\xff\xfe", "practices.toml is not UTF-8 text"),
        (b"store = 1\n[practices.main]", "practices.toml: store must be a string"),
    ],
)
def test_the_message_names_the_file(tmp_path: Path, content: bytes | None, said: str) -> None:
    path = tmp_path / "practices.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ConfigurationError) as caught:
        load(path)
    assert str(caught.value) == said


def test_b3_a_path_with_a_zero_byte_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="a character that no path has"):
        load(tmp_path / "practices\0.toml")


def test_a_folder_is_not_a_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot be read"):
        load(tmp_path)


def test_an_interval_is_text_with_a_unit_and_those_of_the_defaults_are_inherited() -> None:
    found = read(
        '[defaults]\nevery = "2h"\n[practices.main]\n[practices.hill]\nevery = "15m"', FOLDER
    ).practices
    assert {name: each.every for name, each in found.items()} == {"main": 7_200, "hill": 900}


@pytest.mark.parametrize("value", ["15", "15.0", '"15"', '"0m"', "true", '["15m"]', '"15 m"'])
def test_any_other_interval_is_refused(value: str) -> None:
    assert refused(f"{ONE}every = {value}") == (
        "every in [practices.main] needs a number and a unit: 30s, 5m, 2h or 1d"
    )
    assert "every in [defaults] needs" in refused(f"[defaults]\nevery = {value}\n{ONE}")


def test_several_ways_replace_mode_and_base_url_also_those_of_the_defaults() -> None:
    text = """
        [defaults]
        mode = "local"
        [practices.bay]
        via = ["service=http://10.0.0.8:30223/api/v1", "Remote"]
        [practices.hill]
    """
    found = read(text, FOLDER).practices
    assert found["bay"] == PracticeConfig(via=("service=http://10.0.0.8:30223/api/v1", "Remote"))
    assert found["hill"] == PracticeConfig(mode=Mode.LOCAL)
    text = '[defaults]\nvia = ["local", "remote"]\n[practices.bay]\n[practices.hill]\nmode = "service"\n'
    found = read(text, FOLDER).practices
    assert found["bay"].via == ("local", "remote")
    assert found["hill"] == PracticeConfig(mode=Mode.SERVICE)


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ('via = ["cloud"]', "via in [practices.main]: a way has to be service, local or remote"),
        ('via = ["service=http://dentist.example.com/api/v1"]', "sent unencrypted"),
        ("via = []", "via in [practices.main] is empty"),
        ('via = "remote"', "via in [practices.main] must be a list"),
        ('via = ["remote"]\nmode = "local"', "via in [practices.main] excludes mode and base_url"),
    ],
)
def test_wrong_ways_are_refused(lines: str, message: str) -> None:
    assert message in refused(f"{ONE}{lines}\n")
