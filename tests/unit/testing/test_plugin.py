"""The pytest plugin, in pytest runs of its own: what it offers, what it needs, and what it costs."""

from __future__ import annotations

import inspect
import os
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path
from typing import Final

import pytest

from odapi_async.testing import plugin

ASYNCIO: Final = ("-p", "pytest_asyncio.plugin", "-o", "asyncio_default_fixture_loop_scope=function")
AUTO: Final = (*ASYNCIO, "-o", "asyncio_mode=auto")
STRICT: Final = (*ASYNCIO, "-o", "asyncio_mode=strict")
ANYIO: Final = ("-p", "anyio.pytest_plugin")

MARKED: Final = "import pytest\n\npytestmark = pytest.mark."
BACKEND: Final = "\n\n@pytest.fixture\ndef anyio_backend(): return 'asyncio'"

FIRST_AND_SECOND: Final = """
from odapi_async import Practice
from odapi_async.sandbox import Fault, Sandbox

{marks}

async def test_first(odapi_practice: Practice, odapi_sandbox: Sandbox) -> None:
    odapi_sandbox.add_fault(Fault("status"))
    await odapi_practice.patients.update(3, Preferred="Bee")
    assert (await odapi_practice.patients.get(3)).Preferred == "Bee"
    assert len(odapi_sandbox.arrivals) == 3
    odapi_sandbox.add_fault(Fault("drop", times=None))

async def test_second(odapi_practice: Practice, odapi_sandbox: Sandbox) -> None:
    assert len(odapi_sandbox.arrivals) == 0
    assert (await odapi_practice.patients.get(3)).Preferred != "Bee"
    assert odapi_sandbox.stats(odapi_sandbox.keys[0]).requests == 1
"""

LEFT_TASKS: Final = """
import asyncio
import pytest
from odapi_async import Practice

pytestmark = pytest.mark.asyncio(loop_scope="module")
left = []

async def test_first(odapi_practice: Practice) -> None:
    left.append(asyncio.create_task(odapi_practice.patients.update(1, Preferred="Left")))

async def test_second(odapi_practice: Practice) -> None:
    await asyncio.wait(left)
    assert left[0].exception() is not None
    assert (await odapi_practice.patients.get(1)).Preferred != "Left"
"""

MARKS: Final = """
import pytest

from odapi_async import Mode, OpenDental, Practice, Tier, Unauthorized
from odapi_async.sandbox import Sandbox
from odapi_async.testing import SandboxTransport, virtual_time


@pytest.mark.odapi(tier="ReadAll", rows={"patients": 250})
class TestReadAll:
    @virtual_time
    async def test_the_tier_throttles(self, odapi_practice: Practice, odapi_sandbox: Sandbox) -> None:
        assert len(await odapi_practice.patients.simple()) == 250
        starts = odapi_sandbox.stats(odapi_sandbox.keys[0]).starts
        assert [round(later - starts[0]) for later in starts] == [0, 5, 10]

    @pytest.mark.odapi(rows={"patients": 3})
    @virtual_time
    async def test_the_closer_marker_wins(self, odapi_practice: Practice) -> None:
        assert len(await odapi_practice.patients.simple()) == 3
        with pytest.raises(Unauthorized):
            await odapi_practice.patients.update(1, Preferred="Bee")


@pytest.mark.odapi(mode="service", permissions={"ReadAll"}, messy=1.0, throttle="refuse")
@virtual_time
async def test_other_options_are_those_of_an_office(
    odapi_practice: Practice, odapi_transport: SandboxTransport, odapi_client: OpenDental
) -> None:
    assert "30223" in repr(odapi_practice)
    assert odapi_transport.refuse_connections is False
    assert len(await odapi_practice.patients.simple()) == 12
"""

