"""docs/fleet.md: its program runs, and its times and numbers are those of the package."""

from __future__ import annotations

import ast
import asyncio
import os
import re
import signal
from pathlib import Path
from typing import Final

import pytest

from odapi_async.fleet import read_fleet_status
from odapi_async.fleet.difference import EVERY
from odapi_async.fleet.due import SliceOutcome, next_delay
from odapi_async.fleet.timing import DEFAULT_TIMING
from odapi_async.mirror import Store
from odapi_async.mirror.config import read
from odapi_async.sandbox import Sandbox
from tests.docs.pages import ROOT, blocks, pages
from tests.docs.running import compiled
from tests.integration.mirror.conftest import postgres
from tests.support.postgres import PostgresServer, is_there

__all__ = ["postgres"]

PAGE: Final = "docs/fleet.md"
TEXT: Final = " ".join(pages()[PAGE].split())
URL: Final = "postgresql://mirror@db.example/practices"
VAULT: Final = "#!/bin/sh\n[ \"$*\" = 'kv get -field=key secret/practices/harbour' ] && echo customer-key\n"


@pytest.mark.unmeasured
@pytest.mark.skipif(not is_there(), reason="there is no wheel of PostgreSQL for this machine")
def test_the_program_with_a_vault_reads_a_practice_until_sigterm(
    office_server: Sandbox, postgres: PostgresServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault = tmp_path / "vault"
    vault.write_text(VAULT)
    vault.chmod(0o700)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    (block,) = (each for each in blocks("python") if each.page == PAGE)
    url = postgres.new_database()
    program = compiled(block, lambda text: text.replace(URL, url), ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)

    async def main() -> None:
        working = asyncio.ensure_future(eval(program, {"__name__": "page"}))
        await _until_read(url, working)
        os.kill(os.getpid(), signal.SIGTERM)
        await working

    asyncio.run(main())
    assert office_server.arrivals


async def _until_read(url: str, working: asyncio.Future[object]) -> None:
    async with Store(url) as store, asyncio.timeout(40):
        while not working.done():
            await asyncio.sleep(0.2)
            try:
                status = await read_fleet_status(store)
            except Exception:  # noqa: BLE001 - the tables are not there yet
                continue
            if [each.outcome for each in status.practices] == ["done"]:
                return
    raise AssertionError("the program ended, or it read nothing")


def test_the_times_of_the_page_are_those_of_the_package() -> None:
    timing = DEFAULT_TIMING
    for shown in (
        f"at most {timing.slice / 60:.0f} minutes".replace("5", "five"),
        f"Every {timing.tick} seconds a *tick*".replace("10", "ten"),
        f"after the next tick, {timing.tick} seconds later at most",
        f"{timing.lease:.0f} seconds after the last proof",
        f"After {timing.takeover:.0f} seconds without a sign",
        f"a sign of life every {timing.probe:.0f} seconds".replace("3", "three"),
        f"waits for it up to {timing.patience:.0f} seconds",
        f"which is tried again {next_delay(SliceOutcome.BUSY, EVERY, 0):.0f} seconds later",
        f"retried after {next_delay(SliceOutcome.FAILED, EVERY, 1):.0f} seconds",
        f"{EVERY / 60:.0f} minutes by default",
    ):
        assert shown in TEXT
    assert next_delay(SliceOutcome.FAILED, EVERY, 50) == 3_600, "up to an hour"


def test_the_figures_of_the_page_are_those_of_the_benchmarks() -> None:
    figures = pages()["docs/benchmarks.md"].partition("\n## mirror_fleet")[2].partition("\n## ")[0]
    cpu = re.search(r"CPU of the mirror for each request \| ([\d.]+) ms", figures)
    memory = re.search(r"memory of the mirror's process, at most \| ([\d.]+) MiB", figures)
    core = re.search(r"share of a core that the mirror used \| ([\d.]+) %", figures)
    assert cpu
    assert memory
    assert core
    assert f"{float(cpu[1]):.1f} ms for each request" in TEXT
    assert f"{float(memory[1]):.0f} MiB for 200 of them" in TEXT
    assert "need a quarter of a core" in TEXT
    assert 20 < float(core[1]) < 27
    assert "200 practices, 3 s apart" in figures


def test_a_worker_has_as_many_connections_as_the_page_says() -> None:
    engine = (ROOT / "odapi_async" / "mirror" / "database" / "engine.py").read_text()
    assert "\n_POOL_SIZE: Final = 8\n" in engine
    assert "| connections | 8 at most: 2 that last" in TEXT


@pytest.mark.parametrize("block", [each for each in blocks("toml") if each.page == PAGE], ids=str)
def test_the_file_of_the_page_is_a_configuration(block: object, tmp_path: Path) -> None:
    text = next(each.text for each in blocks("toml") if each == block)
    config = read(text, tmp_path)
    every = {name: each.every for name, each in config.practices.items()}
    assert every in ({"harbour": 300, "main-street": 1800}, {"harbour": None})


def test_the_picture_is_there() -> None:
    assert "![" in TEXT
    picture = (ROOT / "docs" / "fleet.svg").read_text(encoding="utf-8")
    assert picture.startswith("<svg ")
    for mark in ("host dies", "freeze", "first copies", "region offline", "update"):
        assert mark in picture


def test_the_containers_have_the_files_that_the_page_names() -> None:
    compose = (ROOT / "docs" / "fleet-compose.yaml").read_text(encoding="utf-8")
    for name in ("db.env", "odapi.env", "practices.toml", "./keys"):
        assert name in compose
        assert name.removeprefix("./") in TEXT
