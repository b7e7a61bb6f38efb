"""A sandbox in another process: rows and faults from outside, and options from a command line."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from asyncio.subprocess import DEVNULL, PIPE

import pytest

from odapi_async import Mode, OfficeOffline, OpenDental
from odapi_async.sandbox import Office, SandboxProcess
from odapi_async.sandbox.office import PERMISSIONS

KEY = "far"


async def test_rows_of_another_process_are_written_and_queried() -> None:
    office = Office(customer_key=KEY, mode="local", permissions=frozenset(PERMISSIONS) - {"Enterprise"})
    async with SandboxProcess([office]) as sandbox, OpenDental(sandbox.developer_key) as od:
        added = await sandbox.add_row(KEY, "patients", {"LName": "Quinzelburg", "Birthdate": "1990-05-06"})
        await sandbox.change_row(KEY, "patients", added, {"FName": "Jane"})
        row = (await sandbox.rows(KEY, "patients"))[-1]
        assert (row["PatNum"], row["LName"], row["FName"]) == (added, "Quinzelburg", "Jane")
        practice = od.practice(KEY, mode=Mode.LOCAL, base_url=sandbox.url)
        sql = "SELECT FName, Birthdate, YEAR(NOW()) > 2000 AS later FROM patient WHERE LName = 'quinzelburg'"
        found = [each async for each in practice.queries.short_query(SqlCommand=sql)]
        assert found == [{"FName": "Jane", "Birthdate": "1990-05-06T00:00:00", "later": 1}]
        await sandbox.remove_row(KEY, "patients", added)
        assert [each async for each in practice.queries.short_query(SqlCommand=sql)] == []
        assert len(await sandbox.rows(KEY, "procedure_logs")) == 12
        with pytest.raises(KeyError):
            await sandbox.change_row(KEY, "patients", added, {"FName": "Jane"})
        with pytest.raises(KeyError, match="did you mean patients"):
            await sandbox.rows(KEY, "patient")
        with pytest.raises(KeyError):
            await sandbox.rows("nobody", "patients")


async def test_the_module_takes_rows_seeds_faults_and_a_version() -> None:
    arguments = ("--rows", "patients=3", "--seed", "7", "--fault", "offline,path=/claims", "--version=24.4")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "odapi_async.sandbox", *arguments, stdin=PIPE, stdout=PIPE
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        ready = json.loads(await asyncio.wait_for(process.stdout.readline(), 30))
        async with OpenDental("sandbox-developer") as od:
            practice = od.practice(ready["keys"][0], mode=Mode.LOCAL, base_url=ready["url"])
            assert len(await practice.patients.simple()) == 3
            assert (await practice.facts()).version == "24.4.0.0"
            with pytest.raises(OfficeOffline):
                await practice.claims.get(1)
    finally:
        process.stdin.close()
        await asyncio.wait_for(process.wait(), 10)


async def test_as_a_service_it_runs_until_sigterm() -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "odapi_async.sandbox"), stdin=DEVNULL, stdout=PIPE, stderr=PIPE
    )
    assert process.stdout is not None
    ready = json.loads(await asyncio.wait_for(process.stdout.readline(), 30))
    async with OpenDental("sandbox-developer") as od:
        practice = od.practice(ready["keys"][0], mode=Mode.LOCAL, base_url=ready["url"])
        assert await practice.patients.simple().first()
    process.terminate()
    _, err = await asyncio.wait_for(process.communicate(), 10)
    assert (process.returncode, err) == (0, b"")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--fault", "ofline"), "did you mean offline?"),
        (("--rows", "apointments=3"), "did you mean appointments?"),
        (("--version", "new"), "'new' is not a version such as 24.4"),
    ],
)
def test_the_module_refuses_misspelled_options(arguments: tuple[str, ...], message: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "odapi_async.sandbox", *arguments],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert ended.returncode == 2
    assert message in ended.stderr
    assert "Traceback" not in ended.stderr
