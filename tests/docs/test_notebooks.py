"""The first lines without keys in Jupyter, in IPython and at the prompt of asyncio: `nox -s recipes`."""

from __future__ import annotations

import asyncio
import importlib
import importlib.util
import os
import subprocess
import sys
from collections.abc import Generator
from typing import Any, Final

import pytest

from odapi_async.sandbox import Sandbox
from tests.docs.pages import Block, blocks

PACKAGES: Final = ("IPython", "ipykernel", "jupyter_client")
MISSING: Final = [each for each in PACKAGES if importlib.util.find_spec(each) is None]
REQUIRED: Final = "ODAPI_RECIPES"  # set by the session: there, nothing may be skipped
PAGE: Final = "docs/quickstart.md"
PATIENCE: Final = 40.0
PRINTED: Final = "patients, and the first one is"
NEXT_CELL: Final = "print((await practice.patients.get(2)).PatNum)"

pytestmark = [
    pytest.mark.skipif(
        bool(MISSING) and REQUIRED not in os.environ,
        reason=f"not installed: {', '.join(MISSING)}; run: nox -s recipes",
    ),
    pytest.mark.filterwarnings("ignore"),  # of other people's programs
    pytest.mark.unmeasured,
]


def cell() -> Block:
    """Return the block of the page that is for notebooks."""
    (found,) = (each for each in blocks("python") if each.page == PAGE and "await demo()" in each.text)
    return found


class Kernel:
    """A Jupyter kernel in a process of its own, as a notebook uses it."""

    def __init__(self) -> None:
        jupyter: Any = importlib.import_module("jupyter_client.manager")
        self._manager, self._client = jupyter.start_new_kernel(startup_timeout=PATIENCE)

    def run(self, code: str) -> str:
        """Run a cell, and return what it prints, or the error that it ends with."""
        printed: list[str] = []

        def receive(message: dict[str, Any]) -> None:
            content = message["content"]
            printed.append(content.get("text") or "\n".join(content.get("traceback", ())))

        self._client.execute_interactive(code, timeout=PATIENCE, output_hook=receive)
        return "".join(printed)

    def close(self) -> None:
        self._client.stop_channels()
        self._manager.shutdown_kernel(now=True)


@pytest.fixture(scope="module")
def kernel() -> Generator[Kernel]:
    started = Kernel()
    yield started
    started.close()


@pytest.fixture
def shell() -> Generator[Any]:
    """IPython as a prompt in this process, with an event loop that its cells share."""
    ipython: Any = importlib.import_module("IPython.core.interactiveshell")
    yield ipython.InteractiveShell.instance()
    ipython.InteractiveShell.clear_instance()


def test_a_notebook_reads_rows_from_cell_to_cell(kernel: Kernel) -> None:
    assert PRINTED in kernel.run(cell().text)
    assert kernel.run(NEXT_CELL) == "2\n"
    assert (
        kernel.run("async with demo(seed=2) as other:\n    print((await other.patients.get(1)).PatNum)")
        == "1\n"
    )


def test_a_loop_inside_the_loop_of_a_notebook_is_refused_by_python(kernel: Kernel) -> None:
    told = kernel.run("import asyncio\nwork = asyncio.sleep(0)\nasyncio.run(work)")
    assert "cannot be called from a running event loop" in told


def test_a_thread_of_a_notebook_needs_a_client_of_its_own(kernel: Kernel) -> None:
    assert PRINTED in kernel.run(cell().text)
    code = "async def read():\n    return await practice.patients.get(1)\n"
    told = kernel.run(f"import asyncio\n{code}await asyncio.to_thread(lambda: asyncio.run(read()))")
    assert "WrongEventLoop" in told


def test_the_prompt_of_ipython_reads_rows_from_cell_to_cell(
    shell: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    shell.run_cell(cell().text).raise_error()
    shell.run_cell(NEXT_CELL).raise_error()
    first, second = capsys.readouterr().out.splitlines()
    assert PRINTED in first
    assert second == "2"


def test_a_client_with_keys_stays_open_from_cell_to_cell_until_it_is_closed(
    shell: Any, office_server: Sandbox
) -> None:
    opened = "from odapi_async import OpenDental\nod = OpenDental()\npractice = od.practice('customer-key')"
    shell.run_cell(opened).raise_error()
    shell.run_cell(NEXT_CELL).raise_error()
    shell.run_cell("await od.aclose()").raise_error()
    assert office_server.arrivals
    ended = shell.run_cell(NEXT_CELL)
    assert type(ended.error_in_exec).__name__ == "SchedulerClosed"


def test_another_loop_at_the_prompt_of_ipython_needs_a_client_of_its_own(shell: Any) -> None:
    shell.run_cell(cell().text).raise_error()
    code = "import asyncio\nasync def read():\n    return await practice.patients.get(1)\nasyncio.run(read())"
    ended = shell.run_cell(code)
    assert type(ended.error_in_exec).__name__ == "WrongEventLoop"
    shell.run_cell(NEXT_CELL).raise_error()
    asyncio.set_event_loop(None)


def test_the_plain_prompt_has_a_loop_if_asyncio_starts_it() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "asyncio"],
        input=f"{cell().text}{NEXT_CELL}\n",
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert PRINTED in ended.stdout
    assert "Error" not in ended.stderr
