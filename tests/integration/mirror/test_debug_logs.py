"""Fault D6: no row and no parameter is in any log, even if every logger writes all that it can.

asyncio's debug mode logs the callbacks that take long, with their arguments and the results of tasks. Here
every callback takes long.
"""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import Final

import pytest
import sqlalchemy as sa

from odapi_async.mirror import FileFormat, Store, export
from tests.support.bench import KEY, remote
from tests.support.mirror import NAME, copying

pytestmark = pytest.mark.unmeasured

PATIENT: Final = "Quetzalc0atl"
NUMBER: Final = 7_654_321


def log_everything(caplog: pytest.LogCaptureFixture) -> None:
    """Let every logger write all that it can, as a program may that looks for a fault."""
    caplog.set_level(1)
    for name, logger in logging.root.manager.loggerDict.items():
        if isinstance(logger, logging.Logger):
            caplog.set_level(1, name)
    loop = asyncio.get_running_loop()
    loop.set_debug(True)
    loop.slow_callback_duration = 0.0


def check(caplog: pytest.LogCaptureFixture) -> None:
    leaks = {
        (record.name, record.msg)
        for record in caplog.records
        for shown in (record.getMessage(), repr(record.args))
        if PATIENT in shown or str(NUMBER) in shown
    }
    assert leaks == set()
    assert {record.name for record in caplog.records} >= {"asyncio", "tests"}


@pytest.mark.parametrize("echo", [False, "debug"])
async def test_d6_a_run_and_an_export_log_no_row(
    url: str, caplog: pytest.LogCaptureFixture, tmp_path: Path, echo: bool | str
) -> None:
    async with copying(url, remote(rows={"patients": 6, "documents": 20})) as copy:
        for number in range(1, 7):
            change = {"LName": PATIENT, "EstBalance": NUMBER, "ChartNumber": PATIENT}
            copy.bench.box.change_row(KEY, "patients", number, change)
        copy.store.engine.echo = echo
        log_everything(caplog)
        assert (await copy.run("documents")).complete
        assert (await copy.run("documents", sweep=True)).complete
        for form in FileFormat:
            assert await export(copy.store, "patients", tmp_path / form, format=form, practice=NAME) == 6
        await query(copy.store)
        logging.getLogger("tests").debug("rows are read")
    check(caplog)


async def query(store: Store) -> None:
    """Read rows as an application does."""
    patients = store.tables["patients"]
    async with store.engine.connect() as connection:
        rows = (await connection.execute(sa.select(patients).where(patients.c.lname == PATIENT))).all()
        assert len(rows) == 6
        rows = (await connection.exec_driver_sql("SELECT lname, estbalance FROM patients")).all()
        assert (len(rows), rows[0][0]) == (6, PATIENT)
