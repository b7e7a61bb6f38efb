"""Every Python block of the README and of docs/ does what it says it does: it runs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from odapi_async.sandbox import Sandbox
from tests.docs.pages import Block, blocks, fences, pages
from tests.docs.running import run_body, run_script, unknown_names

PYTHON: Final = blocks("python")
# their examples need other packages, a mirror, a PostgreSQL or events: test_analysis, test_fleet_page,
# test_rows_page, test_webhooks_page
APART: Final = {"docs/analysis.md", "docs/fleet.md", "docs/rows.md", "docs/webhooks.md"}
# names that an earlier block of the page defines, and test_rows_page passes on
EARLIER: Final = {"docs/rows.md": frozenset({"to_arrow", "Patient"})}
SCRIPTS: Final = [block for block in PYTHON if block.is_script]
BODIES: Final = [
    block for block in PYTHON if not block.is_script and not block.file and block.page not in APART
]
PYTEST: Final = (
    *(sys.executable, "-m", "pytest", "-q", "-W", "error", "-p", "no:cacheprovider"),
    *("-o", "asyncio_default_fixture_loop_scope=function"),
)


@pytest.mark.parametrize("block", SCRIPTS, ids=str)
def test_a_script_runs(
    block: Block,
    office_server: Sandbox,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("PYTHONASYNCIODEBUG", "1")
    run_script(block)
    with_keys = "demo()" not in block.text and "Sandbox(" not in block.text
    assert bool(office_server.arrivals) is with_keys
    assert with_keys or capsys.readouterr().out


@pytest.mark.parametrize("page", ["README.md", "docs/quickstart.md"])
def test_the_first_lines_of_a_page_are_six_and_need_no_keys(page: str) -> None:
    first = next(block for block in PYTHON if block.page == page)
    assert first in SCRIPTS
    assert "demo()" in first.text
    assert len([line for line in first.text.splitlines() if line]) == 6


@pytest.mark.parametrize("block", BODIES, ids=str)
def test_the_body_of_an_async_function_runs(block: Block, office_server: Sandbox) -> None:
    run_body(block)


@pytest.mark.parametrize("block", PYTHON, ids=str)
def test_every_name_in_a_block_is_known(block: Block) -> None:
    assert unknown_names(block) - EARLIER.get(block.page, frozenset()) == set()


@pytest.mark.parametrize("page", sorted({block.page for block in PYTHON if block.file}))
def test_the_files_of_a_page_are_tests_that_pass(page: str, tmp_path: Path) -> None:
    for block in PYTHON:
        if block.page == page and block.file:
            (tmp_path / block.file).write_text(block.text, encoding="utf-8")
    ended = subprocess.run(
        [*PYTEST, str(tmp_path)], cwd=tmp_path, capture_output=True, text=True, timeout=50, check=False
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr


@pytest.mark.parametrize("page", pages())
def test_no_block_escapes(page: str) -> None:
    found = [block for block in blocks() if block.page == page]
    assert fences(page) == 2 * len(found)
    assert {block.language for block in found} <= {"python", "sh", "sql", "text", "toml"}
