"""No key, no value of a row and no password of a URL is in what a mirror says: errors, reports, logs."""

from __future__ import annotations

import logging
import traceback
from typing import Any, Final

import msgspec
import pytest

from odapi_async import OpenDental
from odapi_async.mirror import Mirror, Store, StoreError
from odapi_async.sandbox import Fault, Sandbox
from tests.support.bench import KEY, QUICK, Bench, remote
from tests.support.mirror import NAME, Clock, Copy, copying, execute, runs
from tests.support.postgres import PostgresServer, is_there
from tests.support.reporter import chain, frames, leaks

pytestmark = pytest.mark.unmeasured

DEVELOPER: Final = "S3cretDevel0per"
CUSTOMER: Final = "S3cretCust0mer"
PATIENT: Final = "Quetzalc0atl"
SECRETS: Final = (DEVELOPER, CUSTOMER, PATIENT, "Pa55w0rd")


def shown(*things: Any) -> str:
    """All that could be printed or logged of things."""
    texts: list[str] = []
    for thing in things:
        texts += [repr(thing), str(thing)]
        if isinstance(thing, BaseException):
            texts += traceback.format_exception(thing)
    return "\n".join(texts)


def check(caplog: pytest.LogCaptureFixture, *things: Any) -> None:
    text = shown(*things) + caplog.text
    assert text
    for secret in SECRETS:
        assert secret not in text


async def tell(url: str, caplog: pytest.LogCaptureFixture, *statements: str, **fault: Any) -> list[Any]:
    """Run a mirror to whatever end, and return all that it says."""
    caplog.set_level(logging.DEBUG)
    office = remote(CUSTOMER, rows={"patients": 150})
    async with (
        Sandbox([office], developer_key=DEVELOPER) as box,
        OpenDental(DEVELOPER, retries=QUICK) as client,
        Store(url) as store,
    ):
        for key in range(1, 151):
            box.change_row(CUSTOMER, "patients", key, {"LName": PATIENT, "FName": PATIENT})
        copy = Copy(
            Bench(box, client), store, Mirror(client, store), Bench(box, client).practice(CUSTOMER), Clock()
        )
        await store.open(["patients"])
        if statements:
            await execute(store, *statements)
        if fault:
            copy.at(2, "/patients/Simple", lambda: box.add_fault(Fault(times=None, **fault)))
        said: list[Any] = [copy.mirror, store, store.engine, copy.practice, client]
        try:
            report = await copy.run("patients", "recalls")
        except StoreError as error:
            said.append(error)
        else:
            said += [report, msgspec.json.encode(report)]
        said += [copy.mirror.statuses, await runs(store)]
        return said


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "status", "status": 500},
        {"kind": "status", "status": 400},
        {"kind": "torn"},
        {"kind": "garbage"},
        {"kind": "drop"},
        {"kind": "offline"},
    ],
    ids=["500", "400", "torn", "garbage", "drop", "offline"],
)
async def test_failures_of_the_office(
    lite: str, caplog: pytest.LogCaptureFixture, fault: dict[str, Any]
) -> None:
    said = await tell(lite, caplog, **fault)
    assert any("failed" in str(each) for each in said)
    check(caplog, *said)


async def test_a_run_that_succeeds(url: str, caplog: pytest.LogCaptureFixture) -> None:
    check(caplog, *await tell(url, caplog))


async def test_a_row_that_the_file_refuses(lite: str, caplog: pytest.LogCaptureFixture) -> None:
    said = await tell(
        lite,
        caplog,
        """CREATE TRIGGER breaks BEFORE INSERT ON patients WHEN new.patnum = 120
        BEGIN SELECT RAISE(ABORT, 'Quetzalc0atl'); END""",
    )
    assert any(isinstance(each, StoreError) for each in said)
    check(caplog, *said)


if is_there():

    async def test_a_row_that_the_server_refuses(
        postgres: PostgresServer, caplog: pytest.LogCaptureFixture
    ) -> None:
        url = postgres.new_database()
        said = await tell(url, caplog, f"ALTER TABLE patients ADD CHECK (lname <> '{PATIENT}')")
        assert any(isinstance(each, StoreError) for each in said), "the server's own words quote the row"
        check(caplog, *said)

    async def test_a_server_that_cannot_be_reached(caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.DEBUG)
        async with Store("postgresql://keeper:Pa55w0rd@127.0.0.1:1/practices") as store:
            with pytest.raises(StoreError) as caught:
                await store.open(["patients"])
            check(caplog, caught.value, store, store.engine, store.engine.url)


async def test_the_name_of_a_practice_is_no_secret(lite: str, caplog: pytest.LogCaptureFixture) -> None:
    said = await tell(lite, caplog)
    assert NAME in shown(*said)


@pytest.mark.parametrize("is_one", [False, True], ids=["run", "run_one"])
async def test_d2_a_reporter_finds_no_row_after_the_database_failed(url: str, *, is_one: bool) -> None:
    async with copying(url, remote(rows={"patients": 3})) as copy:
        for number in range(1, 4):
            copy.bench.box.change_row(KEY, "patients", number, {"LName": PATIENT})
        await copy.store.open(["patients"])
        if url.startswith("sqlite"):
            statements = ["CREATE TRIGGER t BEFORE INSERT ON patients BEGIN SELECT RAISE(ABORT, 'no'); END"]
        else:
            body = "LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no'; END $$"
            statements = [
                f"CREATE FUNCTION refuse() RETURNS trigger {body}",
                "CREATE TRIGGER t BEFORE INSERT ON patients FOR EACH ROW EXECUTE FUNCTION refuse()",
            ]
        await execute(copy.store, *statements)
        mirror = copy.mirror
        work = mirror.run_one(NAME, copy.practice, ["patients"]) if is_one else copy.run("patients")
        with pytest.raises(StoreError) as caught:
            await work
        for error in chain(caught.value):
            for file, variables in frames(error.__traceback__):
                if "/tests/" not in file:
                    assert not leaks(variables, deep=True, secrets=(PATIENT,)), file