BAD_MARKS: Final = """
import pytest

@pytest.mark.odapi(teir="ReadAll")
def test_name(odapi_sandbox): ...

@pytest.mark.odapi("ReadAll")
def test_position(odapi_sandbox): ...

@pytest.mark.odapi(tier="Silver")
def test_value(odapi_sandbox): ...
"""

UNUSED: Final = """
import sys

def test_nothing_is_loaded(pytestconfig):
    assert pytestconfig.pluginmanager.has_plugin("odapi_async.testing.plugin")
    loaded = {name for name in sys.modules if name.startswith("odapi_async")}
    needed = {"odapi_async", "odapi_async.testing", "odapi_async.testing.plugin"}
    version = {"odapi_async._core", "odapi_async._core.version"}
    assert loaded <= needed | version
    assert not {"aiohttp", "msgspec", "aiolimiter", "yarl"} & set(sys.modules)
"""

IN_PROCESS_ONLY: Final = """
import sys

from odapi_async.testing import virtual_time

@virtual_time
async def test_no_server_is_loaded(odapi_practice):
    await odapi_practice.patients.get(1)
    assert "aiohttp.web" not in sys.modules
"""


def run(folder: Path, *files: str, options: tuple[str, ...] = ()) -> tuple[int, str]:
    """Run files of tests in a pytest of its own, with this plugin and no other, and warnings as errors."""
    for number, text in enumerate(files):
        (folder / f"test_{number}.py").write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-W", "error", "-p", "no:cacheprovider"]
    command += ["-p", "odapi_async.testing.plugin", *options]
    ended = subprocess.run(
        command,
        cwd=folder,
        env=os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    return ended.returncode, ended.stdout + ended.stderr


@pytest.mark.parametrize(
    ("files", "options"),
    [
        ([FIRST_AND_SECOND.format(marks="")], AUTO),
        (
            [
                FIRST_AND_SECOND.format(marks=f"{MARKED}asyncio"),
                FIRST_AND_SECOND.format(marks=f"{MARKED}asyncio(loop_scope='module')"),
                LEFT_TASKS,
            ],
            STRICT,
        ),
        ([FIRST_AND_SECOND.format(marks=f"{MARKED}anyio{BACKEND}")], ANYIO),
    ],
    ids=["asyncio auto", "asyncio strict, one loop for a module, and tasks that are left behind", "anyio"],
)
def test_every_test_gets_an_office_at_its_start(
    files: list[str], options: tuple[str, ...], tmp_path: Path
) -> None:
    code, said = run(tmp_path, *files, options=options)
    assert code == 0, said
    assert f"{2 * len(files)} passed" in said


def test_the_marker_sets_tier_rows_and_options_of_the_office(tmp_path: Path) -> None:
    code, said = run(tmp_path, MARKS, options=("--strict-markers",))
    assert code == 0, said
    assert "3 passed" in said


def test_a_wrong_marker_fails_with_advice(tmp_path: Path) -> None:
    code, said = run(tmp_path, BAD_MARKS)
    assert code == 1
    assert "did you mean tier?" in said
    assert "keyword arguments only" in said
    assert "'Silver' is not a valid Tier" in said
    assert "3 errors" in said


def test_a_run_that_uses_no_fixture_loads_nothing(tmp_path: Path) -> None:
    code, said = run(tmp_path, UNUSED)
    assert code == 0, said


def test_in_process_no_http_server_is_loaded(tmp_path: Path) -> None:
    code, said = run(tmp_path, IN_PROCESS_ONLY)
    assert code == 0, said


def test_pytest_finds_the_plugin() -> None:
    (entry,) = entry_points(group="pytest11", name="odapi_async")
    assert entry.load() is plugin


def test_the_fixtures_explain_themselves() -> None:
    shown = [name for name in vars(plugin) if name.startswith("odapi_")]
    assert shown == ["odapi_sandbox", "odapi_transport", "odapi_client", "odapi_practice"]
    assert all(inspect.getdoc(getattr(plugin, name)) for name in shown)
