"""`odapi mirror` and `odapi export` against real sandboxes: copies, messages, refusals and kills."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import AsyncGenerator, Iterable
from contextlib import closing
from functools import cache
from pathlib import Path
from textwrap import dedent
from typing import Any, Final

import pytest
from typer.testing import CliRunner

from odapi_async.cli.app import app
from odapi_async.cli.mirror import sandbox_run
from odapi_async.cli.mirror.report import Round
from odapi_async.cli.mirror.sandbox_run import SandboxRun
from odapi_async.sandbox import Arrival, Fault, Sandbox
from tests.integration.test_cli_office import Finished, odapi
from tests.integration.test_cli_terminal import FOREVER, Terminal, completing, started, variables
from tests.support.bench import KEY, Bench, local, remote, serving
from tests.support.mirror import Arrivals
from tests.support.watch import until

WAIT: Final = 50
ROWS: Final = {"patients": 1_150, "appointments": 40, "recalls": 30}
FEW: Final = {"patients": 250, "appointments": 20, "recalls": 10}
HARBOUR: Final = "h4rb0urK3y"
SLOW: Final = "sl0wK3y"
PASSWORD: Final = "s3cretPassw0rd"
TABLES: Final = ("patients", "appointments", "recalls")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [each for each in os.environ if each.startswith(("OPENDENTAL_", "ODAPI_"))]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
async def bench() -> AsyncGenerator[Bench]:
    offices = (
        local(rows=ROWS),
        local(HARBOUR, rows=FEW, seed=2),
        remote(SLOW, rows=FEW),
    )
    async with serving(*offices) as found:
        yield found


def ask(database: Path, query: str) -> list[tuple[Any, ...]]:
    # only looked at: a file that is made here would be open to others
    with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as connection:
        return connection.execute(query).fetchall()


def names_in(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


def put(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def counts(database: Path, tables: Iterable[str] = TABLES) -> dict[str, dict[str, int]]:
    return {
        table: dict(ask(database, f"SELECT practice, count(*) FROM {table} GROUP BY practice"))
        for table in tables
    }


def practices(bench: Bench, text: str = "") -> str:
    """A file of two practices."""
    return f"""
        store = "practices.db"
        tables = ["patients", "appointments", "recalls"]
        {text}
        [practices.main-street]
        key_env = "MAIN_STREET_KEY"
        mode = "local"
        base_url = "{bench.box.url}"

        [practices.harbour]
        key_file = "harbour.key"
        mode = "local"
        tier = "standard"
        base_url = "{bench.box.url}"
        version = "26.1"
    """


@pytest.fixture
def config(bench: Bench, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MAIN_STREET_KEY", KEY)
    (folder / "there").mkdir()
    (folder / "there" / "harbour.key").write_text(f"{HARBOUR}\n")
    (folder / "there" / "harbour.key").chmod(0o600)
    path = folder / "there" / "practices.toml"
    path.write_text(practices(bench))
    return path


def stall_at_second_request(bench: Bench) -> None:
    def told(_: Arrival) -> None:
        if len(bench.box.arrivals) == 2:
            bench.box.add_fault(Fault("latency", times=None, seconds=FOREVER))

    bench.box.arrivals = watched = Arrivals()
    watched.told = told


@cache
def names_of_patients() -> frozenset[str]:
    """Return the names in each sandbox of this module, whose rows are always the same."""
    return frozenset(row["LName"] for row in Sandbox([local(rows=ROWS)]).rows(KEY, "patients"))


def nothing_private(bench: Bench, ended: Finished) -> None:
    names = names_of_patients()
    for text in (ended.out, ended.err):
        assert not any(
            each in text for each in (bench.box.developer_key, KEY, HARBOUR, SLOW, PASSWORD, *names)
        )
        assert "Traceback" not in text


async def done(bench: Bench, *words: str, code: int = 0, **env: str) -> Finished:
    ended = await odapi(bench, *words, **env)
    assert ended.code == code, ended
    nothing_private(bench, ended)
    return ended


async def rounds(bench: Bench, *words: str, code: int = 0, **env: str) -> dict[str, Any]:
    """Return the summary of a round with the results of all of its tables."""
    ended = await done(bench, *words, "--json", "--json-summary", code=code, **env)
    assert ended.err == ""
    *tables, summary = [json.loads(line) for line in ended.out.splitlines()]
    assert [each["event"] for each in (*tables, summary)] == ["table"] * summary["tables"] + ["round"]
    return {**summary, "tables": tables}


@pytest.mark.unmeasured
async def test_one_practice_needs_no_file(bench: Bench, folder: Path) -> None:
    ended = await done(bench, "mirror", *TABLES)
    assert ended.err == ""
    assert ended.out.splitlines()[-1].startswith(
        "everything was read: 1 practice, 1,220 rows, 4 requests, in "
    )
    assert counts(folder / "mirror.db") == {table: {"default": ROWS[table]} for table in TABLES}
    again = await rounds(bench, "mirror", *TABLES)
    assert (again["complete"], again["requests"], again["rows"]) == (True, 2, 0)
    assert [each["outcome"] for each in again["tables"]] == ["done", "done", "up_to_date"]


@pytest.mark.unmeasured
async def test_the_default_tables_are_copied_if_none_are_given(bench: Bench, folder: Path) -> None:
    found = await rounds(bench, "mirror", "--practice", "main", OPENDENTAL_CUSTOMER_KEY_MAIN=KEY)
    assert {each["practice"] for each in found["tables"]} == {"main"}
    assert len(found["tables"]) == 12
    assert found["complete"]


@pytest.mark.unmeasured
async def test_many_practices_come_from_a_file(bench: Bench, config: Path) -> None:
    ended = await done(bench, "mirror", "--config", str(config))
    assert ended.out.splitlines()[-1].startswith("everything was read: 2 practices, 1,500 rows, ")
    assert "harbour is done" in ended.out
    database = config.parent / "practices.db"
    assert counts(database) == {
        table: {"main-street": ROWS[table], "harbour": FEW[table]} for table in TABLES
    }
    again = await rounds(bench, "mirror", "--config", str(config), "--practice", "harbour", "--sweep")
    assert {(each["practice"], each["sync_mode"]) for each in again["tables"]} == {("harbour", "sweep")}
    assert again["rows"] == sum(FEW.values())


async def test_the_command_line_replaces_settings_of_the_file(bench: Bench, config: Path) -> None:
    other = config.parent / "other.db"
    words = ("mirror", "recalls", "--config", str(config))
    found = await rounds(bench, *words, "--store", str(other), OPENDENTAL_PRACTICE="elsewhere")
    assert {(each["practice"], each["table"]) for each in found["tables"]} == {
        ("main-street", "recalls"),
        ("harbour", "recalls"),
    }
    third = config.parent / "third.db"
    await rounds(bench, *words, ODAPI_STORE=f"sqlite:///{third}")
    assert counts(other, ["recalls"]) == counts(third, ["recalls"])
    assert not (config.parent / "practices.db").exists()


@pytest.mark.unmeasured
async def test_a_sweep_is_made_if_it_is_requested_or_due(bench: Bench) -> None:
    await rounds(bench, "mirror", *TABLES)
    for words in (("--sweep",), ("--sweep-days", "0")):
        found = await rounds(bench, "mirror", *TABLES, *words)
        assert {each["sync_mode"] for each in found["tables"]} == {"sweep"}


@pytest.mark.unmeasured
async def test_a_table_that_fails_does_not_stop_the_others(bench: Bench, config: Path) -> None:
    bench.box.add_fault(Fault("status", None, path="/recalls", status=404))
    ended = await done(bench, "mirror", "--config", str(config), code=1)
    *_, first, second, last = ended.out.splitlines()
    for line, name in ((first, "main-street"), (second, "harbour")):
        assert line.startswith(f"{name}, recalls: NotFound: GET /recalls failed with status 404: ")
        assert line.endswith(
            "-> Open Dental there may be too old for this list: remove the table for this practice"
        )
    assert last.startswith("not everything was read: 2 practices, 1,460 rows, ")
    quiet = await done(bench, "mirror", "--config", str(config), "--quiet", code=1)
    assert len(quiet.out.splitlines()) == 3
    found = await rounds(bench, "mirror", "--config", str(config), code=1)
    assert [each["table"] for each in found["tables"] if "advice" in each] == ["recalls", "recalls"]
    bench.box.clear_faults()
    assert await done(bench, "mirror", "--config", str(config), "--quiet") == Finished(0, "", "")


async def test_a7_a_practice_with_another_key_is_one_line_and_can_be_accepted(bench: Bench) -> None:
    await done(bench, "mirror", *TABLES)
    arrived = len(bench.arrivals)
    ended = await done(bench, "mirror", *TABLES, code=1, OPENDENTAL_CUSTOMER_KEY=HARBOUR)
    assert len(bench.arrivals) == arrived
    *_, line, _ = ended.out.splitlines()
    assert line.startswith(
        "default, patients and 2 more tables: KeyChanged: the rows of default were read with"
    )
    assert (
        "-> if it is the same office: --accept-new-keys --practice NAME, once; if not: correct the key"
        in line
    )
    patient = ("mirror", *TABLES, "--fail-after", "1d", "--quiet")
    kept = await done(bench, *patient, code=1, OPENDENTAL_CUSTOMER_KEY=HARBOUR)
    assert "KeyChanged" in kept.out, "no time mends it, so it counts at once"
    words = ("mirror", *TABLES, "--accept-new-keys")
    assert (await rounds(bench, *words, OPENDENTAL_CUSTOMER_KEY=HARBOUR))["complete"]
    assert (await rounds(bench, "mirror", *TABLES, OPENDENTAL_CUSTOMER_KEY=HARBOUR))["complete"]


async def test_an_unusable_database_is_one_line(bench: Bench, folder: Path) -> None:
    ended = await done(bench, "mirror", "patients", "--store", str(folder / "nowhere" / "mirror.db"), code=1)
    assert ended.out == ""
    assert ended.err.startswith("odapi: the database cannot be opened: check that its folder exists")
    assert ended.err.count("\n") == 1
    (folder / "text.db").write_text("no database at all, but long enough to be taken for one " * 50)
    (folder / "text.db").chmod(0o600)
    ended = await done(bench, "mirror", "patients", "--store", "text.db", code=1)
    assert "is not a SQLite database: choose another file" in ended.err
    assert bench.arrivals == []


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("patiens",), "there is no table patiens; did you mean patients?"),
        (("--every", "5m"), "--every needs --follow"),
        (("--follow", "--every", "5"), "--every needs a number and a unit: 30s, 5m, 2h or 1d"),
        (("--sandbox", "--practice", "a"), "--practice cannot be used with --sandbox"),
        (("--store", f"postgresql://me:{PASSWORD}@server/practices"), "ODAPI_STORE"),
        (("--store", f"postgresql://me:{PASSWORD}@server/practices"), "~/.pgpass"),
        (("--store", "mysql://server/practices"), "store is not a SQLite or PostgreSQL database"),
        (("--store", "postgresql://server:port/practices"), "store has to look like"),
        (("--base-url", "http://example.com/api/v1"), "default: base_url is plain http to example.com"),
        (("--practice", "harbour"), "OPENDENTAL_CUSTOMER_KEY_HARBOUR"),
        (("--config", "practices.toml"), "practices.toml cannot be read: No such file or directory"),
        (("--sweep-days", "-1"), "--sweep-days"),
    ],
)
@pytest.mark.unmeasured
async def test_a_usage_error_sends_and_writes_nothing(
    bench: Bench, folder: Path, words: tuple[str, ...], message: str
) -> None:
    ended = await done(bench, "mirror", *words, code=2)
    assert message in ended.err
    assert ended.out == ""
    assert (bench.arrivals, names_in(folder)) == ([], [])


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (f'key = "{HARBOUR}"', "practices.toml: key is a secret: keep it out of this file"),
        ("sweep_day = 3", "there is no setting sweep_day; did you mean sweep_days?"),
        (f'[practices.hill]\nkey = "{HARBOUR}"', "key in [practices.hill] is a secret"),
        (f'[practices.hill]\nkey_env = "{HARBOUR}"', "hill: the variable of key_env (not shown"),
        ('[practices.hill]\nkey_env = "MAIN_STREET_KEY"', "main-street and hill have the same customer key"),
        ("[practices.main-street]", "there is a practice main-street already"),
        (
            '[practices.hill]\nkey_env = "OTHER_KEY"\nbase_url = "ftp://hill"',
            "hill: base_url has to look like",
        ),
        ('[practices.hill]\nkey_env = "OTHER_KEY"\nversion = "new"', "hill: version has to look like"),
        ('[practices.hill]\ntables = ["recal"]', "tables in [practices.hill]: there is no table recal"),
    ],
)
async def test_an_error_in_the_file_sends_and_writes_nothing(
    bench: Bench, config: Path, more: str, message: str
) -> None:
    # what belongs to the whole file stands before the sections
    text = practices(bench, more) if not more.startswith("[") else f"{practices(bench)}\n{more}\n"
    put(config, text)
    before = names_in(config.parent)
    ended = await done(bench, "mirror", "--config", str(config), code=2, OTHER_KEY="0therK3y")
    assert message in ended.err
    assert ended.out == ""
    assert (bench.arrivals, names_in(config.parent)) == ([], before)


@pytest.mark.skipif(os.name != "posix", reason="there are no such modes")
async def test_a_key_file_that_others_can_open_is_mentioned_once_and_read(bench: Bench, config: Path) -> None:
    key = config.parent / "harbour.key"
    key.chmod(0o644)
    words = ("mirror", "patients", "--config", str(config))
    ended = await done(bench, *words, "--json")
    assert ended.err == (
        f"odapi: other users of this machine can open the file of a customer key: chmod 600 {key}\n"
    )
    assert counts(config.parent / "practices.db", ["patients"])["patients"]["harbour"] > 0
    assert (await done(bench, *words, "--quiet")).err == "", "cron sends mail for whatever is printed"
    key.chmod(0o640)
    assert (await done(bench, *words, "--json")).err == "", "a group is a choice"


@pytest.mark.parametrize("option", ["--tier=ReadAll", "--mode=local", "--base-url=http://localhost/api/v1"])
async def test_settings_of_a_practice_in_the_file_cannot_be_options(
    bench: Bench, config: Path, option: str
) -> None:
    ended = await done(bench, "mirror", "--config", str(config), option, code=2)
    assert "cannot be used with --config; set it in the section of the practice in the file" in ended.err


@pytest.mark.parametrize("missing", ["sqlalchemy", "aiosqlite"])
def test_without_the_extra_the_message_says_what_to_install(missing: str) -> None:
    code = f"""
        import sys
        sys.modules[{missing!r}] = None
        from odapi_async.cli.__main__ import main
        for command in ["mirror"], ["export", "patients", "--format", "csv", "--to", "files"]:
            sys.argv[1:] = command
            try:
                main()
            except SystemExit as end:
                print(end.code)
    """
    keys = {"OPENDENTAL_DEVELOPER_KEY": "d", "OPENDENTAL_CUSTOMER_KEY": "c"}
    ended = subprocess.run(
        [sys.executable, "-c", dedent(code)],
        capture_output=True,
        text=True,
        timeout=WAIT,
        check=False,
        env={**os.environ, **keys},
    )
    assert (ended.returncode, ended.stdout) == (0, "2\n2\n")
    for said in ended.stderr.splitlines():
        assert said.startswith("odapi: ")
        assert f"needs {missing}, which is not installed: pip install 'odapi-async[mirror]'" in said
    assert ended.stderr.count("\n") == 2


async def test_it_follows_until_ctrl_c(bench: Bench, folder: Path) -> None:
    words = ("mirror", "patients", "recalls", "--follow", "--every", "1s", "--json-summary")
    async with started(bench, *words) as process:
        assert process.stdout is not None
        first = json.loads(await process.stdout.readline())
        second = json.loads(await process.stdout.readline())
        process.send_signal(signal.SIGINT)
        _, err = await process.communicate()
    assert (first["rows"], first["complete"]) == (1_180, True)
    assert (second["requests"], second["complete"]) == (1, True)
    assert process.returncode == 130
    assert err == b"odapi: interrupted; all rows so far are saved, and the next run continues from here\n"
    assert counts(folder / "mirror.db", ["patients"]) == {"patients": {"default": 1_150}}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
@pytest.mark.unmeasured
async def test_the_next_run_continues_where_one_was_ended(
    bench: Bench, folder: Path, number: signal.Signals
) -> None:
    words = ("mirror", "patients", "--practice", "slow", "--tier", "enterprise")
    slow = {"OPENDENTAL_MODE": "remote", "OPENDENTAL_CUSTOMER_KEY_SLOW": SLOW}
    database = folder / "mirror.db"

    def held() -> int:
        try:
            return counts(database, ["patients"])["patients"].get("slow", 0)
        except sqlite3.OperationalError:  # the table, or even the file, is not there yet
            return 0

    stall_at_second_request(bench)
    async with started(bench, *words, **slow) as process:
        await until(lambda: held() == 100)
        process.send_signal(number)
        out, err = await process.communicate()
    assert process.returncode in {130, -signal.SIGKILL}
    assert err == (
        b""
        if number is signal.SIGKILL
        else b"odapi: interrupted; all rows so far are saved, and the next run continues from here\n"
    )
    assert out == b""
    bench.box.clear_faults()
    bench.box.arrivals = Arrivals()
    found = await rounds(bench, *words, OPENDENTAL_MODE="local", OPENDENTAL_CUSTOMER_KEY_SLOW=SLOW)
    assert found["complete"]
    assert bench.arrivals[0].query["Offset"] == "98"  # two rows again, to see that the list has not moved
    assert held() == 250


@pytest.mark.unmeasured
async def test_an_export_says_if_a_first_copy_is_not_complete(bench: Bench, config: Path) -> None:
    bench.box.add_fault(Fault("status", None, path="/patients", status=404, customer_key=HARBOUR))
    await done(bench, "mirror", "patients", "--config", str(config), code=1)
    words = (
        "export",
        "patients",
        "--store",
        str(config.parent / "practices.db"),
        "--format",
        "csv",
        "--to",
        "x",
    )
    ended = await done(bench, *words)
    assert ended.out.splitlines() == [
        "patients: 1,150 rows in x/patients.csv",
        "patients: rows are missing, because the first copy of harbour is not complete",
    ]
    assert json.loads((await done(bench, *words, "--json")).out)["incomplete"] == ["harbour"]
    assert "missing" not in (await done(bench, *words, "--practice", "main-street")).out


async def test_a_terminal_shows_the_progress_and_then_the_result(bench: Bench) -> None:
    ours, theirs = os.openpty()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-W", "error", "-m", "odapi_async.cli", "mirror", "patients", "recalls"),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=variables(bench, TERM="xterm", LINES="20"),
    )
    os.close(theirs)
    seen = Terminal(process, ours)
    try:
        await until(lambda: "everything was read" in seen.shown)
        assert await process.wait() == 0
    finally:
        asyncio.get_running_loop().remove_reader(ours)
        os.close(ours)
    assert "1 of 1 practice done, 1,180 rows" in seen.shown
    assert "\x1b" in seen.shown
    assert max(map(len, seen.shown.rpartition("\x1b")[2].splitlines())) <= 80


def mirror_of_a_sandbox(*words: str) -> Finished:
    ended = CliRunner().invoke(app, ["mirror", "--sandbox", *words], prog_name="odapi")
    return Finished(ended.exit_code, ended.stdout, ended.stderr)


@pytest.mark.long
@pytest.mark.unmeasured
def test_the_sandbox_shows_the_cost_of_a_second_run(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    local, *others = sandbox_run._PRACTICES
    few = local._replace(rows={"patients": 1_100, "appointments": 1_100})
    monkeypatch.setattr(sandbox_run, "_PRACTICES", (few, *others))
    ended = mirror_of_a_sandbox("--store", "kept.db", "--json")
    assert (ended.code, ended.err) == (0, "")
    found = json.loads(ended.out)
    assert found["clean"] is True
    assert found["second"]["requests"] == found["needed"] == 5
    assert found["arrived"] == found["changed"] == 5
    assert {each["sync_mode"] for each in found["first"]["tables"]} == {"sweep"}
    assert {each["sync_mode"] for each in found["second"]["tables"]} == {"changes"}
    held = {(each["practice"], each["table"]): each["rows"] for each in found["held"]}
    assert held == {
        ("sandbox-local", "patients"): 1_100,
        ("sandbox-local", "appointments"): 1_100,
        ("sandbox-standard", "patients"): 450,
        ("sandbox-standard", "appointments"): 250,
        ("sandbox-readall", "patients"): 90,
    }
    assert ask(folder / "kept.db", "SELECT count(*) FROM patients WHERE preferred = 'Mirrored'") == [(5,)]


def test_the_sandbox_needs_no_keys_and_leaves_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    few = tuple(each._replace(rows={"patients": 90}) for each in sandbox_run._PRACTICES)
    monkeypatch.setattr(sandbox_run, "_PRACTICES", few)
    ended = mirror_of_a_sandbox("recalls")
    assert (ended.code, ended.err) == (0, "")
    assert "Second run: read only what changed." in ended.out
    assert "nothing due" in ended.out
    assert ended.out.splitlines()[-1] == (
        "The database was a temporary file and is deleted. To keep it, add: --store mirror.db"
    )
    assert names_in(folder) == []


@pytest.mark.parametrize(("clean", "code"), [(True, 0), (False, 1)])
def test_the_exit_code_of_the_sandbox_is_its_verdict(
    monkeypatch: pytest.MonkeyPatch, clean: bool, code: int
) -> None:
    nothing = Round(complete=clean, seconds=1.0, practices=0, rows=0, requests=0, deleted=0, tables=[])

    async def found(*_: object) -> SandboxRun:
        return SandboxRun(
            clean=clean, first=nothing, second=nothing, needed=0, changed=1, arrived=int(clean), held=[]
        )

    monkeypatch.setattr(sandbox_run, "run_in_sandbox", found)
    ended = CliRunner().invoke(app, ["mirror", "--sandbox"], prog_name="odapi")
    assert ended.exit_code == code
    assert f"{int(clean)} of 1 changes arrived" in ended.output


@pytest.mark.unmeasured
async def test_tables_become_files(bench: Bench, folder: Path) -> None:
    await done(bench, "mirror", *TABLES)
    ended = await done(bench, "export", "patients", "recalls", "--format", "csv", "--to", "files/today")
    assert ended.out.splitlines() == [
        "patients: 1,150 rows in files/today/patients.csv",
        "recalls: 30 rows in files/today/recalls.csv",
    ]
    head, first, *_ = (folder / "files" / "today" / "patients.csv").read_text().splitlines()
    assert head.startswith("practice,PatNum,LName,")
    assert first.startswith(f"default,1,{bench.box.rows(KEY, 'patients')[0]['LName']},")
    words = (
        "export",
        "recalls",
        "--format",
        "Parquet",
        "--to",
        "files",
        "--practice",
        "default",
        "--deleted",
    )
    ended = await done(bench, *words, "--json")
    assert json.loads(ended.out) == {
        "table": "recalls",
        "rows": 30,
        "file": "files/recalls.parquet",
        "incomplete": [],
    }


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("patiens",), 2, "did you mean patients?"),
        (("recalls",), 1, "recalls is not in this database; copy it with: odapi mirror recalls"),
        (("patients", "--practice", "defaults"), 1, "did you mean default?"),
        (("patients", "--store", "other.db"), 1, "there is no database other.db"),
        (("patients", "--store", f"postgresql://me:{PASSWORD}@server/practices"), 2, "ODAPI_STORE"),
        ((), 2, "tables"),
    ],
)
@pytest.mark.unmeasured
async def test_an_export_that_cannot_work(
    bench: Bench, folder: Path, words: tuple[str, ...], code: int, message: str
) -> None:
    await done(bench, "mirror", "patients")
    ended = await done(bench, "export", *words, "--format", "csv", "--to", "files", code=code)
    assert message in ended.err.replace("TABLES", "tables")
    assert names_in(folder) == ["mirror.db"]


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (
            "mirror",
            (
                *(
                    "--config",
                    "--store",
                    "ODAPI_STORE",
                    "--follow",
                    "--every",
                    "--sweep",
                    "--sweep-days",
                    "--json",
                    "--json-summary",
                ),
                *("--sandbox", "--practice", "key_env", "key_file", "keyring = true", "Exit codes", "130"),
                "odapi mirror --config practices.toml --follow --every 5m",
            ),
        ),
        (
            "export",
            ("--format", "--to", "--store", "--practice", "--deleted", "odapi-async[export]", "Examples"),
        ),
    ],
)
async def test_help_is_enough(bench: Bench, command: str, words: tuple[str, ...]) -> None:
    ended = await done(bench, command, "--help", COLUMNS="100")
    text = " ".join(ended.out.split())
    assert [word for word in words if word not in text] == []


async def test_a_shell_completes_names_of_tables(bench: Bench) -> None:
    for command in ("mirror", "export"):
        ended = await odapi(bench, **completing(command, "patient"))
        assert (ended.out.split(), ended.err) == (["patients", "patient_notes", "patient_races"], "")
