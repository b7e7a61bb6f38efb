"""`odapi` as a real process: on a terminal, in a pipe that closes, with Ctrl-C, and in shell completion."""

from __future__ import annotations

import asyncio
import os
import pty
import shlex
import signal
import sys
import termios
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import pytest

from tests.integration.test_cli_office import environment, odapi
from tests.support.bench import KEY, Bench, local, remote, serving
from tests.support.watch import until

ODAPI: Final = (sys.executable, "-W", "error", "-m", "odapi_async.cli")
FOREVER: Final = 3_600.0


@pytest.fixture
async def bench() -> AsyncGenerator[Bench]:
    async with serving(local(rows={"patients": 2_300}), remote("slow", interval=FOREVER, rows=ROWS)) as found:
        yield found


ROWS: Final = {"patients": 250}


def variables(bench: Bench, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("OPENDENTAL_")}
    found = {**kept, "COLUMNS": "80", "TERM": "dumb", **environment(bench), **more}
    # a slow step would be told on the standard error output, and how long a step takes nobody knows
    del found["PYTHONASYNCIODEBUG"]
    return found


@asynccontextmanager
async def started(bench: Bench, *words: str, **env: str) -> AsyncGenerator[Process]:
    process = await asyncio.create_subprocess_exec(
        *ODAPI, *words, stdin=PIPE, stdout=PIPE, stderr=PIPE, env=variables(bench, **env)
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


class Terminal:
    """A process whose standard input and outputs are a terminal."""

    def __init__(self, process: Process, handle: int) -> None:
        self.process = process
        self.shown = ""
        self._handle = handle
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(handle, self._read)

    def _read(self) -> None:
        try:
            more = os.read(self._handle, 65_536)
        except OSError:  # how Linux says that nobody is at the other end any more
            more = b""
        if more:
            self.shown += more.decode().replace("\r\n", "\n")
        else:
            self._loop.remove_reader(self._handle)

    @property
    def echoes(self) -> bool:
        """Whether it shows what is typed."""
        return bool(termios.tcgetattr(self._handle)[3] & termios.ECHO)

    def type(self, text: str) -> None:
        os.write(self._handle, text.encode())


@asynccontextmanager
async def terminal(bench: Bench, *words: str) -> AsyncGenerator[Terminal]:
    ours, theirs = pty.openpty()
    process = await asyncio.create_subprocess_exec(
        *ODAPI, *words, stdin=theirs, stdout=theirs, stderr=theirs, env=variables(bench)
    )
    os.close(theirs)
    found = Terminal(process, ours)
    try:
        yield found
        await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
        asyncio.get_running_loop().remove_reader(ours)
        os.close(ours)


async def test_a_terminal_gets_a_table_that_fits(bench: Bench) -> None:
    async with terminal(bench, "list", "patients", "--limit", "3") as seen:
        await until(lambda: "--method simple" in seen.shown)
    head, *rows, remark = seen.shown.partition("the API leaves out fields")[0].splitlines()
    assert head.split()[:3] == ["PatNum", "LName", "FName"]
    assert [row.split()[0] for row in rows] == ["1", "2", "3"]
    assert max(map(len, [head, *rows])) <= 80
    assert "--columns A,B" in remark
    assert seen.process.returncode == 0


@pytest.mark.parametrize(("answer", "code", "count"), [("y", 0, 2_301), ("n", 1, 2_300)])
async def test_a_write_is_shown_without_its_values_and_must_be_confirmed(
    bench: Bench, answer: str, code: int, count: int
) -> None:
    async with terminal(bench, "call", "patients.create", "LName=Quinzelburg", "FName=Jane") as seen:
        await until(lambda: "[y/N]" in seen.shown)
        assert seen.shown.splitlines()[0] == "POST /patients with LName, FName"
        assert "Quinzelburg" not in seen.shown
        assert bench.arrivals == []
        seen.type(f"{answer}\n")
        await until(lambda: ("nothing was sent" if code else '"PatNum": 2301') in seen.shown)
    assert seen.process.returncode == code
    assert len(bench.box.rows(KEY, "patients")) == count


async def test_a_typed_key_is_not_shown(bench: Bench) -> None:
    async with terminal(bench, "keys", "set") as seen:
        await until(lambda: "The developer key" in seen.shown and not seen.echoes)
        seen.type("Dvl0perK3y/\n")
        await until(lambda: "contains a slash" in seen.shown)
    assert "Dvl0perK3y" not in seen.shown
    assert seen.process.returncode == 2


async def test_a_page_is_printed_before_the_next_one_comes_and_ctrl_c_is_quiet(bench: Bench) -> None:
    words = ("list", "patients", "--mode", "remote", "--tier", "enterprise")
    async with started(bench, *words, OPENDENTAL_CUSTOMER_KEY="slow") as process:
        assert process.stdout is not None
        lines = [await process.stdout.readline() for _ in range(100)]
        assert lines[99].startswith(b'{"serverDateTime":')
        await until(lambda: len(bench.arrivals) == 2)
        process.send_signal(signal.SIGINT)
        out, err = await process.communicate()
    assert (process.returncode, out, err) == (130, b"", b"")


async def test_ctrl_c_in_a_write_names_the_command_that_reads_back(bench: Bench) -> None:
    words = (
        "call",
        "patients.update",
        "PatNum=4",
        "Preferred=Bee",
        "--yes",
        "--mode",
        "remote",
        "--tier",
        "enterprise",
    )
    async with started(bench, "get", "patients/1", OPENDENTAL_CUSTOMER_KEY="slow") as before:
        await before.communicate()
    async with started(bench, *words, OPENDENTAL_CUSTOMER_KEY="slow") as process:
        await until(lambda: len(bench.arrivals) == 2)
        process.send_signal(signal.SIGINT)
        out, err = await process.communicate()
    assert (process.returncode, out) == (130, b"")
    assert (
        err == b"interrupted: the write may or may not have been executed; check with: odapi get patients/4\n"
    )


@pytest.mark.parametrize("form", ["ndjson", "csv", "table"])
async def test_a_closed_pipe_ends_a_list_quietly(bench: Bench, form: str) -> None:
    ours, theirs = os.pipe()
    process = await asyncio.create_subprocess_exec(
        *ODAPI,
        *("list", "patients", "--method", "simple", "--format", form),
        stdout=theirs,
        stderr=PIPE,
        env=variables(bench),
    )
    os.close(theirs)
    await asyncio.to_thread(os.read, ours, 100)
    os.close(ours)
    _, err = await process.communicate()
    assert err == b""
    assert process.returncode in {0, 1}  # 0 if all of it was in the pipe by then


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no disk that is always full")
@pytest.mark.parametrize(
    "words",
    [
        *(
            ("list", "patients", "--method", "simple", "--format", form)
            for form in ("ndjson", "csv", "table")
        ),
        ("get", "patients/1"),
        ("--help",),
    ],
)
async def test_e10_a_full_disk_is_one_line(bench: Bench, words: tuple[str, ...]) -> None:
    process = await asyncio.create_subprocess_shell(
        shlex.join([*ODAPI, *words]) + " > /dev/full", stderr=PIPE, env=variables(bench)
    )
    _, err = await process.communicate()
    assert err == b"odapi: the output cannot be written: No space left on device\n"
    assert process.returncode == 1


async def test_e10_a_closed_output_is_one_line(bench: Bench) -> None:
    process = await asyncio.create_subprocess_shell(
        shlex.join([*ODAPI, "get", "patients/1"]) + " >&-", stderr=PIPE, env=variables(bench)
    )
    _, err = await process.communicate()
    assert err.startswith(b"odapi: standard output is closed")
    assert err.count(b"\n") == 1
    assert process.returncode == 1


async def run_in_shell(bench: Bench, script: str) -> tuple[int | None, str, str]:
    process = await asyncio.create_subprocess_shell(
        script.replace("odapi", shlex.join(ODAPI)), stdout=PIPE, stderr=PIPE, env=variables(bench)
    )
    out, err = await process.communicate()
    return process.returncode, out.decode(), err.decode()


async def test_e10_a_closed_error_output_stops_no_list(bench: Bench) -> None:
    code, out, _ = await run_in_shell(bench, "odapi list patients --method simple --limit 3 2>&-")
    assert (code, out.count("\n")) == (0, 3)


async def test_e10_a_closed_input_is_one_line(bench: Bench) -> None:
    code, out, err = await run_in_shell(bench, "odapi call patients.create --body - <&-")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "body" in err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no disk that is always full")
async def test_e10_a_write_whose_result_cannot_be_printed_says_that_it_was_executed(bench: Bench) -> None:
    words = "odapi call patients.create LName=Smith FName=Jane --yes > /dev/full"
    code, _, err = await run_in_shell(bench, words)
    first, second = err.splitlines()
    assert first == "done: POST /patients, though its result is not shown; do not repeat it"
    assert second == "odapi: the output cannot be written: No space left on device"
    assert code == 1


def completing(*typed: str) -> dict[str, str]:
    """Return the variables by which a shell asks how the last of these words may go on."""
    return {
        "_ODAPI_COMPLETE": "complete_bash",
        "COMP_WORDS": " ".join(("odapi", *typed)),
        "COMP_CWORD": str(len(typed)),
    }


async def test_a_shell_completes_in_a_process_of_its_own(bench: Bench) -> None:
    async with started(bench, **completing("get", "appointm")) as process:
        out, err = await process.communicate()
    assert err == b""
    assert sorted(out.decode().split()) == ["appointment_types/", "appointments/"]


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        (("list", "appointments", "date"), "date= dateStart= dateEnd="),
        (("list", "patients", "--method", "s"), "simple"),
        (("list", "patients", "--columns", "PatNum,LNa"), "PatNum,LName"),
        (("call", "patients.up"), "patients.update"),
        (("call", "patients.update", "PatN"), "PatNum="),
        (("check", "--mode", "l"), "local"),
    ],
)
async def test_shell_completion(bench: Bench, typed: tuple[str, ...], offered: str) -> None:
    ended = await odapi(bench, **completing(*typed))
    assert ended.err == ""
    assert sorted(ended.out.split()) == sorted(offered.split())
