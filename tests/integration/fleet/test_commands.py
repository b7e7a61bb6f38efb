"""`odapi fleet` in this process, with a real database: what it writes, asks for, refuses and shows."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any, Final

import pytest
from typer.testing import CliRunner, Result

from odapi_async import OpenDental
from odapi_async.cli import confirm
from odapi_async.cli.app import app
from odapi_async.cli.fleet import work
from odapi_async.fleet import Fleet, install
from odapi_async.mirror import Store
from tests.integration.fleet.databases import empty_url, fleet_url, installed, name_of
from tests.support.postgres import PostgresServer
from tests.unit.cli.conftest import no_keyring

__all__ = ["empty_url", "fleet_url", "installed", "no_keyring"]

DEVELOPER: Final = "d3v3l0p3r"
TWO: Final = (
    '[practices.hill]\nkey_env = "HILL_KEY"\n[practices.harbour]\nkey_file = "harbour.key"\nevery = "2h"\n'
)
NONE: Final = "".join(f"[practices.office-{number:02}]\nevery = '1h'\n" for number in range(30))


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [each for each in os.environ if each.startswith(("OPENDENTAL_", "ODAPI_"))]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OPENDENTAL_DEVELOPER_KEY", DEVELOPER)
    monkeypatch.setenv("HILL_KEY", "h1llK3y")
    (tmp_path / "harbour.key").write_text("h4rb0urK3y\n")
    return tmp_path


@pytest.fixture
def url(fleet_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("ODAPI_STORE", fleet_url)
    return fleet_url


def fleet(*words: str, given: str | None = None) -> Result:
    return CliRunner().invoke(app, ["fleet", *words], prog_name="odapi", input=given)


def loaded(text: str, *options: str, given: str | None = None) -> Result:
    Path("practices.toml").write_text(text)
    return fleet("load", "practices.toml", *options, given=given)


def refused(ended: Result, code: int = 2) -> str:
    assert (ended.exit_code, ended.stdout) == (code, "")
    assert ended.stderr.count("\n") == 1
    for secret in ("h1llK3y", "h4rb0urK3y", DEVELOPER):
        assert secret not in ended.stderr
    return ended.stderr.removeprefix("odapi: ").rstrip()


def rows(postgres: PostgresServer, url: str, query: str) -> list[str]:
    return postgres.run(query, name_of(url)).splitlines()


def test_init_load_status_and_sync_in_this_order(
    postgres: PostgresServer, empty_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ODAPI_STORE", empty_url)
    for _ in range(2):
        ended = fleet("init")
        assert (ended.exit_code, ended.stdout) == (
            0,
            "the database is ready; next: odapi fleet load practices.toml\n",
        )
    assert "the fleet has no practices yet" in fleet("status").stdout
    ended = loaded(TWO, "--yes")
    assert (ended.exit_code, ended.stdout) == (0, "loaded: 2 added\n")
    assert [line.split(",")[0] for line in ended.stderr.splitlines()] == [
        "+ harbour: every 2h",
        "+ hill: every 15m",
    ]
    ended = fleet("sync", "hill", "hill")
    assert (ended.exit_code, ended.stdout) == (0, "queued before all others: hill\n")
    assert ended.stderr == "no worker is running; start one: odapi fleet work\n"
    assert rows(postgres, empty_url, "SELECT priority FROM odapi_pgqueuer") == ["1"]
    dump = rows(postgres, empty_url, "SELECT f::text FROM fleet_practices f ORDER BY practice")
    assert f"file:{Path.cwd()}/harbour.key" in dump[0]
    assert "7200" in dump[0]
    assert "env:HILL_KEY" in dump[1]
    assert "h1llK3y" not in str(dump)


def test_a_load_shows_what_it_changes_and_asks(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded(TWO, "--yes")
    monkeypatch.setattr(confirm, "is_terminal", lambda: True)
    changed = '[practices.hill]\nkey_env = "HILL_KEY"\ntier = "Standard"\n'
    ended = loaded(changed, given="n\n")
    assert ended.exit_code == 1
    assert ended.stderr.splitlines()[:2] == [
        "- harbour: not read any more; its rows stay",
        "~ hill: tier looked up -> Standard",
    ]
    assert "nothing was changed" in ended.stderr
    ended = loaded(changed, given="y\n")
    assert (ended.exit_code, ended.stdout.splitlines()[-1]) == (0, "loaded: 1 changed, 1 disabled")
    assert loaded(changed).stdout == "nothing to change: 1 practice\n"
    assert refused(fleet("sync", "harbour")).startswith("harbour is disabled, because the file")
    assert loaded(TWO, "--yes").stdout == "loaded: 1 changed, 1 enabled again\n"


def test_settings_of_all_practices_are_shown_first(
    postgres: PostgresServer, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = f"exclude = ['patients.ssn', 'patients.Email']\nsweep_days = 3\n{TWO}"
    ended = loaded(first, "--yes")
    assert (ended.exit_code, ended.stdout) == (0, "loaded: 2 added, exclude changed, sweep_days changed\n")
    assert rows(postgres, url, "SELECT exclude, sweep_days FROM fleet_meta") == [
        "{patients.Email,patients.SSN}|3"
    ]
    assert loaded(first).stdout == "nothing to change: 2 practices\n"
    monkeypatch.setattr(confirm, "is_terminal", lambda: True)
    ended = loaded(f"exclude = ['patients.SSN', 'patients.City']\n{TWO}", given="n\n")
    added = "+ patients.City, its values are removed from the database"
    assert ended.stderr.splitlines()[:2] == [
        f"exclude: {added}; - patients.Email, its table is read again",
        "sweep_days: 3 -> the number of each table",
    ]
    assert "nothing was changed" in ended.stderr
    assert loaded(first).stdout == "nothing to change: 2 practices\n"


def test_a_script_does_not_bring_back_what_an_old_file_does_not_exclude(
    postgres: PostgresServer, url: str
) -> None:
    loaded(f"exclude = ['patients.SSN', 'patients.Email']\n{TWO}", "--yes")
    ended = loaded("exclude = ['patients.Email']\n[practices.hill]\nkey_env = 'HILL_KEY'\n", "--yes")
    assert refused(ended) == (
        "nothing was changed: the file does not exclude patients.SSN any more, so its values would be stored "
        "again. If that is meant, add --store-again patients.SSN"
    )
    assert rows(postgres, url, "SELECT count(*) FROM fleet_practices WHERE enabled") == ["2"]
    ended = loaded(f"exclude = ['patients.Email']\n{TWO}", "--yes", "--store-again", "patients.SSN")
    assert (ended.exit_code, ended.stdout) == (0, "loaded: 2 unchanged, exclude changed\n")
    assert ended.stderr.splitlines()[-1] == "exclude: - patients.SSN, its table is read again"


async def test_a_worker_opens_the_database_without_the_fields_that_the_fleet_excludes(
    fleet_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    reading = asyncio.Event()

    def say(line: str) -> None:
        said.append(line)
        if line.startswith("reading"):
            reading.set()

    monkeypatch.setattr(work, "_print", say)
    async with Store(fleet_url) as store:
        await Fleet(store).load([], exclude={"patients": ["SSN"]})
    task = asyncio.create_task(work._work_on(fleet_url, DEVELOPER, 2, quiet=True))
    await asyncio.wait([task, asyncio.create_task(reading.wait())], return_when=asyncio.FIRST_COMPLETED)
    os.kill(os.getpid(), signal.SIGTERM)
    await task
    assert said == [
        "the fields that the fleet excludes have changed; going on with the new ones",
        "reading up to 2 practices at the same time",
        "ending at the next page of each practice",
    ]


def test_in_a_script_nothing_is_changed_without_yes(postgres: PostgresServer, url: str) -> None:
    ended = loaded(NONE)
    lines = ended.stderr.splitlines()
    assert ended.exit_code == 2
    assert lines[0] == "30 of the keys are not on this machine; the workers must find them:"
    assert lines[1].startswith("  office-00: the variable OPENDENTAL_CUSTOMER_KEY_OFFICE_00 is not set")
    assert lines[6] == "  + 25 more"
    assert lines[7] == "+ office-00: every 1h, key by its name"
    assert lines[27] == "+ 10 more"
    assert lines[28:] == [
        "odapi: nothing was changed (30 added): nobody can confirm it here; add --yes",
    ]
    assert rows(postgres, url, "SELECT * FROM fleet_practices") == []


def test_every_sets_the_interval_of_those_that_have_none(postgres: PostgresServer, url: str) -> None:
    assert loaded(TWO, "--yes", "--every", "30m").exit_code == 0
    query = "SELECT every FROM fleet_practices ORDER BY practice"
    assert rows(postgres, url, query) == ["7200", "1800"]
    assert "--every needs a number and a unit" in refused(loaded(TWO, "--every", "30"))


def test_the_database_may_be_named_in_the_file(fleet_url: str) -> None:
    assert loaded(f'store = "{fleet_url}"\n{TWO}', "--yes").exit_code == 0
    assert "2 practices" in fleet("status", "--config", "practices.toml").stdout
    assert refused(fleet("status")).startswith("name the database: --store postgresql://")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "practices.toml: there are no practices"),
        (
            "[practices.hill]\nkey_env = 'A'\n[practices.lake]\nkey_env = 'A'",
            "hill and lake have their customer key",
        ),
        ("[practices.a-b]\n[practices.a_b]", "a-b and a_b have the same variable"),
        ("exclude = ['patients.PatNum']\n[practices.hill]", "patients.PatNum cannot be excluded"),
        ("sweep_days = -1\n[practices.hill]", "sweep_days must be a number of days"),
        ("[practices.developer]\nkeyring = true", "a practice cannot be named developer"),
        ("[practices.hill]\nmode = 'local'\nbase_url = 'ftp://x'", "hill: base_url has to look like"),
        ("[practices.hill]\nevery = '15'", "every in [practices.hill] needs a number and a unit"),
    ],
)
def test_a_file_that_cannot_work_is_refused(url: str, text: str, message: str) -> None:
    assert message in refused(loaded(text, "--yes"))


def test_one_key_for_two_practices_is_refused_wherever_it_is(url: str, folder: Path) -> None:
    (folder / "harbour.key").write_text("h1llK3y")
    message = "hill and harbour have the same customer key; give each practice its own"
    assert refused(loaded(TWO, "--yes")) == message


def test_a_key_in_the_place_of_its_variable_is_neither_shown_nor_stored(
    postgres: PostgresServer, url: str
) -> None:
    message = refused(loaded("[practices.hill]\nkey_env = 'VzkmZEaUWOjnQX2z'", "--yes"))
    assert message.startswith("key_env of hill looks like a key")
    assert "VzkmZ" not in message
    assert rows(postgres, url, "SELECT * FROM fleet_practices") == []


def record(postgres: PostgresServer, url: str, practice: str, key: str) -> None:
    """Make a practice one that was read with a key."""
    mark = OpenDental(DEVELOPER).practice(key).key_fingerprint
    postgres.run(
        f"INSERT INTO mirror_practices (practice, fingerprint, since) VALUES ('{practice}', '{mark}', now());"
        "INSERT INTO mirror_state"
        " (practice, table_name, version, sync_mode, part, checkpoint, parent, sweep) "
        f"VALUES ('{practice}', 'patients', 1, '', 0, '', 0, 0)",
        name_of(url),
    )


def test_a_practice_under_a_new_name_is_refused(
    postgres: PostgresServer, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    record(postgres, url, "hilltop", "h1llK3y")
    assert refused(loaded(TWO, "--yes")).startswith(
        "hill has the key of hilltop, whose rows are in the database: if it is the same office, use the name "
    )
    monkeypatch.delenv("OPENDENTAL_DEVELOPER_KEY")
    ended = loaded(TWO, "--yes")
    assert ended.exit_code == 0
    assert "so nobody checked whether a practice has a new name" in ended.stderr


def test_a_mirror_becomes_a_fleet_with_the_names_that_it_has(postgres: PostgresServer, url: str) -> None:
    record(postgres, url, "hill", "h1llK3y")
    assert loaded(TWO, "--yes").exit_code == 0


def test_a_practice_with_another_key_than_before_is_named(postgres: PostgresServer, url: str) -> None:
    record(postgres, url, "hill", "another")
    ended = loaded(TWO, "--yes")
    assert ended.exit_code == 0
    first, second, *_ = ended.stderr.splitlines()
    assert first == "1 practice has another customer key or developer key than its rows were read with: hill"
    assert second.startswith("  no worker reads it -> if it is the same office: odapi fleet accept NAME; ")


def test_a_new_key_for_the_same_office_is_accepted(
    postgres: PostgresServer, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    record(postgres, url, "hill", "another")
    record(postgres, url, "harbour", "h4rb0urK3y")
    loaded(TWO, "--yes")
    postgres.run("UPDATE fleet_practices SET next_due = now() + interval '1 hour'", name_of(url))
    marks = "SELECT practice, fingerprint FROM mirror_practices ORDER BY 1"
    before = rows(postgres, url, marks)
    ended = fleet("accept", "hill")
    assert ended.exit_code == 2
    assert ended.stderr.endswith("nothing was changed (hill): nobody can confirm it here; add --yes\n")
    monkeypatch.setattr(confirm, "is_terminal", lambda: True)
    ended = fleet("accept", "hill", "harbour", given="n\n")
    assert (ended.exit_code, ended.stdout.strip()) == (1, "n")
    assert ended.stderr.startswith("hill: new key for the same office; if it is the key of another office, ")
    assert rows(postgres, url, marks) == before
    ended = fleet("accept", "hill", "harbour", "hill", given="y\n")
    assert (ended.exit_code, ended.stdout.splitlines()[-1:]) == (
        0,
        ["accepted, and queued before all others: hill"],
    )
    mark = OpenDental(DEVELOPER).practice("h1llK3y").key_fingerprint
    assert rows(postgres, url, marks) == [before[0], f"hill|{mark}"]
    assert rows(postgres, url, "SELECT dedupe_key, priority FROM odapi_pgqueuer") == ["hill|1"]
    assert rows(postgres, url, "SELECT practice FROM fleet_practices WHERE next_due <= now()") == ["hill"]
    assert (
        fleet("accept", "hill", "--yes").stdout == "nothing to accept: no rows were read with another key\n"
    )


def test_a_key_that_is_not_found_here_or_belongs_to_others_is_not_accepted(
    postgres: PostgresServer, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    record(postgres, url, "hill", "another")
    loaded(TWO, "--yes")
    assert refused(fleet("accept", "hil", "--yes")) == "the fleet has no practice hil; did you mean hill?"
    record(postgres, url, "harbour", "h1llK3y")
    assert refused(fleet("accept", "hill", "--yes")).startswith(
        "hill has the key of harbour, whose rows are "
    )
    monkeypatch.delenv("HILL_KEY")
    message = refused(fleet("accept", "hill", "--yes"))
    assert message.startswith("the key of hill is not on this machine: the variable HILL_KEY is not set")
    monkeypatch.delenv("OPENDENTAL_DEVELOPER_KEY")
    assert "developer key" in refused(fleet("accept", "hill", "--yes"))
    assert rows(postgres, url, "SELECT * FROM odapi_pgqueuer") == []


def test_an_unknown_practice_is_refused_with_the_nearest_name(postgres: PostgresServer, url: str) -> None:
    loaded(NONE, "--yes")
    assert refused(fleet("sync", "office-02", "offise-03")) == (
        "the fleet has no practice offise-03; did you mean office-03?"
    )
    assert refused(fleet("sync", "xyz")) == (
        "the fleet has no practice xyz; there are 30; to see them: odapi fleet status --json"
    )
    assert rows(postgres, url, "SELECT * FROM odapi_pgqueuer") == []


@pytest.mark.parametrize("words", [("status",), ("sync", "hill"), ("load", "practices.toml", "--yes")])
def test_a_database_without_a_fleet_is_refused(
    words: tuple[str, ...], empty_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ODAPI_STORE", empty_url)
    Path("practices.toml").write_text(TWO)
    assert refused(fleet(*words), 1) == "the database holds no fleet; run: odapi fleet init"


@pytest.mark.parametrize(
    "words", [("init",), ("status",), ("sync", "hill"), ("load", "practices.toml", "--yes")]
)
def test_sqlite_is_refused_and_no_file_is_created(words: tuple[str, ...], folder: Path) -> None:
    Path("practices.toml").write_text(TWO)
    message = refused(fleet(*words, "--store", "other.db"), 2)
    assert message.startswith("a fleet needs PostgreSQL: a SQLite file is for one program on one machine.")
    assert not (folder / "other.db").exists()


def test_a_server_that_is_too_old_is_refused(empty_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(install, "_OLDEST", 990_000)
    message = refused(fleet("init", "--store", empty_url))
    assert message.startswith("a fleet needs PostgreSQL 13 or later; this is ")
    assert refused(fleet("status", "--store", empty_url), 1).endswith("run: odapi fleet init")


def test_a_password_that_was_typed_is_refused() -> None:
    message = refused(fleet("init", "--store", "postgresql://mirror:s3cret@localhost/practices"))
    assert message.startswith("--store contains a password")
    assert "s3cret" not in message


def test_a_library_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [each for each in sys.modules if each.startswith("odapi_async.fleet")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "pgqueuer", None)
    message = refused(fleet("status", "--store", "postgresql://localhost/practices"))
    assert message == "a fleet needs pgqueuer, which is not installed: pip install 'odapi-async[fleet]'"


def test_status_says_what_fails_and_exits_with_1_if_it_lasts(postgres: PostgresServer, url: str) -> None:
    loaded(TWO, "--yes")
    postgres.run(
        "UPDATE fleet_practices SET failures = 3, failing_since = now() - interval '2 hours',"
        " error = 'KeyNotFound: the variable HILL_KEY is not set; set it' WHERE practice = 'hill'",
        name_of(url),
    )
    ended = fleet("status")
    assert ended.exit_code == 0
    assert "1 failing, 2 never complete" in ended.stdout
    assert "no worker is running -> start one: odapi fleet work" in ended.stdout
    assert "1 practice: KeyNotFound -> provide the key there; workers that find it read" in ended.stdout
    assert [fleet("status", "--max-age", each).exit_code for each in ("1h", "3h")] == [1, 0]
    ended = fleet("status", "--max-age", "1h", "--json")
    found: dict[str, Any] = json.loads(ended.stdout)
    assert (ended.exit_code, found["too_old"], found["counts"]["failing"]) == (1, True, 1)
    assert [each["practice"] for each in found["practices"]] == ["harbour", "hill"]
    assert (found["workers"], found["pace"]) == ([], [])
